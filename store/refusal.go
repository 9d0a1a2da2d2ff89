package store

import (
	"context"
	"sync"
	"time"

	"tenantry/domain"
)

// Each refused attempt is noted, but a script that tries one ID after another
// must not fill the disk with notes: of one user, so many in a while are noted
// one by one, the last of them saying that more aren't.
const (
	refusalsNoted  = 100
	refusalsWindow = 10 * time.Minute
)

// refusals counts the noted refusals of each user.
type refusals struct {
	mu    sync.Mutex
	users map[domain.ID]refusalCount
}

type refusalCount struct {
	since time.Time
	count int
}

// next says whether a refusal is noted, and whether it is the last for a while.
func (r *refusals) next(user domain.ID, now time.Time) (noted, last bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.users[user]
	if now.Sub(c.since) >= refusalsWindow || now.Before(c.since) {
		c = refusalCount{since: now}
	}
	c.count++
	if r.users == nil {
		r.users = map[domain.ID]refusalCount{}
	}
	r.users[user] = c
	return c.count <= refusalsNoted, c.count == refusalsNoted
}

// noteIfRefused writes an entry about an attempt that was refused, in a
// transaction of its own, because that of the attempt left nothing. It holds
// what was asked and nothing of what is there, so that it tells no more than
// the answer did. The operator may do everything: what fails there is a slip.
func (db *DB) noteIfRefused(ctx context.Context, actor domain.Actor, a attempt, err error) {
	kind := domain.KindOf(err)
	if kind != domain.Refused && kind != domain.NotFound || actor.Operator || actor.User.IsZero() {
		return
	}
	noted, last := db.refusals.next(actor.User, db.now())
	if !noted {
		return
	}
	// The refusal stands whether or not it can be noted: a full disk must not
	// turn it into something else.
	_ = db.updateFree(context.WithoutCancel(ctx), actor, func(tx *tx) error {
		if _, err := tx.rights(actor); err != nil {
			return err
		}
		_, err := tx.audit(actor.Account, a.refused(tx.home, last))
		return err
	})
}

// refused is the entry about an attempt, of somebody of the customer home.
func (a attempt) refused(home domain.ID, last bool) entry {
	e := entry{action: a.action, subject: a.subject, outcome: refused, where: ids(home)}
	if len(a.objects) > 0 {
		e.object = a.objects[0]
		for _, id := range a.objects[1:] {
			e.changes = append(e.changes, change{field: "id", new: id.String()})
		}
	}
	if last {
		e.changes = append(e.changes, change{field: "more", new: "further ones of the next minutes are not listed"})
	}
	return e
}
