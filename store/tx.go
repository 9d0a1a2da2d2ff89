package store

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"time"

	"tenantry/domain"
)

// tx is one transaction: the engine's, and what an operation needs beside it.
// Its lower-case methods are the parts that operations are made of:
//
//	tx.customer(account, id)     reads one record; nil, nil when it isn't there
//	tx.putCustomer(c)            writes one record and all its indexes and counters
//	tx.deleteCustomer(c)         removes them
//	tx.audit(account, entry)     writes the audit entry, and queues the event
//	tx.get, tx.put, tx.scan …    the engine's, for those that do the above
//
// Only the put and delete method of a thing writes its tables, so that no index
// can be forgotten. A part checks no rights: the operation has done that. What
// a part returns as an error is for people, and already a domain.Error.
//
// An operation looks like this:
//
//	err := db.update(ctx, actor, attempt{action: "customer.edit", objects: ids(c.ID)}, func(tx *tx, may *domain.Rights) error {
//		if err := may.May(…).Err(may); err != nil {
//			return err
//		}
//		…
//		_, err := tx.audit(may.Account().ID, entry{…})
//		return err
//	})
type tx struct {
	*kv
	db           *DB
	ctx          context.Context // of the operation; long work looks at it now and then
	actor        domain.Actor
	name         string         // the actor's username, empty for the operator
	home         domain.ID      // the actor's customer, zero for the operator
	session      *sessionRecord // the actor's, nil where they have none
	token        *tokenRecord   // the actor's, nil where they signed in
	gate         domain.Gate    // what is still due of the actor's sign-in
	now          time.Time      // one moment for the whole transaction, UTC
	trees        map[domain.ID]*tree
	risen        map[domain.ID]bool    // accounts whose generation rose here
	held         map[[32]byte]*held    // counts read or changed here, by account and customer
	located      map[[32]byte]*located // and by account and location
	event        Event                 // folded: what this transaction changes
	events       int
	after        []func()
	fleetChanges map[domain.ID][]fleetChange // by account: what its fleet must be told
	wrote        bool                        // something besides the audit trail
	quiet        bool                        // it keeps its own count and needs no audit entry
	noted        int                         // audit entries
}

// attempt says what an update is about to do, for the audit trail, should it be
// refused.
type attempt struct {
	action  string      // glossary noun, dot, verb: "customer.move"
	subject Subject     // what kind of thing the objects are
	objects []domain.ID // as given, whether they exist or not
}

func ids(list ...domain.ID) []domain.ID { return list }

// view runs fn over one unchanging picture of the actor's account, with the
// actor's rights in it. It is for reading what one answer needs, never held
// open across a screen or a network write.
func (db *DB) view(ctx context.Context, actor domain.Actor, fn func(*tx, *domain.Rights) error) error {
	return db.viewFree(ctx, actor, func(tx *tx) error {
		may, err := tx.rights(actor)
		if err != nil {
			return err
		}
		return fn(tx, may)
	})
}

// viewBehind is view for the few operations that are answered while a gate is
// closed: that one, or a later one, so that what opens the second gate isn't
// answered before the first. Every other operation is refused there.
func (db *DB) viewBehind(ctx context.Context, actor domain.Actor, gate domain.Gate, fn func(*tx, *domain.Rights) error) error {
	return db.viewFree(ctx, actor, func(tx *tx) error {
		may, err := tx.rightsBehind(actor, gate)
		if err != nil {
			return err
		}
		return fn(tx, may)
	})
}

// viewFree is view without an account or rights, for the few operations that
// come before them: signing in, listing accounts.
func (db *DB) viewFree(ctx context.Context, actor domain.Actor, fn func(*tx) error) error {
	defer db.measure(actor, false)()
	return db.engine.read(ctx, func(k *kv) error { return fn(db.newTx(ctx, actor, k)) })
}

// update runs fn in a transaction with the actor's rights, read inside it, and
// commits what fn changed. fn must write an audit entry if it changes anything.
// Where the answer is that the actor may not, or that there is no such thing in
// reach, the attempt is noted in the audit trail.
func (db *DB) update(ctx context.Context, actor domain.Actor, a attempt, fn func(*tx, *domain.Rights) error) error {
	return db.updateBehind(ctx, actor, domain.GateOpen, a, fn)
}

// updateBehind is update as viewBehind is view.
func (db *DB) updateBehind(ctx context.Context, actor domain.Actor, gate domain.Gate, a attempt, fn func(*tx, *domain.Rights) error) error {
	err := db.updateFree(ctx, actor, func(tx *tx) error {
		may, err := tx.rightsBehind(actor, gate)
		if err == nil {
			err = tx.mayWrite()
		}
		if err != nil {
			return err
		}
		return fn(tx, may)
	})
	db.noteIfRefused(ctx, actor, a, err)
	return err
}

// errNothingChanged rolls back a transaction that did nothing, which spares the
// disk a commit.
var errNothingChanged = errors.New("nothing changed")

// updateFree is update without an account or rights: for making an account, and
// for signing in.
func (db *DB) updateFree(ctx context.Context, actor domain.Actor, fn func(*tx) error) error {
	defer db.measure(actor, true)()
	var t *tx
	err := db.engine.write(ctx, func(k *kv) error {
		t = db.newTx(ctx, actor, k)
		if err := fn(t); err != nil {
			return err
		}
		if !t.wrote && t.noted == 0 {
			return errNothingChanged
		}
		if t.noted == 0 && !t.quiet {
			panic("store: a change without an audit entry")
		}
		if err := firstOf(t.putHeld(), t.putLocated()); err != nil {
			return err
		}
		return ctx.Err() // the last moment at which it can still be called off
	}, func(err error) {
		if err != nil {
			db.uncertain()
			return
		}
		db.tally.commits.Add(1)
		for account := range t.risen {
			if built := t.trees[account]; built != nil {
				db.trees.keep(account, built)
			}
		}
		for _, f := range t.after {
			f()
		}
		if t.events > 0 {
			db.watchers.tell(t.event)
		}
	})
	if err == errNothingChanged {
		return nil
	}
	return err
}

// uncertain makes everybody read again, after a commit of which nobody knows
// whether it was saved.
func (db *DB) uncertain() {
	db.trees.clear()
	db.fleets.Clear()
	db.watchers.tell(Event{})
}

func (db *DB) newTx(ctx context.Context, actor domain.Actor, k *kv) *tx {
	return &tx{kv: k, db: db, ctx: ctx, actor: actor, now: db.now().UTC()}
}

// put writes a value and remembers that the transaction changed something.
func (tx *tx) put(t table, key, value []byte) error {
	tx.wrote = true
	return tx.kv.put(t, key, value)
}

// delete removes a key and remembers that the transaction changed something.
func (tx *tx) delete(t table, key []byte) error {
	tx.wrote = true
	return tx.kv.delete(t, key)
}

// afterCommit has f called when the transaction is saved, before the next one
// begins, in the order of the commits. f must be quick and call no operation.
func (tx *tx) afterCommit(f func()) { tx.after = append(tx.after, f) }

// changed queues the change event of the transaction. Several changes fold into
// one event, of their subject if they share it.
func (tx *tx) changed(account domain.ID, subject Subject, id domain.ID) {
	e := Event{Account: account, Subject: subject, ID: id}
	switch {
	case tx.events == 0:
		tx.event = e
	case tx.event != e:
		tx.event.ID = domain.ID{}
		if tx.event.Subject != subject {
			tx.event.Subject = 0
		}
		if tx.event.Account != account {
			tx.event.Account = domain.ID{}
		}
	}
	tx.events++
}

// newID draws an identity: 128 random bits, never zero.
func (tx *tx) newID() (domain.ID, error) {
	var id domain.ID
	for id.IsZero() {
		if _, err := tx.db.random.Read(id[:]); err != nil {
			return id, noRandomness(err)
		}
	}
	return id, nil
}

func noRandomness(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return domain.Errorf(domain.Unavailable, "", "The system gives no random numbers (%w). Nothing was saved; try again.", err)
}

// rights are what the actor may do at this moment. Unauthenticated when the
// session is over, or the user or the account is gone or switched off; Gated
// while something of the sign-in is due; Invalid when the operator must name an
// account first, NotFound when there is none such.
func (tx *tx) rights(actor domain.Actor) (*domain.Rights, error) {
	return tx.rightsBehind(actor, domain.GateOpen)
}

// rightsBehind is rights for what is answered while a gate is closed: that one,
// or a later one.
func (tx *tx) rightsBehind(actor domain.Actor, gate domain.Gate) (*domain.Rights, error) {
	if actor.Account.IsZero() && actor.Operator {
		return nil, domain.Errorf(domain.Invalid, "account", "Which account? Name it with --account NAME; tenantry account list shows them.")
	}
	tree, err := tx.tree(actor.Account)
	if err != nil {
		return nil, err
	}
	if tree == nil {
		if actor.Operator {
			return nil, domain.NoSuch("account")
		}
		return domain.LiveRights(actor, nil, nil, nil)
	}
	var user *domain.User
	if !actor.Operator {
		if user, err = tx.user(actor.Account, actor.User); err != nil {
			return nil, err
		}
		if user != nil {
			tx.name, tx.home = user.Username, user.Customer
		}
	}
	may, err := domain.LiveRights(actor, tree.Account(), tree, user)
	if err == nil {
		err = tx.namePlaces(may, may)
	}
	if err != nil || actor.Operator || actor.Door == domain.DoorMachine {
		return may, err // the machine's own door is trusted, and asks for no sign-in
	}
	if err := tx.admit(actor, may); err != nil {
		return nil, err
	}
	if tx.gate != domain.GateOpen && (gate == domain.GateOpen || tx.gate < gate) {
		return nil, tx.gate.Err()
	}
	return may, nil
}

// tree is the account's tree as this transaction sees it, its own changes
// included; nil when there is no such account.
func (tx *tx) tree(account domain.ID) (*domain.Tree, error) {
	if t := tx.trees[account]; t != nil {
		return t.tree, nil
	}
	generation, err := tx.generation(account)
	if err != nil || generation == 0 {
		return nil, err
	}
	t := tx.db.trees.find(account, generation)
	if t == nil {
		if t, err = tx.buildTree(account, generation); t == nil || err != nil {
			return nil, err
		}
		if !tx.risen[account] {
			tx.db.trees.keep(account, t)
		}
	}
	if tx.trees == nil {
		tx.trees = map[domain.ID]*tree{}
	}
	tx.trees[account] = t
	return t.tree, nil
}

// generation counts the changes of an account and its customers; 0 when there
// is no such account.
func (tx *tx) generation(account domain.ID) (uint64, error) {
	value, err := tx.get(tableGeneration, key1(account))
	if err != nil || value == nil {
		return 0, err
	}
	if len(value) != 8 {
		return 0, damaged(tableGeneration, key1(account), "has the wrong length")
	}
	return binary.BigEndian.Uint64(value), nil
}

// treeChanged raises the account's generation, once, and lets go of the tree.
func (tx *tx) treeChanged(account domain.ID) error {
	delete(tx.trees, account)
	if tx.risen[account] {
		return nil
	}
	generation, err := tx.generation(account)
	if err != nil {
		return err
	}
	if tx.risen == nil {
		tx.risen = map[domain.ID]bool{}
	}
	tx.risen[account] = true
	return tx.put(tableGeneration, key1(account), binary.BigEndian.AppendUint64(nil, generation+1))
}
