package api

import (
	"context"
	"net/http"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

func (s *server) registerOverview() {
	handle(s, route{
		method: http.MethodGet, path: "/overview", id: "get-overview", section: sectionSelf, needs: needsNothing,
		title: "How devices, users and API tokens do, in numbers", says: "Of what you may see: in all your reach, or in one customer with everything nested under it.",
	}, func(ctx context.Context, actor domain.Actor, in *struct {
		Customer string `query:"customer" maxLength:"8192" doc:"Only of this customer, and of those nested under it: its ID, or its path"`
	}) (*struct{ Body shape.Overview }, error) {
		may, err := s.mayOf(ctx, actor)
		if err != nil {
			return nil, err
		}
		customer, _, err := Scope{Customer: in.Customer}.in(may)
		if err != nil {
			return nil, err
		}
		o, err := s.DB.Overview(ctx, actor, store.OverviewQuery{Customer: customer})
		if err != nil {
			return nil, err
		}
		return &struct{ Body shape.Overview }{shape.NewOverview(o)}, nil
	})
}
