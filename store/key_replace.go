package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"tenantry/domain"
)

// ReplaceKey makes a new key file for a database whose own is lost: every second
// factor and every waiting mail is given up, since nothing opens them any more.
// Users enrol again. It answers how many second factors went. Only for a
// database that Open refuses over its key file: Conflict where that is the right
// one, and the error of Open where it only can't be read or isn't safe.
//
// A file that lies in its place is kept under another name. Cut short at any
// point, it leaves a database that Open refuses still, to be called for again.
func ReplaceKey(ctx context.Context, path string, o Options) (int, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return 0, openError(path, err)
	}
	e, err := openEngine(ctx, path, lockWait(o), checkFile)
	if err != nil {
		return 0, err
	}
	db := newDB(e, o)
	ended := 0
	if err = e.migrate(ctx); err == nil {
		ended, err = db.replaceKey(ctx)
	}
	return ended, firstOf(err, db.Close())
}

func (db *DB) replaceKey(ctx context.Context) (ended int, err error) {
	err = db.openKey(ctx)
	switch {
	case err == nil:
		return 0, domain.Errorf(domain.Conflict, "", "The key file %s is the right one, so it stays.", KeyPath(db.Path()))
	case !isKeyLost(err):
		return 0, err
	}
	file := KeyPath(db.Path())
	if err := putAside(file); err != nil {
		return 0, createError(file, err)
	}
	key, err := makeKey(file, &db.random)
	if err != nil {
		return 0, createError(file, err)
	}
	actor := domain.Actor{Operator: true, Door: domain.DoorMachine}
	err = db.updateFree(ctx, actor, func(tx *tx) (err error) {
		ended, err = tx.loseKey(key)
		return err
	})
	return ended, err
}

// asideEnding and a number end the name of a file that was put aside.
const asideEnding = ".replaced-"

// putAside gives a file that may be another database's key a name that is free.
func putAside(path string) error {
	for n := 1; ; n++ {
		err := rename(path, path+asideEnding+strconv.Itoa(n))
		switch {
		case err == nil || errors.Is(err, fs.ErrNotExist):
			return nil
		case !errors.Is(err, os.ErrExist) || n == 1000:
			return err
		}
	}
}

// keyAside finds the key with that fingerprint among those that were put aside. It
// is the database's own after a restore that was cut short between the two files,
// and that of a database which a restore replaced and which is put back.
func keyAside(path string, print []byte) (key fileKey, from string, found bool) {
	folder, name := filepath.Split(KeyPath(path))
	lying, _ := os.ReadDir(folder)
	for _, l := range lying {
		if !strings.HasPrefix(l.Name(), name+asideEnding) {
			continue
		}
		from = filepath.Join(folder, l.Name())
		if key, err := readKey(from); err == nil && key.has(print) {
			return key, from, true
		}
	}
	return key, "", false
}

// loseKey gives up all that the key before sealed, in every account.
func (tx *tx) loseKey(key fileKey) (ended int, err error) {
	tx.quiet = true // where there is no account, there is nobody to tell
	var accounts []domain.Account
	err = tx.eachAccount(func(a domain.Account) error {
		accounts = append(accounts, a)
		return nil
	})
	for _, a := range accounts {
		if err != nil {
			return 0, err
		}
		var factors, mails int
		if factors, err = tx.loseFactors(a.ID); err != nil {
			return 0, err
		}
		if mails, err = tx.loseMails(a.ID); err != nil {
			return 0, err
		}
		ended += factors
		var tree *domain.Tree
		if tree, err = tx.tree(a.ID); err != nil {
			return 0, err
		}
		_, err = tx.audit(a.ID, entry{
			action: "key.replace", subject: SubjectAccount, object: a.ID, name: a.Name, where: mainCustomers(tree),
			changes: []change{{"second_factors_ended", "", strconv.Itoa(factors)}, {"mails_given_up", "", strconv.Itoa(mails)}},
		})
	}
	return ended, firstOf(err, tx.put(tableMeta, keyFingerprint, key.fingerprint()))
}

// loseFactors removes every second factor of an account.
func (tx *tx) loseFactors(account domain.ID) (int, error) {
	users, err := tx.identities(tableFactor, account)
	for _, id := range users {
		if err == nil {
			err = tx.deleteFactor(account, id)
		}
	}
	return len(users), err
}

// loseMails gives up every waiting mail of an account.
func (tx *tx) loseMails(account domain.ID) (int, error) {
	mails, err := tx.identities(tableOutbox, account)
	for _, id := range mails {
		if err == nil {
			err = tx.loseMail(account, id)
		}
	}
	return len(mails), err
}

func (tx *tx) loseMail(account, id domain.ID) error {
	r, err := tx.mail(account, id)
	if r == nil || err != nil {
		return err
	}
	user := idFromRecord(r.User)
	u, err := tx.user(account, user)
	if err != nil {
		return err
	}
	i, err := tx.invitation(account, user)
	if u == nil || i == nil || err != nil {
		return firstOf(err, tx.delete(tableOutbox, key2(account, id)))
	}
	i.Error = "the key file that sealed its code was lost"
	return tx.endMail(Mail{ID: id, Account: account, To: u.Email}, u, i, "mail.give_up", i.Error)
}

// identities are the second IDs of an account's keys in a table, collected so
// that the table can be changed.
func (tx *tx) identities(t table, account domain.ID) ([]domain.ID, error) {
	var found []domain.ID
	c := tx.scan(t, key1(account))
	for c.next() {
		found = append(found, idAt(c.key(), 1))
	}
	return found, c.err()
}
