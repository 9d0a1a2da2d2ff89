package store

import (
	"context"
	"strconv"
	"sync"

	"tenantry/domain"
)

// relocation lets one account at a time come or go.
type relocation struct{ mu sync.Mutex }

// begin takes the turn, which end gives back.
func (m *relocation) begin() (end func(), err error) {
	if !m.mu.TryLock() {
		return nil, domain.Errorf(domain.Unavailable, "", "Another account is being imported or deleted at this moment. Try again when that is done.")
	}
	return m.mu.Unlock, nil
}

// DeleteAccount removes the actor's account and all that belongs to it, for
// ever. Refused to anyone but the operator, Invalid where typed isn't its name,
// Conflict while it isn't suspended: nobody may be at work in it, and what was
// exported or backed up before is then all that there is.
//
// It is gone with the first of several transactions, in one step. When a later
// one fails, or is called off, the error says that the rest is removed when the
// database is next opened.
func (db *DB) DeleteAccount(ctx context.Context, actor domain.Actor, typed string, progress Progress) error {
	if !actor.Operator {
		return errOperatorOnly("delete an account")
	}
	end, err := db.relocation.begin()
	if err != nil {
		return err
	}
	defer end()
	err = db.update(ctx, actor, attempt{action: "account.delete", subject: SubjectAccount, objects: ids(actor.Account)}, func(tx *tx, may *domain.Rights) error {
		return tx.deleteAccount(may, typed)
	})
	if err != nil {
		return err
	}
	switch err := db.clear(ctx, actor.Account, progress); {
	case err != nil && ctx.Err() != nil:
		return domain.Errorf(domain.Unavailable, "", "The account is deleted. Removing what is left of it in the file was stopped; that goes on when the database is next opened.")
	case err != nil:
		return domain.Errorf(domain.Unavailable, "", "The account is deleted. Removing what is left of it in the file was cut short (%w); that goes on when the database is next opened.", err)
	}
	return nil
}

func errOperatorOnly(what string) error {
	return domain.Errorf(domain.Refused, "", "Only the operator of the machine can %s.", what)
}

// deleteAccount removes what can be seen of an account, and leaves the rest to
// be cleared.
func (tx *tx) deleteAccount(may *domain.Rights, typed string) error {
	a := *may.Account()
	if err := may.CheckAccountDeletion(typed); err != nil {
		return err
	}
	var customers, users, devices int
	for i := range may.Tree().Len() {
		h, err := tx.heldBy(a.ID, may.Tree().At(i).ID)
		if err != nil {
			return err
		}
		customers, users, devices = customers+1, users+h.users, devices+h.devices
	}
	if err := tx.clearAll(a.ID, table.isSeen); err != nil {
		return err
	}
	if err := tx.putClearing(a.ID, true); err != nil {
		return err
	}
	tx.accountChanged(a.ID)
	_, err := tx.audit(domain.ID{}, entry{
		action: "account.delete", subject: SubjectAccount, object: a.ID, name: a.Name,
		changes: changes(
			change{"customers", strconv.Itoa(customers), ""},
			change{"users", strconv.Itoa(users), ""},
			change{"devices", strconv.Itoa(devices), ""},
		),
	})
	return err
}

// accountChanged lets everybody know that an account has come or gone, and lets
// go of what was kept of it in memory.
func (tx *tx) accountChanged(account domain.ID) {
	tx.changed(account, SubjectAccount, account)
	tx.afterCommit(func() {
		tx.db.trees.drop(account)
		tx.db.fleets.Delete(account)
	})
}
