package store

import (
	"context"
	"time"

	"tenantry/domain"
)

// OverviewQuery says what an overview is of.
type OverviewQuery struct {
	Customer domain.ID // with everything nested under it; zero: the actor's whole reach
	// Quick leaves out what takes a look at each device, where that would take
	// longer than a moment. DeviceFigures say whether it did.
	Quick    bool
	Progress Progress // of the devices looked at; nil for none
}

// Overview is how a part of the account does, in numbers: of what the actor may
// see, and of nothing else.
type Overview struct {
	Customer     domain.ID // zero for the whole account
	CustomerPath string    // empty for the whole account
	Devices      DeviceFigures
	Users        UserFigures
	Tokens       TokenFigures
	Access       AccessFigures
}

// CustomerFigure is how many devices there are in a customer and below.
type CustomerFigure struct {
	ID      domain.ID
	Name    string
	Own     bool // the one that the overview is of: its devices without those below
	Devices int
}

// DeviceFigures count the devices that the actor sees. Total is -1 where it
// isn't known without looking at each, and that was left out.
type DeviceFigures struct {
	Total      int
	Reason     string           // why there is none, where that is a matter of rights
	ByCustomer []CustomerFigure // those directly below, in the order of the tree, the one itself first
	Looked     bool             // each was looked at: what follows is known
	ByStatus   []int            // by domain.Status
	ByHeard    []int            // by domain.Heard
}

// UserFigures count the users whom the actor may list.
type UserFigures struct {
	Total    int
	Reason   string // why there is none, where that is a matter of rights
	ByStatus []int  // by UserStatus
	Enrolled int    // who have a second factor
	Missing  int    // who aren't inactive, must have one, and have none
	Forced   bool   // somebody must have one
}

// TokenFigures count the tokens that the actor sees: their own, whatever the
// customer, and those of users whom they manage.
type TokenFigures struct {
	Good     int       // that open something
	Expiring int       // of those, that end within domain.TokenWarning
	First    time.Time // when the first of those ends; zero for none
}

// Overview counts what the actor sees of a customer and everything below. One
// transaction reads it all. Users and tokens take a moment for thousands; how
// devices do is read from their records, half a second for a million. NotFound
// when q.Customer isn't in reach.
func (db *DB) Overview(ctx context.Context, actor domain.Actor, q OverviewQuery) (Overview, error) {
	var o Overview
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		scope, err := deviceScope(may, q.Customer, true, domain.ID{})
		if err != nil {
			return err
		}
		if q.Customer.IsZero() {
			q.Customer = may.Home()
		}
		o = Overview{Customer: q.Customer, CustomerPath: may.Tree().Path(q.Customer)}
		if o.Devices, err = tx.deviceFigures(scope, q); err != nil {
			return err
		}
		if o.Users, err = tx.userFigures(scope); err != nil {
			return err
		}
		if o.Tokens, err = tx.tokenFigures(may, q.Customer); err != nil {
			return err
		}
		o.Access, err = tx.accessFigures(may, q.Customer)
		return err
	})
	return o, err
}

// userFigures counts the users of a scope.
func (tx *tx) userFigures(s scope) (UserFigures, error) {
	f := UserFigures{ByStatus: make([]int, len(userStatusNames))}
	if decision := s.may.MayAnywhere(domain.UsersList); !decision.Allowed {
		f.Reason = decision.Text(s.may)
		return f, nil
	}
	tree := s.may.Tree()
	for i := s.from; i < s.to; i++ {
		if !s.may.MayAt(domain.UsersList, i).Allowed {
			continue
		}
		customer := tree.At(i).ID
		forced, _, _ := tree.SecondFactorForced(customer)
		err := tx.eachUserOf(tree.Account().ID, customer, func(u *domain.User) error { return f.count(tx, u, forced) })
		if err := firstOf(err, tx.ctx.Err()); err != nil {
			return f, err
		}
	}
	if f.Total == 0 && s.from < s.to {
		if decision := s.may.MayAt(domain.UsersList, s.from); !decision.Allowed {
			f.Reason = decision.Text(s.may)
		}
	}
	return f, nil
}

func (f *UserFigures) count(tx *tx, u *domain.User, forced bool) error {
	status, err := tx.userStatus(u)
	if err != nil {
		return err
	}
	enrolled, err := tx.enrolled(u.Account, u.ID)
	if err != nil {
		return err
	}
	f.Total++
	f.ByStatus[status]++
	f.Forced = f.Forced || forced
	if enrolled {
		f.Enrolled++
	} else if forced && status != UserInactive && !u.NoSignIn {
		f.Missing++
	}
	return nil
}

// tokenFigures counts the tokens that the actor sees at a customer and below,
// and their own.
func (tx *tx) tokenFigures(may *domain.Rights, customer domain.ID) (TokenFigures, error) {
	var f TokenFigures
	tokens, err := tx.matchingTokens(may, TokenQuery{Customer: customer, Below: true, Own: true})
	for i := range tokens {
		t := &tokens[i]
		if t.State.Works() {
			f.Good++
		}
		if t.State != domain.TokenExpiring {
			continue
		}
		f.Expiring++
		if f.First.IsZero() || t.ExpiresAt.Before(f.First) {
			f.First = t.ExpiresAt
		}
	}
	return f, err
}
