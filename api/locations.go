package api

import (
	"context"
	"net/http"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

const sectionLocations = "Locations"

type locationAnswer struct {
	ETag string `header:"ETag"`
	At   string `header:"Location"`
	Body shape.LocationDetail
}

func (s *server) registerLocations() {
	handle(s, route{
		method: http.MethodGet, path: "/locations", id: "list-locations", section: sectionLocations, needs: needs(domain.LocationsManage),
		title: "List locations", says: "Those that you may manage.",
	}, s.listLocations)
	handle(s, route{
		method: http.MethodGet, path: "/locations/{id}", id: "get-location", section: sectionLocations, needs: needs(domain.LocationsManage),
		title: "One location, with who is limited to it",
	}, func(ctx context.Context, actor domain.Actor, in *struct {
		ID string `path:"id"`
	}) (*locationAnswer, error) {
		id, err := parse("location", in.ID)
		if err != nil {
			return nil, err
		}
		return s.location(ctx, actor, id)
	})
	handle(s, route{
		method: http.MethodPost, path: "/locations", id: "create-location", section: sectionLocations, needs: needs(domain.LocationsManage),
		title: "Make a location", status: http.StatusCreated, repeats: true,
	}, s.createLocation)
	handle(s, route{
		method: http.MethodPatch, path: "/locations/{id}", id: "change-location", section: sectionLocations, needs: needs(domain.LocationsManage),
		title: "Change a location", says: "What isn't given stays. It stays with its customer.", version: true,
	}, s.changeLocation)
	handle(s, route{
		method: http.MethodDelete, path: "/locations/{id}", id: "delete-location", section: sectionLocations, needs: needs(domain.LocationsManage), version: true,
		title: "Delete a location", says: "The devices there stay with their customers and are at no location then. It is refused while it is the only one of a user, who would see everything without it.",
	}, s.deleteLocation)
	handle(s, route{
		method: http.MethodPost, path: "/locations/{id}/limits", id: "limit-users", section: sectionLocations, needs: needs(domain.UsersEdit),
		title: "Limit users to a location, or lift that", says: "All that is asked for, or nothing. Limited to some locations, somebody sees only the devices there.",
	}, s.limitUsers)
}

func (s *server) listLocations(ctx context.Context, actor domain.Actor, in *struct {
	Page
	Scope
	Filter  string `query:"filter" maxLength:"1000" doc:"Only those with all these words in name, customer, email, phone, address or notes"`
	Sort    string `query:"sort" enum:"customer,name,devices,users" doc:"By which column"`
	Reverse bool   `query:"reverse" doc:"Turn the order round"`
}) (*listed[shape.Location], error) {
	q := store.LocationQuery{Filter: in.Filter, Sort: store.LocationSort(in.Sort), Reverse: in.Reverse, Page: in.page()}
	may, err := s.mayOf(ctx, actor)
	if err != nil {
		return nil, err
	}
	if q.Customer, q.Below, err = in.in(may); err != nil {
		return nil, err
	}
	found, err := s.DB.Locations(ctx, actor, q)
	if err != nil {
		return nil, err
	}
	locations := make([]shape.Location, 0, len(found.Rows))
	for _, row := range found.Rows {
		locations = append(locations, shape.NewLocation(row))
	}
	return newListed(locations, found.Next, found.Total), nil
}

// location is one as it is now.
func (s *server) location(ctx context.Context, actor domain.Actor, id domain.ID) (*locationAnswer, error) {
	detail, err := s.DB.Location(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	return &locationAnswer{ETag: etag(detail.Version), Body: shape.NewLocationDetail(detail)}, nil
}

// LocationFields are what is said of a new location and of a changed one.
type LocationFields struct {
	Email   *string `json:"email,omitempty" maxLength:"1000"`
	Phone   *string `json:"phone,omitempty" maxLength:"200"`
	Address *string `json:"address,omitempty" maxLength:"1200"`
	Notes   *string `json:"notes,omitempty" maxLength:"4000"`
}

func (f LocationFields) change(l *domain.Location) {
	set(&l.Email, f.Email)
	set(&l.Phone, f.Phone)
	set(&l.Address, f.Address)
	set(&l.Notes, f.Notes)
}

type newLocation struct {
	Name     string `json:"name" minLength:"1" maxLength:"1000"`
	Customer string `json:"customer" minLength:"1" maxLength:"8192" doc:"The ID or path of the customer whose place it is"`
	LocationFields
}

func (s *server) createLocation(ctx context.Context, actor domain.Actor, in *struct{ Body newLocation }) (*locationAnswer, error) {
	l := domain.Location{Name: in.Body.Name}
	var err error
	if l.Customer, err = s.find(ctx, actor, in.Body.Customer); err != nil {
		return nil, err
	}
	in.Body.change(&l)
	if l, err = s.DB.CreateLocation(ctx, actor, l); err != nil {
		return nil, err
	}
	answer, err := s.location(ctx, actor, l.ID)
	if err != nil {
		return nil, err
	}
	answer.At = Prefix + "/locations/" + l.ID.String()
	return answer, nil
}

func (s *server) changeLocation(ctx context.Context, actor domain.Actor, in *struct {
	ID string `path:"id"`
	IfMatch
	Body struct {
		Name *string `json:"name,omitempty" minLength:"1" maxLength:"1000"`
		LocationFields
	}
}) (*locationAnswer, error) {
	id, err := parse("location", in.ID)
	if err != nil {
		return nil, err
	}
	_, err = changing(func() (domain.Location, bool, error) {
		now, err := s.DB.Location(ctx, actor, id)
		if kind := domain.KindOf(err); kind == domain.NotFound || kind == domain.Refused {
			_, err = s.DB.EditLocation(ctx, actor, domain.Location{ID: id, Version: noVersion}) // it is noted who tried
		}
		if err != nil {
			return domain.Location{}, false, err
		}
		l := now.Location
		version, again, err := in.of(l.Version)
		if err != nil {
			return l, false, err
		}
		l.Version = version
		set(&l.Name, in.Body.Name)
		in.Body.change(&l)
		l, err = s.DB.EditLocation(ctx, actor, l)
		return l, again, err
	})
	if err != nil {
		return nil, err
	}
	return s.location(ctx, actor, id)
}

func (s *server) deleteLocation(ctx context.Context, actor domain.Actor, in *struct {
	ID string `path:"id"`
	IfMatch
}) (*struct{ Body shape.DeletedLocation }, error) {
	id, err := parse("location", in.ID)
	if err != nil {
		return nil, err
	}
	version, again, err := in.of(0)
	if err != nil {
		return nil, err
	}
	if again {
		version = 0 // whatever was read
	}
	deleted, err := s.DB.DeleteLocation(ctx, actor, id, version)
	if err != nil {
		return nil, err
	}
	return &struct{ Body shape.DeletedLocation }{shape.NewDeletedLocation(deleted)}, nil
}

func (s *server) limitUsers(ctx context.Context, actor domain.Actor, in *struct {
	ID   string `path:"id"`
	Body struct {
		Limit   []string `json:"limit,omitempty" nullable:"false" maxItems:"1000" doc:"Users to limit to it: IDs, usernames or emails"`
		Unlimit []string `json:"unlimit,omitempty" nullable:"false" maxItems:"1000" doc:"Users from whose locations it is taken"`
		Lift    bool     `json:"lift_limit,omitempty" doc:"Also where it is the only one, so that they see everything that their groups give"`
	}
}) (*struct{ Body shape.ChangedLimits }, error) {
	change := store.Limits{Lift: in.Body.Lift}
	var err error
	if change.Location, err = parse("location", in.ID); err != nil {
		return nil, err
	}
	if change.Limit, err = s.usersNamed(ctx, actor, in.Body.Limit); err != nil {
		return nil, err
	}
	if change.Unlimit, err = s.usersNamed(ctx, actor, in.Body.Unlimit); err != nil {
		return nil, err
	}
	if len(change.Limit)+len(change.Unlimit) == 0 {
		return nil, domain.Errorf(domain.Invalid, "limit", "Say whom to limit, or whose limit to lift.")
	}
	changed, err := s.DB.LimitUsers(ctx, actor, change)
	if err != nil {
		return nil, err
	}
	return &struct{ Body shape.ChangedLimits }{shape.NewChangedLimits(change.Location, changed)}, nil
}

// usersNamed are the identities of users in reach.
func (s *server) usersNamed(ctx context.Context, actor domain.Actor, names []string) ([]domain.ID, error) {
	var users []domain.ID
	for _, name := range names {
		row, err := s.DB.FindUser(ctx, actor, name)
		if err != nil {
			return nil, err
		}
		users = append(users, row.ID)
	}
	return users, nil
}
