package domain

import (
	"bytes"
	"strings"
)

// Pattern is what a text must be like: pieces that follow each other in it, the
// first at its beginning and the last at its end where that is said. One without
// pieces fits any text that isn't empty.
type Pattern struct {
	pieces       []string
	begins, ends bool
}

// Contains is the pattern of what contains a text, which is folded.
func Contains(text string) Pattern { return Pattern{pieces: []string{text}} }

// Begins is the pattern of what begins with a text, which is folded.
func Begins(text string) Pattern { return Pattern{pieces: []string{text}, begins: true} }

// IsZero says of a term's Dashless that there is none.
func (p Pattern) IsZero() bool { return len(p.pieces) == 0 }

// Plain is the one piece that a text must contain, and need no more than that.
func (p Pattern) Plain() (string, bool) {
	if len(p.pieces) == 1 && !p.begins && !p.ends {
		return p.pieces[0], true
	}
	return "", false
}

// Head is the piece that a text must begin with, and need no more than that.
func (p Pattern) Head() (string, bool) {
	if len(p.pieces) == 1 && p.begins && !p.ends {
		return p.pieces[0], true
	}
	return "", false
}

// Pieces are what a text must contain, one behind the other.
func (p Pattern) Pieces() []string { return p.pieces }

// Edges are the pieces that a text must begin and end with, empty where it need
// not, and whether it need no more than one of these.
func (p Pattern) Edges() (begin, end string, alone bool) {
	if p.begins && len(p.pieces) > 0 {
		begin = p.pieces[0]
	}
	if p.ends && len(p.pieces) > 0 {
		end = p.pieces[len(p.pieces)-1]
	}
	return begin, end, len(p.pieces) == 1 && p.begins != p.ends
}

// Longest is the longest piece, which every text that fits contains.
func (p Pattern) Longest() string {
	longest := ""
	for _, piece := range p.pieces {
		if len(piece) > len(longest) {
			longest = piece
		}
	}
	return longest
}

// Match says whether a folded text fits.
func (p Pattern) Match(text []byte) bool {
	pieces := p.pieces
	switch len(pieces) {
	case 0:
		return len(text) > 0
	case 1:
		piece := pieces[0]
		switch {
		case p.begins && p.ends:
			return string(text) == piece
		case p.begins:
			return len(text) >= len(piece) && string(text[:len(piece)]) == piece
		case p.ends:
			return len(text) >= len(piece) && string(text[len(text)-len(piece):]) == piece
		}
		return bytes.Contains(text, []byte(piece))
	}
	if p.begins {
		if !bytes.HasPrefix(text, []byte(pieces[0])) {
			return false
		}
		text, pieces = text[len(pieces[0]):], pieces[1:]
	}
	if p.ends {
		last := pieces[len(pieces)-1]
		if !bytes.HasSuffix(text, []byte(last)) {
			return false
		}
		text, pieces = text[:len(text)-len(last)], pieces[:len(pieces)-1]
	}
	for _, piece := range pieces {
		at := bytes.Index(text, []byte(piece))
		if at < 0 {
			return false
		}
		text = text[at+len(piece):]
	}
	return true
}

// Implies says of some patterns that whatever fits p fits other.
func (p Pattern) Implies(other Pattern) bool {
	if p.same(other) {
		return true
	}
	if text, plain := other.Plain(); plain {
		return strings.Contains(p.Longest(), text)
	}
	if text, head := other.Head(); head {
		return p.begins && len(p.pieces) > 0 && strings.HasPrefix(p.pieces[0], text)
	}
	return false
}

func (p Pattern) same(other Pattern) bool {
	if p.begins != other.begins || p.ends != other.ends || len(p.pieces) != len(other.pieces) {
		return false
	}
	for i, piece := range p.pieces {
		if piece != other.pieces[i] {
			return false
		}
	}
	return true
}

// dashless is a pattern of hex digits and dashes without the dashes, zero for
// any other.
func (p Pattern) dashless() Pattern {
	dashes, digits := 0, 0
	out := Pattern{begins: p.begins, ends: p.ends, pieces: make([]string, 0, len(p.pieces))}
	for _, piece := range p.pieces {
		for i := range len(piece) {
			switch c := piece[i]; {
			case c == '-':
				dashes++
			case c-'0' < 10, c-'a' < 6:
				digits++
			default:
				return Pattern{}
			}
		}
		if piece = strings.ReplaceAll(piece, "-", ""); piece != "" {
			out.pieces = append(out.pieces, piece)
		}
	}
	if dashes == 0 || digits == 0 {
		return Pattern{}
	}
	return out
}

// Implies says of some terms that whatever fulfils t fulfils other.
func (t FilterTerm) Implies(other FilterTerm) bool {
	if t.Field != other.Field || t.Not != other.Not {
		return false
	}
	if t.Not {
		t, other = other, t
	}
	switch t.Field {
	case FilterStatus:
		return t.Statuses&^other.Statuses == 0
	case FilterYear, FilterSeen, FilterRegistered:
		return other.From <= t.From && t.To <= other.To
	}
	if !t.Pattern.Implies(other.Pattern) {
		return false
	}
	// What fits only without its dashes must fit the other one so too.
	return t.Dashless.IsZero() || t.Dashless.Implies(other.Pattern) || !other.Dashless.IsZero() && t.Dashless.Implies(other.Dashless)
}

// Same says whether two terms are the same.
func (t FilterTerm) Same(other FilterTerm) bool {
	return t.Field == other.Field && t.Not == other.Not && t.Pattern.same(other.Pattern) && t.Dashless.same(other.Dashless) &&
		t.Statuses == other.Statuses && t.From == other.From && t.To == other.To
}

// ImpliesAll says whether whatever passes f passes other too, as far as that is
// seen without looking at devices.
func (f DeviceFilter) ImpliesAll(other DeviceFilter) bool {
	for _, term := range other.Terms {
		implied := false
		for _, own := range f.Terms {
			implied = implied || own.Implies(term)
		}
		if !implied {
			return false
		}
	}
	return true
}

// Has says whether a term is one of the filter's.
func (f DeviceFilter) Has(term FilterTerm) bool {
	for _, own := range f.Terms {
		if own.Same(term) {
			return true
		}
	}
	return false
}

// Uses says whether a term of the filter looks at a field.
func (f DeviceFilter) Uses(field FilterField) bool {
	for _, t := range f.Terms {
		if t.Field == field {
			return true
		}
	}
	return false
}
