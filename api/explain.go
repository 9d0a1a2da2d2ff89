package api

import (
	"context"
	"net/http"

	"tenantry/domain"
	"tenantry/shape"
)

const sectionRights = "Rights and their reasons"

// group is a permission group in words.
type group struct {
	Name  string `json:"name"`
	Short string `json:"short"`
	Gives string `json:"gives"`
	Needs string `json:"needs" doc:"What it must be paired with to be of use; empty where it is of use alone"`
}

func (s *server) registerGroups() {
	handle(s, route{
		method: http.MethodGet, path: "/groups", id: "list-groups", section: sectionRights, needs: needsNothing,
		title: "The permission groups, and what each gives",
	}, func(ctx context.Context, actor domain.Actor, in *struct{ Page }) (*listed[group], error) {
		if _, err := s.mayOf(ctx, actor); err != nil {
			return nil, err
		}
		var groups []group
		for one := range domain.AllGroups.Each() {
			groups = append(groups, group{one.String(), one.Short(), one.Gives(), one.Needs()})
		}
		return cut(groups, in.Page, func(g group) string { return g.Short })
	})
}

func (s *server) registerWhy() {
	handle(s, route{
		method: http.MethodGet, path: "/why", id: "why", section: sectionRights, needs: needsNothing,
		title: "Whether somebody may do something, and why", says: "About yourself, and about users whom you see.",
	}, func(ctx context.Context, actor domain.Actor, in *struct {
		User       string `query:"user" required:"true" maxLength:"1000" doc:"A username or an email"`
		Capability string `query:"capability" required:"true" maxLength:"100" doc:"Such as devices.assign"`
		Object     string `query:"object" maxLength:"8192" doc:"A customer's path or ID, or a device's unit ID or device ID; without it, the question is whether they may anywhere"`
	}) (*struct{ Body shape.Reasons }, error) {
		asked, err := domain.ParseCapability(in.Capability)
		if err != nil {
			return nil, err
		}
		answer, err := s.DB.Why(ctx, actor, in.User, asked, in.Object)
		if err != nil {
			return nil, err
		}
		return &struct{ Body shape.Reasons }{shape.NewReasons(answer)}, nil
	})
}
