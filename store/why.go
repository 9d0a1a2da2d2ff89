package store

import (
	"context"

	"tenantry/domain"
)

// WhyAnswer is a decision in words.
type WhyAnswer struct {
	User       string
	Capability domain.Capability
	Object     string // the object's name, empty when none was given
	Allowed    bool
	Reasons    []string
}

// Why decides one capability for the named user, on an object where one is
// given (a customer path or ID, a unit ID, a device ID), and says why. NotFound
// when the user or the object is outside what the actor may see. The operator
// needs no account: user names are unique.
func (db *DB) Why(ctx context.Context, actor domain.Actor, username string, c domain.Capability, object string) (WhyAnswer, error) {
	var answer WhyAnswer
	err := db.viewFree(ctx, actor, func(tx *tx) error {
		target, err := tx.userNamed(username)
		if err != nil {
			return err
		}
		if actor.Operator && actor.Account.IsZero() && target != nil {
			actor.Account = target.Account
		}
		if actor.Operator && actor.Account.IsZero() {
			return domain.NoSuch("user")
		}
		may, err := tx.rights(actor)
		if err != nil {
			return err
		}
		if target == nil || !may.SeesUser(target).Allowed {
			return domain.NoSuch("user")
		}
		theirs := domain.NewRights(may.Account(), may.Tree(), target)
		if err := tx.namePlaces(may, theirs); err != nil {
			return err
		}
		answer = WhyAnswer{User: target.Username, Capability: c}
		decision := theirs.MayAnywhere(c)
		if object != "" {
			asked, err := tx.whyObject(may, object)
			if err != nil {
				return err
			}
			answer.Object = asked.name
			decision = asked.decide(theirs, c)
		}
		answer.Allowed, answer.Reasons = decision.Allowed, decision.Reasons(theirs)
		return nil
	})
	return answer, err
}

// whyObject is what a question is about: a customer, or a device at a place.
type whyObject struct {
	name   string
	device bool
	place
}

// decide asks about the object itself: whether it may be moved or deleted, for
// a customer, and not whether something under it may.
func (o whyObject) decide(theirs *domain.Rights, c domain.Capability) domain.Decision {
	switch {
	case o.device:
		switch c {
		case domain.DevicesSee, domain.DevicesRegister, domain.DevicesEdit, domain.DevicesAssign:
			return theirs.MayDevice(c, o.customer, o.location)
		}
	case c == domain.CustomersMove:
		return theirs.MayMoveCustomer(o.customer)
	case c == domain.CustomersDelete:
		return theirs.MayDeleteCustomer(o.customer)
	}
	return theirs.May(c, o.customer)
}

// whyObject finds what the asker means, in the asker's own reach.
func (tx *tx) whyObject(may *domain.Rights, text string) (whyObject, error) {
	if id, err := may.Resolve(text); err == nil {
		return whyObject{name: may.Tree().Path(id), place: place{customer: id}}, nil
	}
	none := domain.NoSuch("object")
	id, err := domain.ParseID(text)
	if err != nil {
		return whyObject{}, none
	}
	account := may.Account().ID
	at, err := tx.owner(account, id)
	if err != nil {
		return whyObject{}, err
	}
	if at == (place{}) {
		device, err := tx.get(tableUnitAccount, key2(account, id))
		if err != nil || device == nil {
			return whyObject{}, firstOf(err, none)
		}
		if at, err = tx.owner(account, idAt(device, 0)); err != nil {
			return whyObject{}, err
		}
	}
	if !may.SeesDevice(at.customer, at.location).Allowed {
		return whyObject{}, none
	}
	return whyObject{name: id.String(), device: true, place: at}, nil
}
