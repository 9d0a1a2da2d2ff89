package sample

import "tenantry/store"

// acmeFilters are filters that people of the sample keep.
var acmeFilters = []struct{ owner, name, filter string }{
	{"ann", "Fridges outside the Nordics", "tag:fridge -customer:nordics"},
	{"ann", "Never heard of", "seen:never -status:retired"},
	{"ann", "Old and still driving", "year:<2019 status:online"},
	{"tom", "Silent for two days", "seen:>2d -status:retired"},
	{"tom", "Winter check", "tag:winter-check"},
}

// keepFilters has people keep theirs.
func (l *life) keepFilters() error {
	for _, f := range acmeFilters {
		who := l.actors[f.owner]
		if who.User.IsZero() {
			who = l.boss()
		}
		if _, err := l.db.SaveFilter(l.ctx, who, store.SavedFilter{Name: f.name, Filter: f.filter}); err != nil {
			return err
		}
	}
	return nil
}
