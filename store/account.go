package store

import (
	"context"
	"strconv"
	"time"

	"tenantry/domain"
)

// NewAccount is what Init needs. Customer is the main customer's name, empty
// for "<account> HQ".
type NewAccount struct {
	Account  domain.Account // Name, Email, Country, Settings, Security, AddOns
	Customer string
	Owner    domain.User // Username, Email, FullName, Phone, Settings
	Password string
}

// Init makes an account, its main customer and its owner in one transaction.
// Invalid where a field is wrong, Conflict where the account's or the owner's
// name or email is taken, Refused to anyone but the operator.
func (db *DB) Init(ctx context.Context, actor domain.Actor, n NewAccount) (domain.Account, domain.Customer, domain.User, error) {
	account, customer, owner := n.Account, domain.Customer{Name: n.Customer}, n.Owner
	fail := func(err error) (domain.Account, domain.Customer, domain.User, error) {
		return domain.Account{}, domain.Customer{}, domain.User{}, err
	}
	if !actor.Operator {
		return fail(domain.Errorf(domain.Refused, "", "Only the operator of the machine can make an account."))
	}
	if customer.Name == "" {
		customer.Name = account.Name + " HQ"
	}
	if err := checkInit(&account, &customer, &owner); err != nil {
		return fail(err)
	}
	hash, err := db.newPassword(ctx, n.Password, account.Security.ForceSecondFactor, &owner, &account)
	if err != nil {
		return fail(err)
	}
	err = db.updateFree(ctx, actor, func(tx *tx) error {
		return tx.init(&account, &customer, &owner, hash)
	})
	if err != nil {
		return fail(err)
	}
	return account, customer, owner, nil
}

func checkInit(account *domain.Account, customer *domain.Customer, owner *domain.User) error {
	if err := domain.CheckAccount(account); err != nil {
		return err
	}
	if err := domain.CheckCustomer(customer); err != nil {
		return under("customer", err)
	}
	if err := domain.CheckUser(owner); err != nil {
		return under("owner", err)
	}
	return nil
}

// under puts an error about a part of a form under that part: "owner.email".
func under(part string, err error) error {
	if e, ok := err.(*domain.Error); ok && e.Field != "" {
		e.Field = part + "." + e.Field
	}
	return err
}

// init writes the three records, giving each its identity.
func (tx *tx) init(account *domain.Account, customer *domain.Customer, owner *domain.User, hash passwordRecord) error {
	for _, id := range []*domain.ID{&account.ID, &customer.ID, &owner.ID} {
		var err error
		if *id, err = tx.newID(); err != nil {
			return err
		}
	}
	account.Owner, account.CreatedAt, account.Suspended, account.Version = owner.ID, tx.now, false, 1
	customer.Account, customer.Parent, customer.CreatedAt, customer.CreatedBy, customer.Version = account.ID, domain.ID{}, tx.now, owner.ID, 1
	owner.Account, owner.Customer, owner.Groups = account.ID, customer.ID, domain.AccountAdministrator
	owner.Inactive, owner.Activated, owner.Locations = false, true, nil
	owner.CreatedAt, owner.CreatedBy, owner.Version = tx.now, domain.ID{}, 1
	if err := tx.putAccount(*account); err != nil {
		return err
	}
	if err := tx.putCustomer(*customer); err != nil {
		return under("customer", err)
	}
	if err := tx.putUser(*owner); err != nil {
		return under("owner", err)
	}
	if err := tx.putPassword(account.ID, owner.ID, hash); err != nil {
		return err
	}
	_, err := tx.audit(account.ID, entry{
		action: "account.create", subject: SubjectAccount, object: account.ID, name: account.Name, where: ids(customer.ID),
		changes: changes(change{"owner", "", owner.Username}, change{"customer", "", customer.Name}),
	})
	return err
}

// Accounts lists every account to the operator, and to a user their own, in
// the order of their names.
func (db *DB) Accounts(ctx context.Context, actor domain.Actor) ([]domain.Account, error) {
	if !actor.Operator {
		detail, err := db.Account(ctx, actor)
		if err != nil {
			return nil, err
		}
		return []domain.Account{detail.Account}, nil
	}
	var found []domain.Account
	err := db.viewFree(ctx, actor, func(tx *tx) error {
		return tx.eachAccount(func(a domain.Account) error {
			found = append(found, a)
			return ctx.Err()
		})
	})
	return found, err
}

// AccountDetail is an account with what a console shows of it. The counts are
// of the whole account; they are -1 for those who don't reach all of it.
type AccountDetail struct {
	domain.Account
	OwnerName string // user name of the owner, empty where the actor doesn't reach them; so is Owner
	Customers int
	Users     int
	Devices   int
}

// Account reads the actor's account.
func (db *DB) Account(ctx context.Context, actor domain.Actor) (AccountDetail, error) {
	var detail AccountDetail
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		detail = AccountDetail{Account: *may.Account(), Customers: -1, Users: -1, Devices: -1}
		owner, err := tx.user(detail.ID, detail.Owner)
		if err != nil {
			return err
		}
		if owner != nil && may.SeesUser(owner).Allowed {
			detail.OwnerName = owner.Username
		} else {
			detail.Owner = domain.ID{}
		}
		if !may.Reaches(domain.ID{}) {
			return nil
		}
		detail.Customers, detail.Users, detail.Devices = may.Tree().Len(), 0, 0
		for i := range detail.Customers {
			h, err := tx.heldBy(detail.ID, may.Tree().At(i).ID)
			if err != nil {
				return err
			}
			detail.Users += h.users
			detail.Devices += h.devices
		}
		return nil
	})
	return detail, err
}

// EditAccount writes name, email, country, settings, security, add-ons and
// suspension of the actor's account. Conflict when a.Version isn't the stored
// one (0: any) or the name is taken; Refused where it begins to force a second
// factor and the actor has none.
func (db *DB) EditAccount(ctx context.Context, actor domain.Actor, a domain.Account) (domain.Account, error) {
	edit := attempt{action: "account.edit", subject: SubjectAccount, objects: ids(a.ID)}
	err := db.update(ctx, actor, edit, func(tx *tx, may *domain.Rights) error {
		before := *may.Account()
		a.Owner, a.CreatedAt = before.Owner, before.CreatedAt
		if err := may.CheckAccountChange(&before, &a); err != nil {
			return err
		}
		if err := domain.CheckAccount(&a); err != nil {
			return err
		}
		if err := tx.sameVersion(may, before.ID, a.Version, before.Version); err != nil {
			return err
		}
		if err := tx.mayForce(before.Security, a.Security); err != nil {
			return err
		}
		a.Version = before.Version
		if a == before {
			return nil
		}
		a.Version++
		if err := tx.putAccount(a); err != nil {
			return err
		}
		if before.Suspended && !a.Suspended {
			if err := tx.forgetRefusals(a.ID); err != nil {
				return err
			}
		}
		_, err := tx.audit(a.ID, entry{
			action: edit.action, subject: SubjectAccount, object: a.ID, name: a.Name,
			where: mainCustomers(may.Tree()), changes: accountChanges(before, a),
		})
		return err
	})
	if err != nil {
		return domain.Account{}, err
	}
	return a, nil
}

func accountChanges(before, after domain.Account) []change {
	return append(changes(
		change{"name", before.Name, after.Name},
		change{"email", before.Email, after.Email},
		change{"country", before.Country, after.Country},
		change{"force_second_factor", yesNo(before.Security.ForceSecondFactor), yesNo(after.Security.ForceSecondFactor)},
		change{"access_control", yesNo(before.AddOns.AccessControl), yesNo(after.AddOns.AccessControl)},
		change{"suspended", yesNo(before.Suspended), yesNo(after.Suspended)},
		change{"idle", before.Limits.Idle.String(), after.Limits.Idle.String()},
		change{"session", before.Limits.Session.String(), after.Limits.Session.String()},
		change{"invitation", before.Limits.Invitation.String(), after.Limits.Invitation.String()},
		change{"token_days", strconv.Itoa(before.Limits.TokenDays), strconv.Itoa(after.Limits.TokenDays)},
	), settingsChanges(before.Settings, after.Settings)...)
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// mainCustomers are where an entry about the whole account belongs.
func mainCustomers(tree *domain.Tree) []domain.ID {
	var main []domain.ID
	for c := range tree.Children(domain.ID{}) {
		main = append(main, c.ID)
	}
	return main
}

// accountRecord is an account in the file.
type accountRecord struct {
	Name          string          `cbor:"1,keyasint,omitempty"`
	Email         string          `cbor:"2,keyasint,omitempty"`
	Country       string          `cbor:"3,keyasint,omitempty"`
	Settings      *settingsRecord `cbor:"4,keyasint,omitempty"`
	ForceFactor   bool            `cbor:"5,keyasint,omitempty"`
	AccessControl bool            `cbor:"6,keyasint,omitempty"`
	Owner         []byte          `cbor:"7,keyasint,omitempty"`
	CreatedAt     int64           `cbor:"8,keyasint,omitempty"`
	Suspended     bool            `cbor:"9,keyasint,omitempty"`
	Version       uint64          `cbor:"10,keyasint,omitempty"`
	Idle          uint32          `cbor:"11,keyasint,omitempty"` // seconds, as are the next two
	Session       uint32          `cbor:"12,keyasint,omitempty"`
	Invitation    uint32          `cbor:"13,keyasint,omitempty"`
	TokenDays     int             `cbor:"14,keyasint,omitempty"`
}

// limits are the account's, with the usual ones where none were ever set.
func (r *accountRecord) limits() domain.Limits {
	seconds := func(n uint32) time.Duration { return time.Duration(n) * time.Second }
	l := domain.Limits{Idle: seconds(r.Idle), Session: seconds(r.Session), Invitation: seconds(r.Invitation), TokenDays: r.TokenDays}
	if domain.CheckLimits(&l) != nil {
		return domain.DefaultLimits()
	}
	return l
}

func accountFromValue(key, value []byte) (domain.Account, error) {
	var r accountRecord
	if err := decodeAt(tableAccount, key, value, &r); err != nil {
		return domain.Account{}, err
	}
	return domain.Account{
		ID: idAt(key, 0), Name: r.Name, Email: r.Email, Country: r.Country, Settings: r.Settings.settings(),
		Security: domain.Security{ForceSecondFactor: r.ForceFactor}, Limits: r.limits(), AddOns: domain.AddOns{AccessControl: r.AccessControl},
		Owner: idFromRecord(r.Owner), CreatedAt: timeFromRecord(r.CreatedAt), Suspended: r.Suspended, Version: r.Version,
	}, nil
}

// account reads an account; nil when there is none such.
func (tx *tx) account(id domain.ID) (*domain.Account, error) {
	value, err := tx.get(tableAccount, key1(id))
	if value == nil || err != nil {
		return nil, err
	}
	a, err := accountFromValue(key1(id), value)
	return &a, err
}

// eachAccount tells every account, in the order of their folded names.
func (tx *tx) eachAccount(tell func(domain.Account) error) error {
	c := tx.scan(tableAccountName, nil)
	for c.next() {
		a, err := tx.account(idAt(c.value(), 0))
		if err != nil {
			return err
		}
		if a == nil {
			return damaged(tableAccountName, c.key(), "points to nothing")
		}
		if err := tell(*a); err != nil {
			return err
		}
	}
	return c.err()
}

// putAccount writes an account and its index. Conflict when another has its name.
func (tx *tx) putAccount(a domain.Account) error {
	before, err := tx.account(a.ID)
	if err != nil {
		return err
	}
	var was []byte
	if before != nil {
		was = domain.AppendFold(nil, before.Name)
	}
	taken := domain.Errorf(domain.Conflict, "name", "There is an account with this name already. Choose another.")
	if err := tx.putUnique(tableAccountName, was, domain.AppendFold(nil, a.Name), key1(a.ID), taken); err != nil {
		return err
	}
	record := accountRecord{
		Name: a.Name, Email: a.Email, Country: a.Country, Settings: settingsToRecord(a.Settings),
		ForceFactor: a.Security.ForceSecondFactor, AccessControl: a.AddOns.AccessControl,
		Owner: idOrNil(a.Owner), CreatedAt: timeToRecord(a.CreatedAt), Suspended: a.Suspended, Version: a.Version,
		Idle: uint32(a.Limits.Idle.Seconds()), Session: uint32(a.Limits.Session.Seconds()),
		Invitation: uint32(a.Limits.Invitation.Seconds()), TokenDays: a.Limits.TokenDays,
	}
	if err := tx.put(tableAccount, key1(a.ID), encode(record)); err != nil {
		return err
	}
	return tx.treeChanged(a.ID)
}
