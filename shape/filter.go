package shape

import (
	"tenantry/domain"
	"tenantry/store"
)

// SavedFilter is a filter over devices that somebody keeps.
type SavedFilter struct {
	ID      domain.ID `json:"id"`
	Account string    `json:"account,omitempty" doc:"The account's name, where several are listed"`
	Name    string    `json:"name"`
	Filter  string    `json:"filter" doc:"As lists of devices take it"`
}

// NewSavedFilter is the form of a saved filter.
func NewSavedFilter(f store.SavedFilter) SavedFilter {
	return SavedFilter{ID: f.ID, Name: f.Name, Filter: f.Filter}
}

// DeletedFilter is what deleting a saved filter did.
type DeletedFilter struct {
	Deleted domain.ID `json:"deleted"`
	Name    string    `json:"name"`
}
