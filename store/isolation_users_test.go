package store

import (
	"context"
	"fmt"
	"strings"

	"tenantry/domain"
)

// userAttempts are the operations on users, as attempts has those on all else.
func userAttempts() []attempted {
	var all []attempted
	add := func(operation, how string, do func(ctx context.Context, db *DB, actor domain.Actor, x, mine theirs) (any, error)) {
		all = append(all, attempted{operation: operation, how: how, do: do})
	}
	add("User", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.User(ctx, a, x.user)
	})
	add("FindUser", "by name", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.FindUser(ctx, a, x.username)
	})
	add("FindUser", "by ID", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.FindUser(ctx, a, x.user.String())
	})
	add("Access", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		access, err := db.Access(ctx, a, x.user)
		return access.Summary, err
	})
	add("PreviewAccess", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		access, err := db.PreviewAccess(ctx, a, domain.User{Customer: x.customer, Groups: domain.AllGroups})
		return access.Summary, err
	})
	add("PreviewAccess", "at", func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		access, err := db.PreviewAccess(ctx, a, domain.User{Customer: mine.customer, Locations: ids(x.location)})
		return access.Summary, err
	})
	add("PreviewAccess", "as", func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		access, err := db.PreviewAccess(ctx, a, domain.User{ID: x.user, Customer: mine.customer, Username: x.username})
		return access.Summary, err
	})
	add("EditUser", "", func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		return db.EditUser(ctx, a, domain.User{ID: x.user, Customer: x.customer, Username: "mine-now", Version: 7})
	})
	add("EditUser", "to", func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		return db.EditUser(ctx, a, domain.User{ID: mine.user, Customer: x.customer, Username: mine.username})
	})
	add("EditUser", "at", func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		return db.EditUser(ctx, a, domain.User{ID: mine.user, Customer: mine.customer, Username: mine.username, Locations: ids(x.location)})
	})
	add("MoveUser", "", func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		return db.MoveUser(ctx, a, x.user, mine.customer, true)
	})
	add("MoveUser", "to", func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		return db.MoveUser(ctx, a, mine.user, x.customer, true)
	})
	add("SetUserActive", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return nil, db.SetUserActive(ctx, a, x.user, false)
	})
	add("WarnUser", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.WarnUser(ctx, a, x.user, nil)
	})
	add("WarnUser", "to", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.WarnUser(ctx, a, x.user, &domain.User{Customer: x.customer})
	})
	add("DeleteUser", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return nil, db.DeleteUser(ctx, a, x.user)
	})
	add("ResetPassword", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.ResetPassword(ctx, a, x.user, Start{})
	})
	add("ResetPassword", "by hand", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.ResetPassword(ctx, a, x.user, Start{Password: goodPassword})
	})
	add("RFIDs", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.RFIDs(ctx, a, x.user)
	})
	add("AddRFID", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.AddRFID(ctx, a, x.user, "4711", "")
	})
	add("SetRFID", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.SetRFID(ctx, a, x.user, x.rfid, false)
	})
	add("SetRFID", "as mine", func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		return db.SetRFID(ctx, a, mine.user, x.rfid, false)
	})
	add("RemoveRFID", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.RemoveRFID(ctx, a, x.user, x.rfid)
	})
	add("RemoveRFID", "as mine", func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		return db.RemoveRFID(ctx, a, mine.user, x.rfid)
	})
	add("Invite", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Invite(ctx, a, x.user, false)
	})
	add("TakeCode", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.TakeCode(ctx, a, x.user)
	})
	add("UnlockUser", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return nil, db.UnlockUser(ctx, a, x.user)
	})
	add("HandOver", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return nil, db.HandOver(ctx, a, x.user)
	})
	imported := func(ctx context.Context, db *DB, a domain.Actor, customer domain.ID, cell string, dry bool) (any, error) {
		in, err := db.ImportUsers(ctx, a, customer, strings.NewReader("username,customer\nimported,"+cell+"\n"), false, dry, nil)
		for i := range in.Rows {
			in.Rows[i].Code = "" // of no two the same
		}
		return fmt.Sprintf("%+v", in), err
	}
	add("ImportUsers", "", func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return imported(ctx, db, a, x.customer, "", false)
	})
	add("ImportUsers", "by path", func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		return imported(ctx, db, a, mine.customer, x.path, false)
	})
	add("ImportUsers", "tried", func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		return imported(ctx, db, a, mine.customer, x.customer.String(), true)
	})
	return all
}
