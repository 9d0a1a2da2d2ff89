package api

import (
	"context"
	"net/http"
	"strings"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

const sectionCustomers = "Customers"

type customerAnswer struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     *shape.Customer
}

// parse reads the ID of a thing of that name; a text that is none is one that
// isn't there.
func parse(noun, text string) (domain.ID, error) {
	id, err := domain.ParseID(text)
	if err != nil || id.IsZero() {
		return domain.ID{}, domain.NoSuch(noun)
	}
	return id, nil
}

func (s *server) registerCustomers() {
	handle(s, route{
		method: http.MethodGet, path: "/customers", id: "list-customers", section: sectionCustomers, needs: needs(domain.CustomersSee),
		title: "List customers", says: "In the order of the tree: each before those nested under it.",
	}, s.listCustomers)
	handle(s, route{
		method: http.MethodGet, path: "/customers/tree", id: "get-customer-tree", section: sectionCustomers, needs: needs(domain.CustomersSee),
		title: "All customers in reach, nested as they are",
	}, s.customerTree)
	handle(s, route{
		method: http.MethodGet, path: "/customers/{id}", id: "get-customer", section: sectionCustomers, needs: needs(domain.CustomersSee),
		title: "One customer",
	}, func(ctx context.Context, actor domain.Actor, in *struct {
		ID string `path:"id"`
	}) (*customerAnswer, error) {
		id, err := parse("customer", in.ID)
		if err != nil {
			return nil, err
		}
		return s.customer(ctx, actor, id)
	})
	handle(s, route{
		method: http.MethodPost, path: "/customers", id: "create-customer", section: sectionCustomers, needs: needs(domain.CustomersCreate),
		title: "Create a customer", status: http.StatusCreated, repeats: true,
	}, s.createCustomer)
	handle(s, route{
		method: http.MethodPatch, path: "/customers/{id}", id: "change-customer", section: sectionCustomers, needs: needs(domain.CustomersEdit),
		title: "Change a customer", says: "What isn't given stays.", version: true,
	}, s.changeCustomer)
	handle(s, route{
		method: http.MethodPost, path: "/customers/{id}/move", id: "move-customer", section: sectionCustomers, needs: needs(domain.CustomersMove),
		title: "Hang a customer, with all below it, under another", says: "Who sees it changes with that.",
	}, s.moveCustomer)
	handle(s, route{
		method: http.MethodDelete, path: "/customers/{id}", id: "delete-customer", section: sectionCustomers, needs: needs(domain.CustomersDelete),
		title: "Delete a customer", says: "Its devices go to its parent. One with nested customers isn't deleted, nor one with users unless it is said what becomes of them.",
	}, s.deleteCustomer)
}

func (s *server) listCustomers(ctx context.Context, actor domain.Actor, in *struct {
	Page
	Filter string `query:"filter" maxLength:"1000" doc:"Only those with all these words in their path"`
}) (*listed[*shape.Customer], error) {
	seen, err := s.DB.Customers(ctx, actor)
	if err != nil {
		return nil, err
	}
	words := strings.Fields(domain.Fold(in.Filter))
	var rows []store.CustomerRow
	for _, row := range seen.Rows {
		if holdsAll(domain.Fold(seen.Tree.Path(row.ID)), words) {
			rows = append(rows, row)
		}
	}
	page, err := cut(rows, in.Page, func(row store.CustomerRow) string { return row.ID.String() })
	if err != nil {
		return nil, err
	}
	return newListed(customersOf(seen.Tree, page.Body.Items), page.Body.Next, page.Body.Total), nil
}

func holdsAll(text string, words []string) bool {
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

func customersOf(tree *domain.Tree, rows []store.CustomerRow) []*shape.Customer {
	customers := make([]*shape.Customer, 0, len(rows))
	for _, row := range rows {
		customers = append(customers, shape.NewCustomer(tree, row))
	}
	return customers
}

func (s *server) customerTree(ctx context.Context, actor domain.Actor, _ *nothing) (*listed[*shape.Customer], error) {
	seen, err := s.DB.Customers(ctx, actor)
	if err != nil {
		return nil, err
	}
	return newListed(shape.Nest(customersOf(seen.Tree, seen.Rows)), "", len(seen.Rows)), nil
}

// customer is one in reach as it is now.
func (s *server) customer(ctx context.Context, actor domain.Actor, id domain.ID) (*customerAnswer, error) {
	seen, err := s.DB.Customers(ctx, actor)
	if err != nil {
		return nil, err
	}
	for _, row := range seen.Rows {
		if row.ID == id {
			return &customerAnswer{ETag: etag(row.Version), Body: shape.NewCustomer(seen.Tree, row)}, nil
		}
	}
	return nil, domain.NoSuch("customer")
}

// mayOf are the rights of the actor, to find customers by their paths.
func (s *server) mayOf(ctx context.Context, actor domain.Actor) (*domain.Rights, error) {
	standing, err := s.DB.Standing(ctx, actor)
	if err == nil && standing.Gate != domain.GateOpen {
		err = standing.Gate.Err()
	}
	return standing.Rights, err
}

// CustomerFields are what is said of a new customer and of a changed one.
type CustomerFields struct {
	Email             *string `json:"email,omitempty" maxLength:"1000"`
	Country           *string `json:"country,omitempty" maxLength:"100" doc:"A code or a name"`
	ForceSecondFactor *bool   `json:"force_second_factor,omitempty" doc:"Its users, and those below, must have a second factor"`
	Settings
}

func (f CustomerFields) change(c *domain.Customer) error {
	set(&c.Email, f.Email)
	set(&c.Country, f.Country)
	set(&c.Security.ForceSecondFactor, f.ForceSecondFactor)
	return f.Settings.change(&c.Settings)
}

type newCustomer struct {
	Name   string `json:"name" minLength:"1" maxLength:"1000"`
	Parent string `json:"parent,omitempty" maxLength:"8192" doc:"The ID or path of the customer that it is nested under; none for directly under the account"`
	CustomerFields
}

func (s *server) createCustomer(ctx context.Context, actor domain.Actor, in *struct{ Body newCustomer }) (*customerAnswer, error) {
	made := domain.Customer{Name: in.Body.Name}
	var err error
	if made.Parent, err = s.find(ctx, actor, in.Body.Parent); err != nil {
		return nil, err
	}
	if err := in.Body.change(&made); err != nil {
		return nil, err
	}
	if made, err = s.DB.CreateCustomer(ctx, actor, made); err != nil {
		return nil, err
	}
	answer, err := s.customer(ctx, actor, made.ID)
	if err != nil {
		return nil, err
	}
	answer.Location = Prefix + "/customers/" + made.ID.String()
	return answer, nil
}

// find is a customer in reach by ID or path; the account itself for "".
func (s *server) find(ctx context.Context, actor domain.Actor, customer string) (domain.ID, error) {
	if customer == "" {
		return domain.ID{}, nil
	}
	may, err := s.mayOf(ctx, actor)
	if err != nil {
		return domain.ID{}, err
	}
	return may.Resolve(customer)
}

type customerChange struct {
	Name *string `json:"name,omitempty" minLength:"1" maxLength:"1000"`
	CustomerFields
}

func (s *server) changeCustomer(ctx context.Context, actor domain.Actor, in *struct {
	ID string `path:"id"`
	IfMatch
	Body customerChange
}) (*customerAnswer, error) {
	id, err := parse("customer", in.ID)
	if err != nil {
		return nil, err
	}
	_, err = changing(func() (domain.Customer, bool, error) {
		may, err := s.mayOf(ctx, actor)
		if err != nil {
			return domain.Customer{}, false, err
		}
		now, there := may.Tree().Customer(id)
		if !there || !may.Reaches(id) {
			_, err := s.DB.EditCustomer(ctx, actor, domain.Customer{ID: id, Version: noVersion})
			return domain.Customer{}, false, err
		}
		c := *now
		version, again, err := in.of(c.Version)
		if err != nil {
			return c, false, err
		}
		c.Version = version
		set(&c.Name, in.Body.Name)
		if err := in.Body.change(&c); err != nil {
			return c, false, err
		}
		c, err = s.DB.EditCustomer(ctx, actor, c)
		return c, again, err
	})
	if err != nil {
		return nil, err
	}
	return s.customer(ctx, actor, id)
}

func (s *server) moveCustomer(ctx context.Context, actor domain.Actor, in *struct {
	ID   string `path:"id"`
	Body struct {
		To string `json:"to" maxLength:"8192" doc:"The ID or path of the customer to hang it under; empty for the account itself"`
	}
}) (*customerAnswer, error) {
	id, err := parse("customer", in.ID)
	if err != nil {
		return nil, err
	}
	to, err := s.find(ctx, actor, in.Body.To)
	if err != nil {
		return nil, err
	}
	if _, err := s.DB.MoveCustomer(ctx, actor, id, to); err != nil {
		return nil, err
	}
	return s.customer(ctx, actor, id)
}

func (s *server) deleteCustomer(ctx context.Context, actor domain.Actor, in *struct {
	ID          string `path:"id"`
	UsersTo     string `query:"users_to" maxLength:"8192" doc:"The ID or path of the customer that its users move to"`
	DeleteUsers bool   `query:"delete_users" doc:"Its users are deleted"`
}) (*struct{ Body shape.DeletedCustomer }, error) {
	id, err := parse("customer", in.ID)
	if err != nil {
		return nil, err
	}
	may, err := s.mayOf(ctx, actor)
	if err != nil {
		return nil, err
	}
	request := store.DeleteCustomer{ID: id, DeleteUsers: in.DeleteUsers}
	if in.UsersTo != "" {
		if request.UsersTo, err = may.Resolve(in.UsersTo); err != nil {
			return nil, err
		}
	}
	holds, err := s.DB.CustomerContents(ctx, actor, id)
	if kind := domain.KindOf(err); err != nil && kind != domain.NotFound && kind != domain.Refused {
		return nil, err
	}
	path := may.Tree().Path(id)
	if err := s.DB.DeleteCustomer(ctx, actor, request); err != nil {
		return nil, err
	}
	return &struct{ Body shape.DeletedCustomer }{shape.DeletedCustomer{
		Deleted: id, Path: path, DevicesMoved: holds.Devices, DevicesTo: shape.Identity(holds.Parent.ID),
	}}, nil
}
