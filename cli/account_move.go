package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/store"
)

// This file has what only the machine's operator does with whole accounts.

func (p *program) accountCreate() *cobra.Command {
	var f newAccountFlags
	c := &cobra.Command{
		Use: "create NAME --owner USER", Short: "Make a further account with its main customer and its owner",
		Args:    words("NAME"),
		Example: `  tenantry account create "Birch" --email ops@birch.example --country SE --owner bjork --password-stdin < password.txt`,
		RunE: func(c *cobra.Command, args []string) error {
			n, err := f.read(c, p, args[0], "email", "country", "owner")
			if err != nil {
				return err
			}
			return p.opened(c, func(ctx context.Context, db *store.DB) error { return p.makeAccount(ctx, db, n) })
		},
	}
	f.add(c)
	return p.operatorsOwn(c)
}

func (p *program) accountSuspend() *cobra.Command {
	c := p.suspending("suspend", true, "%s is suspended: nobody signs in, and its tokens are refused.")
	c.Short = "Let nobody into an account, and its tokens do nothing, until it is resumed"
	c.Long = "Let nobody into an account until it is resumed. Open consoles and SSH sessions close within a second, API tokens are refused, waiting mail waits. Nothing is lost."
	return c
}

func (p *program) accountResume() *cobra.Command {
	c := p.suspending("resume", false, "%s is open again.")
	c.Short = "Open a suspended account again"
	return c
}

func (p *program) suspending(verb string, suspended bool, done string) *cobra.Command {
	return p.operatorsOwn(&cobra.Command{
		Use: verb + " NAME", Args: words("NAME"),
		RunE: func(c *cobra.Command, args []string) error {
			return p.inAccount(c, args, func(ctx context.Context, s *session, seat *seat) error {
				now, err := s.db.Account(ctx, seat.actor)
				if err != nil {
					return err
				}
				now.Suspended = suspended
				if _, err := s.db.EditAccount(ctx, seat.actor, now.Account); err != nil {
					return err
				}
				return s.tellAccount(ctx, seat, done)
			})
		},
	})
}

// accountName is an account as an answer names it.
type accountName struct {
	ID   domain.ID `json:"id"`
	Name string    `json:"name"`
}

func (p *program) accountExport() *cobra.Command {
	var secret passphraseFlags
	var plain bool
	c := &cobra.Command{
		Use: "export NAME FILE", Short: "Write an account to a file, whole, for another installation",
		Long: `Write an account to a file, whole and with all identities: customers, users with
their passwords, second factors, SSH keys and API tokens, devices, locations,
access history and audit trail. Only who is signed in isn't in it.

The file holds what people sign in with, so it is sealed under a passphrase of at
least 15 characters. With --plain it isn't, and whoever reads it has their second
factors. Suspend the account first where it is to move: what changes after the
export isn't in it.`,
		Args:    words("NAME", "FILE"),
		Example: "  tenantry account export Acme acme.account --passphrase-file passphrase.txt",
		RunE: func(c *cobra.Command, args []string) error {
			return p.inAccount(c, args[:1], func(ctx context.Context, s *session, seat *seat) error {
				_, err := s.export(ctx, seat, args[1], &secret, plain, true)
				return err
			})
		},
	}
	secret.add(c)
	c.Flags().BoolVar(&plain, "plain", false, "don't seal the file")
	oneOf(c, "plain", "passphrase-file", "passphrase-stdin")
	return p.operatorsOwn(c)
}

// exportAnswer is what an export tells as JSON.
type exportAnswer struct {
	Account accountName `json:"account"`
	File    string      `json:"file"`
	Sealed  bool        `json:"sealed"`
	Entries int         `json:"entries"`
}

// export writes an account to a file, and tells of it where tell says so.
func (s *session) export(ctx context.Context, seat *seat, file string, secret *passphraseFlags, plain, tell bool) (exportAnswer, error) {
	account := seat.rights.Account()
	answer := exportAnswer{Account: accountName{account.ID, account.Name}, File: file, Sealed: !plain}
	passphrase := ""
	if !plain {
		var err error
		if passphrase, err = secret.read(ctx, s.program, true); err != nil {
			return answer, err
		}
	}
	err := s.written(file, func(w io.Writer) error {
		far, done := s.progress("exporting")
		defer done()
		exported, err := s.db.ExportAccount(ctx, seat.actor, passphrase, w, far)
		answer.Entries = exported.Entries
		return err
	})
	if err != nil || !tell {
		return answer, err
	}
	return answer, s.answer(answer, func() error {
		if err := s.say("Wrote %s to %s.", account.Name, file); err != nil || answer.Sealed {
			return err
		}
		return s.say("It isn't sealed: whoever reads the file has the second factors of %s.", account.Name)
	})
}

// importAnswer is what an import tells as JSON.
type importAnswer struct {
	Account   accountName   `json:"account"`
	Imported  bool          `json:"imported"`
	Suspended bool          `json:"suspended"`
	Users     int           `json:"users"`
	Devices   int           `json:"devices"`
	Taken     []takenAnswer `json:"taken"`
	Total     int           `json:"taken_total"`
}

type takenAnswer struct {
	What  string `json:"what"`
	Value string `json:"value"`
}

func (p *program) accountImport() *cobra.Command {
	var secret passphraseFlags
	c := &cobra.Command{
		Use: "import FILE", Short: "Bring in an account that another installation exported",
		Long: `Bring in an account that "account export" wrote, whole and with all identities.
Everything in the file is checked first. What clashes with what is here, such as
a username or a unit ID, is listed, and nothing is imported then. Where there is
no database yet, it becomes the first account of a new one.`,
		Args:    words("FILE"),
		Example: "  tenantry account import acme.account --passphrase-file passphrase.txt",
		RunE: func(c *cobra.Command, args []string) error {
			return p.openedOrMade(c.Context(), func(ctx context.Context, db *store.DB) error {
				return p.importAccount(ctx, db, args[0], &secret)
			})
		},
	}
	secret.add(c)
	oneOf(c, "passphrase-file", "passphrase-stdin")
	return p.operatorsOwn(c)
}

func (p *program) importAccount(ctx context.Context, db *store.DB, name string, secret *passphraseFlags) error {
	file, err := p.files().Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	far, done := p.progress("importing")
	got, err := db.ImportAccount(ctx, p.operator(), file, func(ctx context.Context) (string, error) { return secret.read(ctx, p, false) }, far)
	done()
	if err != nil {
		return err
	}
	answer := importAnswer{
		Account: accountName{got.Account.ID, got.Account.Name}, Imported: len(got.Taken) == 0, Suspended: got.Account.Suspended,
		Users: got.Users, Devices: got.Devices, Taken: []takenAnswer{}, Total: len(got.Taken) + got.More,
	}
	for _, t := range got.Taken {
		answer.Taken = append(answer.Taken, takenAnswer(t))
	}
	if err := p.answer(answer, func() error { return p.describeImport(answer) }); err != nil {
		return err
	}
	if !answer.Imported {
		return errRowsFailed
	}
	return nil
}

func (p *program) describeImport(a importAnswer) error {
	if a.Imported {
		err := p.say("Imported %s with %s and %s.", a.Account.Name, count(a.Users, "user"), count(a.Devices, "device"))
		if a.Suspended {
			err = firstOf(err, p.say("It is suspended, as it was. \"tenantry account resume\" opens it."))
		}
		return err
	}
	words := map[string]string{
		"account": "the account itself", "account_name": "account name", "username": "username", "email": "email address", "unit_id": "unit ID", "token": "API token",
	}
	t := &table{w: p.Stdout}
	for _, taken := range a.Taken {
		if err := t.add(words[taken.What], taken.Value); err != nil {
			return err
		}
	}
	if err := t.flush(); err != nil {
		return err
	}
	if more := a.Total - len(a.Taken); more > 0 {
		if err := p.say("… and %s more.", thousands(more)); err != nil {
			return err
		}
	}
	return p.say("Nothing was imported: of %s, %s here already.", a.Account.Name, are(a.Total))
}

func are(n int) string {
	if n == 1 {
		return "1 thing is"
	}
	return thousands(n) + " things are"
}

func (p *program) accountDelete() *cobra.Command {
	var secret passphraseFlags
	var backup, export string
	c := &cobra.Command{
		Use: "delete NAME (--backup FILE | --export FILE)", Short: "Delete a suspended account and all that is in it, after a backup",
		Long: `Delete an account and all that is in it, for ever. It must be suspended, so that
nobody is at work in it, and first its contents go to a file: with --backup the
whole database, with --export the account alone, sealed under a passphrase. Where
that fails, nothing is deleted.`,
		Args:    words("NAME"),
		Example: "  tenantry account delete Acme --export acme.account",
		RunE: func(c *cobra.Command, args []string) error {
			if backup == "" && export == "" {
				return usage(c, "Say where its contents go first, with --backup FILE or --export FILE.")
			}
			return p.inAccount(c, args, func(ctx context.Context, s *session, seat *seat) error {
				return s.deleteAccount(ctx, seat, backup, export, &secret)
			})
		},
	}
	c.Flags().StringVar(&backup, "backup", "", "back the whole database up to this file first")
	c.Flags().StringVar(&export, "export", "", "export the account to this file first")
	secret.add(c)
	oneOf(c, "backup", "export")
	return p.operatorsOwn(c)
}

func (s *session) deleteAccount(ctx context.Context, seat *seat, backup, export string, secret *passphraseFlags) error {
	account := *seat.rights.Account()
	if err := seat.rights.CheckAccountDeletion(account.Name); err != nil {
		return err
	}
	detail, err := s.db.Account(ctx, seat.actor)
	if err != nil {
		return err
	}
	about := account.Name + " goes for ever, with " + count(detail.Customers, "customer") + ", " + count(detail.Users, "user") + " and " + count(detail.Devices, "device") + "."
	if err := s.confirmName(ctx, about, account.Name); err != nil {
		return err
	}
	file := export
	if backup != "" {
		file = backup
		_, err = s.backUp(ctx, s.db, backup, false)
	} else {
		_, err = s.export(ctx, seat, export, secret, false, false)
	}
	if err != nil {
		return err
	}
	far, done := s.progress("deleting")
	err = s.db.DeleteAccount(ctx, seat.actor, account.Name, far)
	done()
	if err != nil {
		return err
	}
	return s.answer(map[string]any{"account": accountName{account.ID, account.Name}, "deleted": true, "file": file}, func() error {
		if err := s.say("Deleted %s. What was in it is in %s.", account.Name, file); err != nil {
			return err
		}
		return s.say("What it said stays readable in the database file until that is compacted: tenantry db compact")
	})
}
