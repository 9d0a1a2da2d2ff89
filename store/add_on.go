package store

import (
	"context"
	"fmt"
	"strings"

	"tenantry/domain"
)

// WarnAddOns says what is due to be said before an account is left with these
// add-ons: whom what goes away leaves with something that gives nothing. "" when
// nothing goes away. Refused to anyone but the operator, who switches them.
func (db *DB) WarnAddOns(ctx context.Context, actor domain.Actor, after domain.AddOns) (string, error) {
	var warning string
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		account := may.Account()
		changed := *account
		changed.AddOns = after
		if err := may.CheckAccountChange(account, &changed); err != nil {
			return err
		}
		if !account.AddOns.AccessControl || after.AccessControl {
			return nil
		}
		holders, err := tx.holdersOf(account.ID, domain.AccessControlManagement)
		if err != nil {
			return err
		}
		tokens, err := tx.countUnder(tableRFID, key1(account.ID))
		warning = accessControlWarning(account.Name, holders, tokens)
		return err
	})
	return warning, err
}

func accessControlWarning(account string, holders, tokens int) string {
	lost := []string{"The access history and the RFID tokens are no longer shown, and no new ones are taken."}
	if holders > 0 {
		lost = append(lost, fmt.Sprintf("The group %s, which %s, stays granted and gives nothing.",
			domain.AccessControlManagement, heldBy(holders)))
	}
	if tokens > 0 {
		lost = append(lost, fmt.Sprintf("RFID tokens: %d. They stay with their holders.", tokens))
	}
	return strings.Join(append(lost, fmt.Sprintf("Nothing of %s is deleted: switched on again, all of it is back.", domain.CleanCut(account, 60))), " ")
}

func heldBy(n int) string {
	if n == 1 {
		return "1 user holds"
	}
	return fmt.Sprintf("%d users hold", n)
}

// holdersOf counts the users who hold a group.
func (tx *tx) holdersOf(account domain.ID, group domain.Groups) (n int, err error) {
	err = tx.eachUser(account, func(u *domain.User) error {
		if u.Groups.Has(group) {
			n++
		}
		return tx.ctx.Err()
	})
	return n, err
}

// countUnder counts the values of a table whose key begins so.
func (tx *tx) countUnder(t table, prefix []byte) (n int, err error) {
	c := tx.scan(t, prefix)
	for c.next() {
		n++
	}
	return n, c.err()
}
