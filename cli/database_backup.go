package cli

import (
	"context"
	"io"
	"os"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/store"
)

// backupAnswer is what a backup tells as JSON.
type backupAnswer struct {
	File  string  `json:"file"`
	Bytes int64   `json:"bytes"`
	Key   *string `json:"key"`
}

func (p *program) databaseBackup() *cobra.Command {
	var withKey bool
	c := &cobra.Command{
		Use: "backup FILE", Short: "Write a copy of the whole database, also while it is in use",
		Long: `Write a copy of the whole database to FILE, as it is at one moment, while others go
on with their work. A file that is there already stays.

The key file isn't in it: keep a copy of that elsewhere, or add --with-key, which
puts it beside the backup. Whoever has both has everybody's second factor.`,
		Args:    words("FILE"),
		Example: "  tenantry db backup /var/backups/tenantry-$(date +%F).db",
		RunE: func(c *cobra.Command, args []string) error {
			return p.opened(c, func(ctx context.Context, db *store.DB) error {
				answer, err := p.backUp(ctx, db, args[0], withKey)
				if err != nil {
					return err
				}
				return p.answer(answer, func() error { return p.describeBackup(db, answer) })
			})
		},
	}
	c.Flags().BoolVar(&withKey, "with-key", false, "put the key file beside the backup")
	return p.operatorsOwn(c)
}

// backUp writes the database to a file, and its key file beside that.
func (p *program) backUp(ctx context.Context, db *store.DB, file string, withKey bool) (backupAnswer, error) {
	answer := backupAnswer{File: file}
	copied := func(w io.Writer) (err error) {
		far, done := p.progress("backing up")
		defer done()
		answer.Bytes, err = db.Backup(ctx, p.operator(), w, far)
		return err
	}
	if !withKey {
		return answer, p.written(file, copied)
	}
	// The key only once the copy is written: alone it would lie where nobody looks.
	text, err := os.ReadFile(store.KeyPath(db.Path()))
	if err != nil {
		return answer, domain.Errorf(domain.Unavailable, "file", "The key file %s can't be read: %w.", store.KeyPath(db.Path()), err)
	}
	key := file + ".key"
	err = p.written(file, func(w io.Writer) error {
		if err := copied(w); err != nil {
			return err
		}
		return p.written(key, func(w io.Writer) error { _, err := w.Write(text); return err })
	})
	if err == nil {
		answer.Key = &key
	}
	return answer, err
}

func (p *program) describeBackup(db *store.DB, a backupAnswer) error {
	if err := p.say("Backed up %s to %s: %s.", db.Path(), a.File, bytesText(a.Bytes)); err != nil {
		return err
	}
	if a.Key != nil {
		return p.say("Its key file is beside it: %s.", *a.Key)
	}
	return p.say("Its key file isn't in it: keep a copy of %s elsewhere.", store.KeyPath(db.Path()))
}

// bytesText writes a size for people.
func bytesText(n int64) string {
	if n < 10<<20 {
		return thousands(int((n+1023)>>10)) + " KiB"
	}
	return thousands(int(n>>20)) + " MiB"
}

func (p *program) databaseRestore() *cobra.Command {
	var replace bool
	c := &cobra.Command{
		Use: "restore FILE", Short: "Check a backup, and put it in place as the database",
		Long: `Check all of a backup, and put it in place as the database (--db). One that is
there is only replaced with --replace, and kept under another name. The backup's
key file must lie where the database's belongs, or beside the backup.`,
		Args: words("FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			if p.Restore == nil {
				return errFileInUse(p.path)
			}
			far, done := p.progress("restoring")
			restored, err := p.Restore(c.Context(), args[0], p.path, replace, far)
			done()
			if err != nil {
				return p.held(err)
			}
			return p.tellRestored(args[0], restored)
		},
	}
	c.Flags().BoolVar(&replace, "replace", false, "take the place of a database that is there, which is kept under another name")
	return p.operatorsOwn(c)
}

func (p *program) tellRestored(from string, r store.Restored) error {
	if len(r.Report.Problems) > 0 {
		told := reported(r.Report)
		err := p.answer(told, func() error {
			if err := p.describeProblems(told); err != nil {
				return err
			}
			return p.say("%s in %s. Nothing was restored; take another backup.", count(len(told.Problems)+r.Report.More, "problem"), from)
		})
		return firstOf(err, errRowsFailed)
	}
	answer := map[string]any{"database": p.path, "kept": r.Kept, "key": r.Key}
	return p.answer(answer, func() error {
		if err := p.say("Restored %s from %s: %s, %s, %s. Nothing is wrong.", p.path, from,
			count(r.Report.Accounts, "account"), count(r.Report.Users, "user"), count(r.Report.Devices, "device")); err != nil {
			return err
		}
		if r.Key != "" {
			if err := p.say("The backup's key file is now %s.", r.Key); err != nil {
				return err
			}
		}
		if r.Kept == "" {
			return nil
		}
		return p.say("The database that was there is kept as %s. Remove it once all is well.", r.Kept)
	})
}

func (p *program) databaseCompact() *cobra.Command {
	return p.operatorsOwn(&cobra.Command{
		Use: "compact", Short: "Write the database anew, without what was deleted",
		Long: "Write the database anew without the room that deleted things left, so that the file gets smaller and what they said leaves it. Nobody else may have it open.",
		Args: words(),
		RunE: func(c *cobra.Command, _ []string) error {
			if p.Compact == nil {
				return errFileInUse(p.path)
			}
			far, done := p.progress("compacting")
			compacted, err := p.Compact(c.Context(), p.path, far)
			done()
			if err != nil {
				return p.held(err)
			}
			return p.answer(map[string]any{"before": compacted.Before, "after": compacted.After}, func() error {
				return p.say("Compacted %s from %s to %s.", p.path, bytesText(compacted.Before), bytesText(compacted.After))
			})
		},
	})
}

// errFileInUse says that a command needs the file for itself.
func errFileInUse(path string) error {
	return domain.Errorf(domain.Unavailable, "", "A server holds the database %s, and this command works on the file itself. Stop the server first (systemctl stop tenantry), and start it again afterwards.", path)
}
