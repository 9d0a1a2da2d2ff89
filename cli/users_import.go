package cli

import (
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/store"
)

func (p *program) usersImport() *cobra.Command {
	var customer string
	var mail, dryRun bool
	c := &cobra.Command{
		Use: "import FILE", Short: "Create users out of a CSV file",
		Long: "Create users out of a CSV file; - is standard input. Its first line names the columns, in any order: username, email, full_name, phone, customer, groups, rfid_tokens, sign_in. Only username is needed. Customer is a path; --customer is that of lines without one. Groups and RFID tokens are separated by spaces or semicolons. Good lines are taken, bad ones told. Everybody gets a code: by mail with --mail where the line has an email, else in the answer, to hand over; but nobody whose sign_in is none, who only holds RFID tokens.",
		Args: words("FILE"), Annotations: reads("FILE", needs(domain.UsersCreate.String())),
		RunE: func(c *cobra.Command, args []string) error {
			if mail && p.Drain == nil {
				_, err := (&startFlags{mail: true}).read(c, p)
				return err
			}
			return p.in(c, func(ctx context.Context, s *session) error {
				seat, at, err := s.importSeat(customer)
				if err != nil {
					return err
				}
				return p.reading(args[0], func(r io.Reader) error {
					tell, done := p.progress("creating")
					result, err := s.db.ImportUsers(ctx, seat.actor, at, r, mail, dryRun, tell)
					done()
					if err != nil {
						return err
					}
					if mail && !dryRun {
						if err := p.Drain(ctx, s.db); err != nil {
							return err
						}
					}
					return s.tellUserImport(seat, result, dryRun)
				})
			})
		},
	}
	c.Flags().StringVar(&customer, "customer", "", "the path of the customer for lines that name none")
	c.Flags().BoolVar(&mail, "mail", false, "send the codes to their email addresses")
	c.Flags().BoolVar(&dryRun, "dry-run", false, "only say what it would do")
	return c
}

// importSeat is the seat to import from, and the customer of lines that name none.
func (s *session) importSeat(customer string) (*seat, domain.ID, error) {
	if customer != "" {
		return s.at(customer)
	}
	seat, err := s.one()
	return seat, domain.ID{}, err
}

// userImport is an import of users as JSON shows it.
type userImport struct {
	Created int             `json:"created"`
	Failed  int             `json:"failed"`
	Rows    []userImportRow `json:"rows"`
}

type userImportRow struct {
	Line       int        `json:"line"`
	Username   string     `json:"username"`
	ID         *domain.ID `json:"id"`
	Code       string     `json:"code,omitempty"`
	CodeUntil  *string    `json:"code_until,omitempty"`
	SignIn     string     `json:"sign_in"` // "code", "mail" or "none"; "" where it failed
	RFIDTokens []string   `json:"rfid_tokens"`
	Error      string     `json:"error"`
}

func (s *session) tellUserImport(seat *seat, result store.UserImport, dryRun bool) error {
	answer := userImport{Created: result.Made, Failed: result.Failed, Rows: []userImportRow{}}
	for _, r := range result.Rows {
		answer.Rows = append(answer.Rows, userImportRow{
			r.Line, r.Username, identity(r.ID), r.Code, instant(r.Until), signIn(r), append([]string{}, r.RFIDs...), r.Error,
		})
	}
	return s.answerRows(answer, result.Failed, func() error { return s.describeUserImport(seat, result, dryRun) })
}

// signIn is how the user of a line gets in.
func signIn(r store.UserImportRow) string {
	switch {
	case r.Error != "":
		return ""
	case r.NoSignIn:
		return "none"
	case r.Mailed:
		return "mail"
	}
	return "code"
}

func (s *session) describeUserImport(seat *seat, result store.UserImport, dryRun bool) error {
	verb := "Created"
	if dryRun {
		verb = "Would create"
	}
	if err := s.say(verb+" %s; %s failed.", count(result.Made, "user"), thousands(result.Failed)); err != nil || len(result.Rows) == 0 {
		return err
	}
	t := &table{w: s.Stdout, right: numberColumns(0)}
	if err := firstOf(s.say(""), t.add("Line", "Username", "Sign-in", "RFID tokens", "Code, shown once", "Good until", "Why not")); err != nil {
		return err
	}
	for _, r := range result.Rows {
		until := ""
		if r.Code != "" {
			until = seat.moment(r.Until)
		}
		why := ""
		if r.Error != "" {
			why = sentence(r.Error)
		}
		if err := t.add(strconv.Itoa(r.Line), r.Username, signIn(r), strings.Join(r.RFIDs, " "), r.Code, until, why); err != nil {
			return err
		}
	}
	return t.flush()
}
