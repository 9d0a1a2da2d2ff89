package store

import (
	"strings"

	"tenantry/domain"
)

// placeTerms says of places which terms of a filter they fulfil: the path of the
// customer for words, the customer and those above it, the location.
type placeTerms struct {
	filter    domain.DeviceFilter
	paths     *treePaths
	customers []uint64 // by position, filled as they are asked for; known marks those
	known     []bool
	location  func(domain.ID) (string, error) // its name, empty where that may not be known
	err       error
}

// placeTerms makes a filter ready to be asked of places. Only names of locations
// that the actor may read are looked at: a filter must tell no more than a list.
func (tx *tx) placeTerms(may *domain.Rights, filter domain.DeviceFilter, paths *treePaths) *placeTerms {
	n := paths.tree.Len()
	return &placeTerms{filter: filter, paths: paths, customers: make([]uint64, n), known: make([]bool, n), location: tx.shower(may).location}
}

// mask has a bit for each term that a place fulfils.
func (p *placeTerms) mask(at place) uint64 {
	position, there := p.paths.tree.Position(at.customer)
	if !there {
		return 0
	}
	mask := p.customer(position)
	for k := range p.filter.Terms {
		t := &p.filter.Terms[k]
		if t.Field != domain.FilterLocation {
			continue
		}
		name, err := p.location(at.location)
		p.err = firstOf(p.err, err)
		if t.Pattern.Match([]byte(domain.Fold(name))) {
			mask |= 1 << k
		}
	}
	return mask
}

func (p *placeTerms) customer(position int) uint64 {
	if p.known[position] {
		return p.customers[position]
	}
	var mask uint64
	node := p.paths.tree.At(position)
	if above, there := p.paths.tree.Position(node.Parent); there {
		// Whoever is under a customer is of it; words must be in the path itself,
		// which contains that of the one above.
		mask = p.customer(above)
	}
	path := p.paths.folded[position]
	for k := range p.filter.Terms {
		switch t := &p.filter.Terms[k]; t.Field {
		case domain.FilterAny:
			if text, plain := t.Pattern.Plain(); plain {
				if strings.Contains(path, text) {
					mask |= 1 << k
				}
			} else if t.Pattern.Match([]byte(path)) || t.Pattern.Match([]byte(domain.Fold(node.Name))) {
				mask |= 1 << k
			}
		case domain.FilterCustomer:
			if t.Pattern.Match([]byte(path)) || t.Pattern.Match([]byte(domain.Fold(node.Name))) {
				mask |= 1 << k
			}
		}
	}
	p.customers[position], p.known[position] = mask, true
	return mask
}

// aboutPlace says whether the place alone tells of a term.
func aboutPlace(f domain.FilterField) bool {
	return f == domain.FilterCustomer || f == domain.FilterLocation
}
