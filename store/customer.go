package store

import (
	"context"

	"tenantry/domain"
)

// Counts says how many users and devices a customer has, itself and with all
// that is nested under it. They are of the whole customer, not narrowed by the
// locations of whoever asks: where these narrow the actor, Devices counts are
// -1 (unknown); so are Users counts of users whom the actor may not list.
type Counts struct {
	Users, UsersBelow     int // Below includes the customer's own
	Devices, DevicesBelow int
}

// Customers is the part of the tree that the actor may see, in tree order:
// their own customer (or each main one) first, a parent before its children.
type Customers struct {
	Tree   *domain.Tree // the account's whole tree: for paths and settings of what is in reach only
	Rights *domain.Rights
	Rows   []CustomerRow
}

// CustomerRow is one customer in reach.
type CustomerRow struct {
	domain.Customer
	Position int // in Tree
	Counts
	CreatedByName string // user name, empty where the actor doesn't reach them; so is CreatedBy
}

// Customers reads the tree in reach; Refused where the actor may see none of it.
func (db *DB) Customers(ctx context.Context, actor domain.Actor) (Customers, error) {
	var answer Customers
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) (err error) {
		if err := may.MayAnywhere(domain.CustomersSee).Err(may); err != nil {
			return err
		}
		answer, err = tx.customers(may)
		return err
	})
	return answer, err
}

func (tx *tx) customers(may *domain.Rights) (Customers, error) {
	answer := Customers{Tree: may.Tree(), Rights: may}
	from, to := may.Span()
	counts, err := tx.countsBelow(may.Tree(), from, to)
	if err != nil {
		return answer, err
	}
	hideUsers(may, counts, from)
	makers := map[domain.ID]string{}
	answer.Rows = make([]CustomerRow, 0, to-from)
	for i := from; i < to; i++ {
		row := CustomerRow{Customer: *may.Tree().At(i), Position: i, Counts: counts[i-from]}
		if may.Narrowed() {
			row.Devices, row.DevicesBelow = -1, -1
		}
		if row.CreatedByName, err = tx.maker(may, row.CreatedBy, makers); err != nil {
			return answer, err
		}
		if row.CreatedByName == "" {
			row.CreatedBy = domain.ID{}
		}
		answer.Rows = append(answer.Rows, row)
	}
	return answer, nil
}

// hideUsers makes counts unknown that tell of users whom the actor may not list.
// counts are of the customers from position from on; children stand behind their
// parents.
func hideUsers(may *domain.Rights, counts []Counts, from int) {
	for i := from + len(counts) - 1; i >= from; i-- {
		c := &counts[i-from]
		if !may.MayAt(domain.UsersList, i).Allowed {
			c.Users, c.UsersBelow = -1, -1
		}
		if parent := may.Tree().Parent(i); parent >= from && c.UsersBelow < 0 {
			counts[parent-from].UsersBelow = -1
		}
	}
}

// maker is the name of the user who made something, "" where there is none in
// reach; known remembers the answers.
func (tx *tx) maker(may *domain.Rights, id domain.ID, known map[domain.ID]string) (string, error) {
	if id.IsZero() {
		return "", nil
	}
	name, asked := known[id]
	if asked {
		return name, nil
	}
	u, err := tx.user(may.Account().ID, id)
	if err != nil {
		return "", err
	}
	if u != nil && may.SeesUser(u).Allowed {
		name = u.Username
	}
	known[id] = name
	return name, nil
}

// countsBelow are the counts of the customers at a run of positions, which is
// one or more whole subtrees.
func (tx *tx) countsBelow(tree *domain.Tree, from, to int) ([]Counts, error) {
	counts := make([]Counts, to-from)
	for i := to - 1; i >= from; i-- {
		h, err := tx.heldBy(tree.Account().ID, tree.At(i).ID)
		if err != nil {
			return nil, err
		}
		c := &counts[i-from]
		c.Users, c.Devices = h.users, h.devices
		c.UsersBelow += h.users
		c.DevicesBelow += h.devices
		if parent := tree.Parent(i); parent >= from {
			counts[parent-from].UsersBelow += c.UsersBelow
			counts[parent-from].DevicesBelow += c.DevicesBelow
		}
	}
	return counts, nil
}

// CreateCustomer makes a customer under c.Parent (zero: a main one). NotFound
// when the parent isn't in reach, Refused without the right, and where it forces
// a second factor and the actor has none; Invalid where a field is wrong,
// Conflict when a sibling has the name.
func (db *DB) CreateCustomer(ctx context.Context, actor domain.Actor, c domain.Customer) (domain.Customer, error) {
	create := attempt{action: "customer.create", subject: SubjectCustomer, objects: ids(c.Parent)}
	err := db.update(ctx, actor, create, func(tx *tx, may *domain.Rights) (err error) {
		if c.ID, err = tx.newID(); err != nil {
			return err
		}
		c.Account, c.CreatedAt, c.CreatedBy, c.Version = may.Account().ID, tx.now, actor.User, 1
		if err := may.CheckNewCustomer(&c); err != nil {
			return err
		}
		if err := domain.CheckCustomer(&c); err != nil {
			return err
		}
		if err := tx.mayForce(domain.Security{}, c.Security); err != nil {
			return err
		}
		if err := tx.putCustomer(c); err != nil {
			return err
		}
		return tx.auditCustomer(create.action, c, customerChanges(domain.Customer{}, c))
	})
	if err != nil {
		return domain.Customer{}, err
	}
	return c, nil
}

// EditCustomer writes name, email, country, settings and security. Conflict
// when c.Version isn't the stored one (0: any) or a sibling has the name;
// NotFound, Refused and Invalid as for CreateCustomer.
func (db *DB) EditCustomer(ctx context.Context, actor domain.Actor, c domain.Customer) (domain.Customer, error) {
	edit := attempt{action: "customer.edit", subject: SubjectCustomer, objects: ids(c.ID)}
	err := db.update(ctx, actor, edit, func(tx *tx, may *domain.Rights) error {
		before, err := customerIn(may, c.ID)
		if err != nil {
			return err
		}
		c.Account, c.Parent, c.CreatedAt, c.CreatedBy = before.Account, before.Parent, before.CreatedAt, before.CreatedBy
		if err := may.CheckCustomerChange(&before, &c); err != nil {
			return err
		}
		if err := domain.CheckCustomer(&c); err != nil {
			return err
		}
		if err := tx.sameVersion(may, c.ID, c.Version, before.Version); err != nil {
			return err
		}
		if err := tx.mayForce(before.Security, c.Security); err != nil {
			return err
		}
		c.Version = before.Version
		if c == before {
			return nil
		}
		c.Version++
		if err := tx.putCustomer(c); err != nil {
			return err
		}
		return tx.auditCustomer(edit.action, c, customerChanges(before, c))
	})
	if err != nil {
		return domain.Customer{}, err
	}
	return c, nil
}

// customerIn is a customer in reach; NotFound for any other ID, the zero one
// (the account itself) included.
func customerIn(may *domain.Rights, id domain.ID) (domain.Customer, error) {
	c, there := may.Tree().Customer(id)
	if !there || !may.Reaches(id) {
		return domain.Customer{}, domain.NoSuch("customer")
	}
	return *c, nil
}

func customerChanges(before, after domain.Customer) []change {
	return append(changes(
		change{"name", before.Name, after.Name},
		change{"email", before.Email, after.Email},
		change{"country", before.Country, after.Country},
		change{"force_second_factor", yesNo(before.Security.ForceSecondFactor), yesNo(after.Security.ForceSecondFactor)},
	), settingsChanges(before.Settings, after.Settings)...)
}

// auditCustomer notes what was done to a customer, under its path of now.
func (tx *tx) auditCustomer(action string, c domain.Customer, changes []change) error {
	tree, err := tx.tree(c.Account)
	if err != nil {
		return err
	}
	_, err = tx.audit(c.Account, entry{
		action: action, subject: SubjectCustomer, object: c.ID, name: tree.Path(c.ID), where: ids(c.ID), changes: changes,
	})
	return err
}

// customerRecord is a customer in the file; its account is in the key.
type customerRecord struct {
	Parent      []byte          `cbor:"1,keyasint,omitempty"`
	Name        string          `cbor:"2,keyasint,omitempty"`
	Email       string          `cbor:"3,keyasint,omitempty"`
	Country     string          `cbor:"4,keyasint,omitempty"`
	Settings    *settingsRecord `cbor:"5,keyasint,omitempty"`
	ForceFactor bool            `cbor:"6,keyasint,omitempty"`
	CreatedAt   int64           `cbor:"7,keyasint,omitempty"`
	CreatedBy   []byte          `cbor:"8,keyasint,omitempty"`
	Version     uint64          `cbor:"9,keyasint,omitempty"`
}

func customerFromValue(key, value []byte) (domain.Customer, error) {
	var r customerRecord
	if err := decodeAt(tableCustomer, key, value, &r); err != nil {
		return domain.Customer{}, err
	}
	return domain.Customer{
		ID: idAt(key, 1), Account: idAt(key, 0), Parent: idFromRecord(r.Parent),
		Name: r.Name, Email: r.Email, Country: r.Country, Settings: r.Settings.settings(),
		Security:  domain.Security{ForceSecondFactor: r.ForceFactor},
		CreatedAt: timeFromRecord(r.CreatedAt), CreatedBy: idFromRecord(r.CreatedBy), Version: r.Version,
	}, nil
}

// customer reads a customer; nil when the account has none such. Operations
// that have rights take it from their tree.
func (tx *tx) customer(account, id domain.ID) (*domain.Customer, error) {
	key := key2(account, id)
	value, err := tx.get(tableCustomer, key)
	if value == nil || err != nil {
		return nil, err
	}
	c, err := customerFromValue(key, value)
	return &c, err
}

// putCustomer writes a customer and its index. Conflict when a sibling has its
// name.
func (tx *tx) putCustomer(c domain.Customer) error {
	before, err := tx.customer(c.Account, c.ID)
	if err != nil {
		return err
	}
	var was []byte
	if before != nil {
		was = keyName(c.Account, before.Parent, before.Name)
	}
	taken := domain.Errorf(domain.Conflict, "name", "There is a customer with this name here already. Choose another.")
	if err := tx.putUnique(tableCustomerName, was, keyName(c.Account, c.Parent, c.Name), key1(c.ID), taken); err != nil {
		return err
	}
	record := customerRecord{
		Parent: idOrNil(c.Parent), Name: c.Name, Email: c.Email, Country: c.Country, Settings: settingsToRecord(c.Settings),
		ForceFactor: c.Security.ForceSecondFactor, CreatedAt: timeToRecord(c.CreatedAt), CreatedBy: idOrNil(c.CreatedBy), Version: c.Version,
	}
	if err := tx.put(tableCustomer, key2(c.Account, c.ID), encode(record)); err != nil {
		return err
	}
	return tx.treeChanged(c.Account)
}

// deleteCustomer removes a customer and its index. What it held must be gone.
func (tx *tx) deleteCustomer(c domain.Customer) error {
	if err := tx.delete(tableCustomer, key2(c.Account, c.ID)); err != nil {
		return err
	}
	if err := tx.delete(tableCustomerName, keyName(c.Account, c.Parent, c.Name)); err != nil {
		return err
	}
	return tx.treeChanged(c.Account)
}
