package store

import (
	"context"

	"tenantry/domain"
)

// handedOver are the groups that the owner of before holds after handing over,
// so that they stay of use at their own customer and below it.
const handedOver = domain.AccountAdministrator | domain.NestedCustomerAdministrator | domain.FleetManagement |
	domain.FullDeviceAccess | domain.DeviceManagement

// HandOver makes another user the account's owner; the one before becomes an
// Account Administrator with every group of their customer, and stays. Refused to
// all but the owner and the operator, NotFound when there is no such user,
// Invalid on "owner" for somebody who couldn't sign in, or as whom somebody else
// could, Conflict for who owns it already, Unproven where the actor hasn't
// confirmed lately.
func (db *DB) HandOver(ctx context.Context, actor domain.Actor, to domain.ID) error {
	hand := attempt{action: "account.hand_over", subject: SubjectUser, objects: ids(to)}
	return db.update(ctx, actor, hand, func(tx *tx, may *domain.Rights) error {
		account := *may.Account()
		next, err := tx.user(account.ID, to)
		if err != nil {
			return err
		}
		if err := may.CheckHandOver(next); err != nil {
			return err
		}
		if err := tx.noCodeWaits(next); err != nil {
			return err
		}
		if err := tx.recentlyProven(); err != nil {
			return err
		}
		before, err := tx.user(account.ID, account.Owner)
		if err != nil {
			return err
		}
		if before == nil {
			return damaged(tableAccount, key1(account.ID), "names an owner who isn't there")
		}
		return tx.handOver(hand.action, account, *before, *next)
	})
}

// noCodeWaits asks that nobody else could sign in as whoever is to be the owner
// with the code of a reset, which whoever made it may know.
func (tx *tx) noCodeWaits(next *domain.User) error {
	waits, err := tx.invitation(next.Account, next.ID)
	if waits != nil && err == nil && !tx.actor.Operator {
		err = domain.Errorf(domain.Invalid, "owner", "%s can't own the account yet: their password was reset, and whoever did that could sign in for them. They must sign in with the code first.", domain.CleanCut(next.Username, 40))
	}
	return err
}

func (tx *tx) handOver(action string, account domain.Account, before, next domain.User) error {
	tree, err := tx.tree(account.ID)
	if err != nil {
		return err
	}
	account.Owner = next.ID
	account.Version++
	if err := tx.putAccount(account); err != nil {
		return err
	}
	after := before
	after.Groups |= handedOver
	if account.AddOns.AccessControl {
		after.Groups |= domain.AccessControlManagement
	}
	if err := tx.changeUser("user.edit", before, &after); err != nil {
		return err
	}
	_, err = tx.audit(account.ID, entry{
		action: action, subject: SubjectAccount, object: account.ID, name: account.Name, where: mainCustomers(tree),
		changes: changes(change{"owner", before.Username, next.Username}),
	})
	return err
}
