package api

import (
	"context"
	"net/http"
	"slices"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

type filterAnswer struct{ Body shape.SavedFilter }

// registerFilters are the filters over devices that the token's owner keeps.
func (s *server) registerFilters() {
	handle(s, route{
		method: http.MethodGet, path: "/me/filters", id: "list-filters", section: sectionSelf, needs: needsNothing,
		title: "The filters over devices that you keep",
	}, func(ctx context.Context, actor domain.Actor, in *struct{ Page }) (*listed[shape.SavedFilter], error) {
		all, err := s.DB.SavedFilters(ctx, actor)
		if err != nil {
			return nil, err
		}
		filters := make([]shape.SavedFilter, 0, len(all))
		for _, f := range all {
			filters = append(filters, shape.NewSavedFilter(f))
		}
		return cut(filters, in.Page, func(f shape.SavedFilter) string { return f.ID.String() })
	})
	handle(s, route{
		method: http.MethodPost, path: "/me/filters", id: "save-filter", section: sectionSelf, needs: needsNothing,
		title: "Keep a filter over devices", says: "Lists of devices take it as filter.", status: http.StatusCreated, repeats: true,
	}, func(ctx context.Context, actor domain.Actor, in *struct {
		Body struct {
			Name   string `json:"name" minLength:"1" maxLength:"1000"`
			Filter string `json:"filter" minLength:"1" maxLength:"1000"`
		}
	}) (*filterAnswer, error) {
		f, err := s.DB.SaveFilter(ctx, actor, store.SavedFilter{Name: in.Body.Name, Filter: in.Body.Filter})
		if err != nil {
			return nil, err
		}
		return &filterAnswer{shape.NewSavedFilter(f)}, nil
	})
	handle(s, route{
		method: http.MethodDelete, path: "/me/filters/{id}", id: "delete-filter", section: sectionSelf, needs: needsNothing,
		title: "Forget a filter that you keep",
	}, s.deleteFilter)
}

func (s *server) deleteFilter(ctx context.Context, actor domain.Actor, in *struct {
	ID string `path:"id"`
}) (*struct{ Body shape.DeletedFilter }, error) {
	id, err := parse("filter", in.ID)
	if err != nil {
		return nil, err
	}
	all, err := s.DB.SavedFilters(ctx, actor)
	if err == nil {
		err = s.DB.DeleteFilter(ctx, actor, id)
	}
	if err != nil {
		return nil, err
	}
	told := shape.DeletedFilter{Deleted: id}
	if i := slices.IndexFunc(all, func(f store.SavedFilter) bool { return f.ID == id }); i >= 0 {
		told.Name = all[i].Name
	}
	return &struct{ Body shape.DeletedFilter }{told}, nil
}
