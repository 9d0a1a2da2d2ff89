package cli

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

// errTrailWrong ends a verification that found something.
var errTrailWrong = domain.Errorf(domain.Damaged, "", "The audit trail isn't what was written. Keep this file as it is, and compare it with a backup.")

func (p *program) auditVerify() *cobra.Command {
	var heads []string
	c := &cobra.Command{
		Use: "verify", Short: "Follow the audit trail, and find what was changed, removed, swapped or added",
		Long: "Follow the audit trail from its first entry to its end. What was changed, removed, swapped or added shows by itself. That the end was cut off, or all written anew from some entry on, shows only against an end that was noted earlier somewhere else: give it with --head, as \"audit verify\" or the server's log wrote it, or give the log.",
		Args: words(), Annotations: needs(needsOwner),
		Example: "  tenantry audit verify --head /var/log/tenantry.log",
		RunE: func(c *cobra.Command, _ []string) error {
			return p.in(c, func(ctx context.Context, s *session) error { return s.verifyAudit(ctx, heads) })
		},
	}
	c.Flags().StringArrayVar(&heads, "head", nil, "an end noted earlier, NUMBER:HASH or ACCOUNT:NUMBER:HASH, or a file with some; may be given several times")
	return c
}

// notedHeads are ends of trails, by account; of those that name none, it isn't
// known whose they are.
type notedHeads struct {
	of       map[domain.ID][]store.AuditHead
	nobodies []store.AuditHead
}

func (s *session) readHeads(texts []string) (notedHeads, error) {
	noted := notedHeads{of: map[domain.ID][]store.AuditHead{}}
	add := func(head store.AuditHead, named bool) {
		if named {
			noted.of[head.Account] = append(noted.of[head.Account], head)
		} else {
			noted.nobodies = append(noted.nobodies, head)
		}
	}
	for _, text := range texts {
		head, named, err := store.ParseAuditHead(text)
		if err == nil {
			add(head, named)
			continue
		}
		if s.Fixed != nil && text != "-" {
			return noted, domain.Errorf(domain.Invalid, "head", "%s Send a log on standard input, and say - for it.", err.Error())
		}
		before := len(noted.of) + len(noted.nobodies)
		unknown := err
		err = s.reading(text, func(r io.Reader) error { return eachHead(r, add) })
		if domain.KindOf(err) == domain.NotFound {
			return noted, domain.Errorf(domain.Invalid, "head", "%s And no file of that name can be read.", unknown.Error())
		}
		if err == nil && len(noted.of)+len(noted.nobodies) == before {
			err = domain.Errorf(domain.Invalid, "head", "There is no end of an audit trail in %s. Give a server's log, or what \"audit verify\" wrote.", domain.CleanCut(text, 200))
		}
		if err != nil {
			return noted, err
		}
	}
	return noted, nil
}

func eachHead(r io.Reader, add func(store.AuditHead, bool)) error {
	text, err := io.ReadAll(io.LimitReader(r, 1<<30))
	for _, word := range store.FindAuditHeads(string(text)) {
		add(word.AuditHead, word.Named)
	}
	return unreadable("with ends", err)
}

func (s *session) verifyAudit(ctx context.Context, texts []string) error {
	noted, err := s.readHeads(texts)
	if err != nil {
		return err
	}
	trails := s.trails()
	if len(noted.nobodies) > 0 && len(s.seats) > 1 {
		return s.choose()
	}
	found := make([]shape.AuditVerified, 0, len(trails))
	wrong := false
	for _, trail := range trails {
		heads := noted.of[trail.actor.Account]
		delete(noted.of, trail.actor.Account)
		if trail.name != "" {
			heads = append(heads, noted.nobodies...)
		}
		tell, done := s.progress("verifying " + trail.name)
		verified, err := s.db.VerifyAudit(ctx, trail.actor, heads, tell)
		done()
		if err != nil {
			return err
		}
		wrong = wrong || len(verified.Problems) > 0
		found = append(found, shape.NewAuditVerified(trail.name, verified))
	}
	missing := 0
	if s.seats[0].actor.Operator && s.account == "" {
		missing = len(noted.of)
	}
	told := struct {
		Items   []shape.AuditVerified `json:"items"`
		Missing int                   `json:"missing"` // accounts of which an end was noted and that aren't here
	}{found, missing}
	err = s.answer(told, func() error {
		err := s.describeVerified(found)
		if missing > 0 {
			err = firstOf(err, s.say("There are ends of %s that aren't in this database.", count(missing, "account")))
		}
		return err
	})
	if err == nil && wrong {
		return errTrailWrong
	}
	return err
}

// trail is one to verify, and by whom.
type trail struct {
	actor domain.Actor
	name  string // of the account; empty for that outside all accounts
}

// trails are those of the accounts, and for the operator of all of them that of
// what happens outside every account.
func (s *session) trails() []trail {
	var all []trail
	for _, seat := range s.seats {
		all = append(all, trail{seat.actor, seat.rights.Account().Name})
	}
	if s.seats[0].actor.Operator && s.account == "" {
		all = append(all, trail{s.operator(), ""})
	}
	return all
}

func (s *session) describeVerified(found []shape.AuditVerified) error {
	for _, v := range found {
		name := v.Name
		if name == "" {
			if v.Entries == 0 && len(v.Problems) == 0 {
				continue
			}
			name = "Outside every account"
		}
		words := "nothing is wrong"
		if n := len(v.Problems) + v.More; n > 0 {
			words = count(n, "problem")
		}
		if v.Noted > 0 {
			words += ", " + count(v.Noted, "earlier end") + " found again"
		}
		if err := s.say("%s: %s followed, %s. Its end is\n  %s", name, count(v.Entries, "audit entry"), words, v.Head); err != nil {
			return err
		}
		for _, p := range v.Problems {
			if err := s.say("  Entry %s %s.", thousands(int(min(p.Number, 1<<62))), strings.TrimSuffix(p.What, ".")); err != nil {
				return err
			}
		}
	}
	return nil
}
