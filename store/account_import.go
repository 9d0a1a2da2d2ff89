package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"tenantry/domain"
)

// An import reads the whole export into a database of its own first, beside the
// real one: there an older format is brought up to date, and everything is held
// against everything else by the same check that looks at a database. Only then
// it is copied over, the account itself last.

// Imported is what an import did. Where something is taken already, it did
// nothing.
type Imported struct {
	Account        domain.Account
	Users, Devices int
	Taken          []Taken // the first of what is taken
	More           int     // how much more is
}

// Taken is something of an imported account that is somebody's here.
type Taken struct {
	What  string // "account", "account_name", "username", "email", "unit_id", "token"
	Value string
}

// takenListed is how much of what is taken is listed.
const takenListed = 100

// ImportAccount brings in an account that ExportAccount wrote, with all
// identities as they were, and makes its secrets readable with this
// installation's key file. ask is asked for the passphrase of a sealed one. It
// comes whole or not at all: Damaged where the file can't be believed, Unavailable
// where it is of a newer format, Refused to anyone but the operator. Where names,
// unit IDs or the account itself are here already, the answer lists them and
// nothing was written.
func (db *DB) ImportAccount(ctx context.Context, actor domain.Actor, r io.Reader, ask Passphrase, progress Progress) (Imported, error) {
	if !actor.Operator {
		return Imported{}, errOperatorOnly("import an account")
	}
	end, err := db.relocation.begin()
	if err != nil {
		return Imported{}, err
	}
	defer end()
	if err := db.clearLeftovers(ctx); err != nil {
		return Imported{}, err
	}
	plain, err := db.openExport(ctx, r, ask)
	if err != nil {
		return Imported{}, err
	}
	contents, err := readContents(plain)
	if err != nil {
		return Imported{}, err
	}
	aside, err := db.aside(ctx, contents.format)
	if err != nil {
		return Imported{}, err
	}
	defer aside.discard()
	imported, err := aside.take(ctx, contents, progress)
	if err != nil {
		return imported, err
	}
	if err := db.whatIsTaken(ctx, aside.DB, &imported); err != nil || len(imported.Taken) > 0 {
		return imported, err
	}
	return imported, db.bringIn(ctx, actor, aside.DB, imported, progress)
}

// aside is a database beside the real one that nobody but an import sees. What it
// seals opens in the real one.
type aside struct{ *DB }

// aside makes one, empty, of an older format maybe.
func (db *DB) aside(ctx context.Context, format uint32) (aside, error) {
	file, err := beside(db.Path(), "import")
	if err != nil {
		return aside{}, createError(db.Path(), err)
	}
	path := file.Name()
	if err := file.Close(); err != nil {
		return aside{}, createError(path, err)
	}
	e, err := openEngine(ctx, path, time.Second, func(*os.File) error { return nil })
	if err != nil {
		os.Remove(path)
		return aside{}, err
	}
	e.bolt.NoSync = true // nobody wants it back
	a := aside{&DB{engine: e, now: db.now, random: lockedReader{r: &db.random}, cost: db.cost, hashing: db.hashing, box: db.box}}
	if err := a.lay(ctx, db, format); err != nil {
		a.discard()
		return aside{}, err
	}
	return a, nil
}

func (a aside) discard() {
	a.Close()
	os.Remove(a.Path())
}

// lay makes the tables, and what the installation says of itself.
func (a aside) lay(ctx context.Context, real *DB, format uint32) error {
	said := map[string][]byte{}
	err := real.viewFree(ctx, domain.Actor{}, func(tx *tx) error {
		for _, key := range [][]byte{keyInstallation, keyFingerprint} {
			value, err := tx.get(tableMeta, key)
			if err != nil {
				return err
			}
			said[string(key)] = bytes.Clone(value)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return a.updateFree(ctx, domain.Actor{}, func(tx *tx) error {
		tx.quiet, tx.wrote = true, true
		for t := range table(len(tables)) {
			if err := tx.makeTable(t); err != nil {
				return err
			}
		}
		for key, value := range said {
			if err := tx.put(tableMeta, []byte(key), value); err != nil {
				return err
			}
		}
		return tx.putFormat(format)
	})
}

// take reads an export to its end, brings it to the newest format, and checks
// it.
func (a aside) take(ctx context.Context, contents *contentsReader, progress Progress) (Imported, error) {
	var imported Imported
	for more := true; more; {
		err := a.updateFree(ctx, domain.Actor{}, func(tx *tx) (err error) {
			tx.quiet, tx.wrote = true, true
			more, err = tx.takeSome(contents)
			return err
		})
		if err != nil {
			return imported, err
		}
		if progress != nil {
			progress(contents.entries, 0)
		}
	}
	err := a.updateFree(ctx, domain.Actor{}, func(tx *tx) error {
		tx.quiet = true
		return tx.putGeneration(contents.account)
	})
	if err == nil {
		err = a.engine.migrate(ctx)
	}
	if err != nil {
		return imported, asDamage(err)
	}
	report, err := a.Check(ctx, progress)
	switch {
	case err != nil:
		return imported, asDamage(err)
	case len(report.Problems) > 0:
		p := report.Problems[0]
		return imported, exportDamaged("it contradicts itself in " + strconv.Itoa(len(report.Problems)+report.More) + " places, the first of them: " + p.Where + " " + p.What)
	}
	imported.Users, imported.Devices = report.Users, report.Devices
	return imported, a.viewFree(ctx, domain.Actor{}, func(tx *tx) error {
		found, err := tx.account(contents.account)
		if err != nil {
			return err
		}
		if found == nil {
			return exportDamaged("the account itself isn't in it")
		}
		imported.Account = *found
		return nil
	})
}

// asDamage tells of damage to the database aside as what it is: damage to the
// export.
func asDamage(err error) error {
	var e *domain.Error
	if errors.As(err, &e) && (e.Kind == domain.Damaged || e.Kind == domain.Invalid) {
		what := strings.TrimPrefix(e.Text, "The database is damaged: ")
		return exportDamaged("it contradicts itself: " + strings.TrimSuffix(strings.TrimSuffix(what, restoreHint), ". "))
	}
	return err
}

// takeSome takes as many entries as one transaction should; false when those
// were all.
func (tx *tx) takeSome(contents *contentsReader) (bool, error) {
	for range clearStep {
		more, err := contents.next()
		if !more || err != nil {
			return false, err
		}
		t, value := contents.table, contents.value
		if travels[t] == travelSealed {
			if value, err = tx.db.conceal(t, contents.account, contents.key, value); err != nil {
				return false, asDamage(err)
			}
		}
		key, value := withAccount(t, contents.account, contents.key, value)
		if err := tx.put(t, key, value); err != nil {
			return false, err
		}
	}
	return true, tx.ctx.Err()
}

// putGeneration begins the change counter of an account that comes: above what it
// ever was here, so that no tree of an earlier stay can be taken for its own.
func (tx *tx) putGeneration(account domain.ID) error {
	return tx.put(tableGeneration, key1(account), binary.BigEndian.AppendUint64(nil, uint64(tx.now.UnixNano())))
}

// whatIsTaken finds everything of an account that is somebody's here already.
func (db *DB) whatIsTaken(ctx context.Context, from *DB, imported *Imported) error {
	account := imported.Account.ID
	add := func(what, value string) {
		if len(imported.Taken) < takenListed {
			imported.Taken = append(imported.Taken, Taken{what, value})
		} else {
			imported.More++
		}
	}
	return db.viewFree(ctx, domain.Actor{}, func(here *tx) error {
		mine, err := here.account(account)
		if err != nil {
			return err
		}
		if mine != nil {
			add("account", account.String())
		}
		return from.viewFree(ctx, domain.Actor{}, func(there *tx) error {
			for t := range table(len(tables)) {
				if travels[t] != travelShared {
					continue
				}
				c := there.owned(t, account)
				for c.next() {
					if here.has(t, c.key()) {
						add(takenWords[t], sharedWord(t, c.key()))
					}
				}
				if err := firstOf(c.err(), ctx.Err()); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

var takenWords = map[table]string{
	tableAccountName: "account_name", tableUserName: "username", tableUserEmail: "email", tableUnit: "unit_id", tableTokenOwner: "token",
}

// sharedWord is a key of an index of the installation, as a person writes it.
func sharedWord(t table, key []byte) string {
	switch t {
	case tableUnit:
		return domain.UnitID(key).String()
	case tableTokenOwner:
		return domain.ID(key).String()
	}
	return domain.CleanCut(string(key), 100)
}

// bringIn copies a checked account over. What goes wrong on the way takes it all
// away again.
func (db *DB) bringIn(ctx context.Context, actor domain.Actor, from *DB, imported Imported, progress Progress) error {
	account := imported.Account.ID
	err := db.updateFree(ctx, actor, func(tx *tx) error {
		tx.quiet = true
		return tx.putClearing(account, true)
	})
	if err != nil {
		return err
	}
	if err = db.copyOver(ctx, from, account, progress); err == nil {
		err = db.updateFree(ctx, actor, func(tx *tx) error { return tx.arrive(from, imported) })
	}
	if err != nil && domain.KindOf(err) != domain.Uncertain {
		if left := db.clear(context.WithoutCancel(ctx), account, nil); left != nil {
			return left
		}
	}
	return err
}

// copyOver copies what can't be seen, in many transactions.
func (db *DB) copyOver(ctx context.Context, from *DB, account domain.ID, progress Progress) error {
	copied := 0
	for t := range table(len(tables)) {
		if !t.leaves() || t.isSeen() {
			continue
		}
		var after []byte
		for more := true; more; {
			err := db.updateFree(ctx, domain.Actor{}, func(tx *tx) (err error) {
				tx.quiet = true
				n := 0
				n, after, err = copyFrom(tx, from, t, account, after, clearStep)
				copied += n
				more = n == clearStep
				return err
			})
			if err != nil {
				return err
			}
			if progress != nil {
				progress(copied, 0)
			}
		}
	}
	return nil
}

// copyFrom copies entries of an account from another database, those after a
// key, and at most so many. It answers the last key.
func copyFrom(here *tx, from *DB, t table, account domain.ID, after []byte, most int) (n int, last []byte, err error) {
	last = after
	err = from.viewFree(here.ctx, domain.Actor{}, func(there *tx) error {
		c := there.owned(t, account)
		next := c.next
		if after != nil {
			next = func() bool { next = c.next; return c.seek(append(bytes.Clone(after), 0)) }
		}
		for n < most && next() {
			if travels[t] == travelShared && here.has(t, c.key()) {
				return domain.Errorf(domain.Conflict, "", "%s %s was taken while the account was imported. Nothing was imported; try again.", takenWords[t], sharedWord(t, c.key()))
			}
			if err := here.put(t, c.key(), c.value()); err != nil {
				return err
			}
			n, last = n+1, bytes.Clone(c.key())
		}
		return c.err()
	})
	return n, last, err
}

// arrive brings what can be seen of an account, in one step.
func (tx *tx) arrive(from *DB, imported Imported) error {
	a := imported.Account
	for t := range table(len(tables)) {
		if !t.leaves() || !t.isSeen() {
			continue
		}
		if _, _, err := copyFrom(tx, from, t, a.ID, nil, int(^uint(0)>>1)); err != nil {
			return err
		}
	}
	if err := tx.putGeneration(a.ID); err != nil {
		return err
	}
	if err := tx.putClearing(a.ID, false); err != nil {
		return err
	}
	tx.accountChanged(a.ID)
	_, err := tx.audit(domain.ID{}, entry{
		action: "account.import", subject: SubjectAccount, object: a.ID, name: a.Name,
		changes: changes(change{"users", "", strconv.Itoa(imported.Users)}, change{"devices", "", strconv.Itoa(imported.Devices)}),
	})
	return err
}
