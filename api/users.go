package api

import (
	"context"
	"net/http"
	"strings"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

const sectionUsers = "Users"

type userAnswer struct {
	ETag string `header:"ETag"`
	Body shape.User
}

type startedAnswer struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     shape.StartedUser
}

// Confirm says that a warning was heard.
type Confirm struct {
	Confirm bool `query:"confirm" doc:"Do it even where a customer loses its last administrator, or a limit to locations is lifted; without it, that is refused with a warning"`
}

func (s *server) registerUsers() {
	handle(s, route{
		method: http.MethodGet, path: "/users", id: "list-users", section: sectionUsers, needs: needs(domain.UsersList),
		title: "List users",
	}, s.listUsers)
	handle(s, route{
		method: http.MethodGet, path: "/users/{id}", id: "get-user", section: sectionUsers, needs: needsNothing,
		title: "One user, with what they can see and do", says: "Yourself, and users whom you see.",
	}, func(ctx context.Context, actor domain.Actor, in *struct {
		ID string `path:"id"`
	}) (*detailed, error) {
		id, err := parse("user", in.ID)
		if err != nil {
			return nil, err
		}
		return s.detail(ctx, actor, id)
	})
	handle(s, route{
		method: http.MethodPost, path: "/users", id: "create-user", section: sectionUsers, needs: needs(domain.UsersCreate),
		title: "Create a user", status: http.StatusCreated, repeats: true,
		says: "They get in by a code, sent by mail or answered here this once to hand over, or by a password set by hand, which they must change; or, with no_sign_in, not at all.",
	}, s.createUser)
	handle(s, route{
		method: http.MethodPatch, path: "/users/{id}", id: "change-user", section: sectionUsers, needs: needs(domain.UsersEdit),
		title: "Change a user", says: "What isn't given stays. Customer and status have addresses of their own.", version: true,
	}, s.changeUser)
	handle(s, route{
		method: http.MethodDelete, path: "/users/{id}", id: "delete-user", section: sectionUsers, needs: needs(domain.UsersEdit),
		title: "Delete a user", says: "Their sessions, keys and tokens end. The answer is the user as they were.",
	}, s.deleteUser)
}

func (s *server) listUsers(ctx context.Context, actor domain.Actor, in *struct {
	Page
	Scope
	Filter     string `query:"filter" maxLength:"1000" doc:"Only those with all these words in username, email, name, customer, groups or status"`
	Sort       string `query:"sort" enum:"customer,username,email,last_sign_in,status" doc:"By which column; without it, in the order of the tree"`
	Reverse    bool   `query:"reverse" doc:"Turn the order round"`
	Unenrolled bool   `query:"without_second_factor" doc:"Only those who have no second factor, with those of nested customers; it takes no filter and no sort"`
}) (*listed[shape.User], error) {
	may, err := s.mayOf(ctx, actor)
	if err != nil {
		return nil, err
	}
	customer, below, err := in.in(may)
	if err != nil {
		return nil, err
	}
	var found store.UserList
	if in.Unenrolled {
		if in.Filter != "" || in.Sort != "" || in.Reverse {
			return nil, domain.Errorf(domain.Invalid, "without_second_factor", "The list of those without a second factor takes no filter and no sort.")
		}
		found, err = s.DB.Unenrolled(ctx, actor, customer, in.page())
	} else {
		found, err = s.DB.Users(ctx, actor, store.UserQuery{
			Customer: customer, Below: below, Filter: in.Filter, Sort: store.UserSort(in.Sort), Reverse: in.Reverse, Page: in.page(),
		})
	}
	if err != nil {
		return nil, err
	}
	users := make([]shape.User, 0, len(found.Rows))
	for _, row := range found.Rows {
		users = append(users, shape.NewUser(row))
	}
	return newListed(users, found.Next, found.Total), nil
}

// UserFields are what is said of a new user and of a changed one.
type UserFields struct {
	Email     *string   `json:"email,omitempty" maxLength:"1000"`
	FullName  *string   `json:"full_name,omitempty" maxLength:"1000"`
	Phone     *string   `json:"phone,omitempty" maxLength:"100"`
	Groups    *[]string `json:"groups,omitempty" nullable:"false" maxItems:"20" doc:"All of them, by name or initials"`
	Locations *[]string `json:"location_ids,omitempty" nullable:"false" maxItems:"200" doc:"All locations that they are limited to; none for no limit"`
	Settings
}

func (f UserFields) change(u *domain.User) error {
	set(&u.Email, f.Email)
	set(&u.FullName, f.FullName)
	set(&u.Phone, f.Phone)
	var err error
	if f.Groups != nil {
		if u.Groups, err = domain.ParseGroups(strings.Join(*f.Groups, ",")); err != nil {
			return err
		}
	}
	if f.Locations != nil {
		u.Locations = nil
		for _, text := range *f.Locations {
			id, err := domain.ParseID(text)
			if err != nil {
				return domain.Errorf(domain.Invalid, "location_ids", "%q isn't the ID of a location.", domain.CleanCut(text, 40))
			}
			u.Locations = append(u.Locations, id)
		}
	}
	return f.Settings.change(&u.Settings)
}

// Start says how somebody gets in.
type Start struct {
	Mail     bool   `json:"mail,omitempty" doc:"Send them a code by mail; else it is answered here, this once"`
	Password string `json:"password,omitempty" maxLength:"1000" doc:"Set a password by hand instead of a code; they must change it"`
}

func (s *server) start(g Start) (store.Start, error) {
	switch {
	case g.Mail && g.Password != "":
		return store.Start{}, domain.Errorf(domain.Invalid, "password", "Either a mail with a code, or a password: not both.")
	case g.Mail && !s.Mail:
		return store.Start{}, errNoMail()
	}
	return store.Start{Password: g.Password, Mail: g.Mail}, nil
}

func errNoMail() error {
	return domain.Errorf(domain.Refused, "mail", "No mail server is set up. Leave mail out, and hand the code over that is answered.")
}

type newUser struct {
	Username string `json:"username" maxLength:"100"`
	Customer string `json:"customer" minLength:"1" maxLength:"8192" doc:"The ID or path of the customer that they belong to"`
	UserFields
	Start
	NoSignIn bool `json:"no_sign_in,omitempty" doc:"Neither a code nor a password: they only hold RFID tokens, until they are invited"`
}

func (s *server) createUser(ctx context.Context, actor domain.Actor, in *struct{ Body newUser }) (*startedAnswer, error) {
	how, err := s.start(in.Body.Start)
	if err != nil {
		return nil, err
	}
	how.NoSignIn = in.Body.NoSignIn
	u := domain.User{Username: in.Body.Username}
	if u.Customer, err = s.find(ctx, actor, in.Body.Customer); err != nil {
		return nil, err
	}
	if err := in.Body.UserFields.change(&u); err != nil {
		return nil, err
	}
	started, err := s.DB.CreateUser(ctx, actor, u, how)
	if err != nil {
		return nil, err
	}
	answer, err := s.started(ctx, actor, started)
	if err != nil {
		return nil, err
	}
	answer.Location = Prefix + "/users/" + started.User.ID.String()
	return answer, nil
}

// started is a user with how they get in now. Whoever may create users needn't
// see them.
func (s *server) started(ctx context.Context, actor domain.Actor, started store.Started) (*startedAnswer, error) {
	row, err := s.DB.FindUser(ctx, actor, started.User.ID.String())
	if kind := domain.KindOf(err); kind == domain.Refused || kind == domain.NotFound {
		may, err := s.mayOf(ctx, actor)
		if err != nil {
			return nil, err
		}
		row = store.UserRow{User: started.User, CustomerPath: may.Tree().Path(started.User.Customer)}
	} else if err != nil {
		return nil, err
	}
	return &startedAnswer{ETag: etag(row.Version), Body: shape.NewStartedUser(row, started, "waiting")}, nil
}

// user is one in reach as they are now.
func (s *server) user(ctx context.Context, actor domain.Actor, id domain.ID) (*userAnswer, error) {
	row, err := s.DB.FindUser(ctx, actor, id.String())
	if err != nil {
		return nil, err
	}
	return &userAnswer{etag(row.Version), shape.NewUser(row)}, nil
}

// warned refuses what takes a customer its last administrator, unless that was
// confirmed.
func (s *server) warned(ctx context.Context, actor domain.Actor, user domain.ID, after *domain.User, c Confirm) error {
	if c.Confirm {
		return nil
	}
	warning, err := s.DB.WarnUser(ctx, actor, user, after)
	if err != nil || warning == "" {
		return err
	}
	return domain.Errorf(domain.Conflict, "confirm", "%s Do it with ?confirm=true.", warning)
}

func (s *server) changeUser(ctx context.Context, actor domain.Actor, in *struct {
	ID string `path:"id"`
	Confirm
	IfMatch
	Body struct {
		Username *string `json:"username,omitempty" maxLength:"100"`
		UserFields
	}
}) (*userAnswer, error) {
	id, err := parse("user", in.ID)
	if err != nil {
		return nil, err
	}
	_, err = changing(func() (domain.User, bool, error) {
		now, err := s.DB.FindUser(ctx, actor, id.String())
		if domain.KindOf(err) == domain.NotFound {
			_, err = s.DB.EditUser(ctx, actor, domain.User{ID: id, Version: noVersion})
		}
		if err != nil {
			return domain.User{}, false, err
		}
		u := now.User
		version, again, err := in.of(u.Version)
		if err != nil {
			return u, false, err
		}
		u.Version = version
		set(&u.Username, in.Body.Username)
		if err := in.Body.UserFields.change(&u); err != nil {
			return u, false, err
		}
		if err := s.warned(ctx, actor, id, &u, in.Confirm); err != nil && domain.KindOf(err) != domain.Refused {
			return u, false, err
		}
		u, err = s.DB.EditUser(ctx, actor, u)
		return u, again, err
	})
	if err != nil {
		return nil, err
	}
	return s.user(ctx, actor, id)
}

func (s *server) deleteUser(ctx context.Context, actor domain.Actor, in *struct {
	ID string `path:"id"`
	Confirm
}) (*struct{ Body shape.User }, error) {
	id, err := parse("user", in.ID)
	if err != nil {
		return nil, err
	}
	row, err := s.DB.FindUser(ctx, actor, id.String())
	if err == nil {
		err = s.warned(ctx, actor, id, nil, in.Confirm)
	}
	if kind := domain.KindOf(err); err != nil && kind != domain.Refused && kind != domain.NotFound {
		return nil, err
	}
	if err := s.DB.DeleteUser(ctx, actor, id); err != nil {
		return nil, err
	}
	return &struct{ Body shape.User }{shape.NewUser(row)}, nil
}
