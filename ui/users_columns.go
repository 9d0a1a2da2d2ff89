package ui

import (
	"cmp"
	"slices"
	"strings"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// userColumn is a column that the list of users can show.
type userColumn struct {
	name  string
	first bool // shown until somebody chooses
	draw  widget.Column
	cell  func(s *users, u *listedUser) string
	order func(a, b *listedUser) int // nil where it can't be sorted by
}

// userColumns are all there are, in the order in which they stand. The widths
// of those shown at first come to 80 cells.
var userColumns = []userColumn{
	{"Username", true, widget.Column{Width: 12, Max: 42, Grow: 2},
		func(s *users, u *listedUser) string { return s.userTitle(&u.UserRow) }, byUsername},
	{"Full name", true, widget.Column{Width: 13, Max: 40, Grow: 2, Priority: 5},
		func(_ *users, u *listedUser) string { return u.FullName }, func(a, b *listedUser) int { return cmp.Compare(a.fullName, b.fullName) }},
	{"Email", false, widget.Column{Width: 18, Max: 40, Grow: 2, Priority: 6},
		func(_ *users, u *listedUser) string { return u.Email }, func(a, b *listedUser) int { return cmp.Compare(a.email, b.email) }},
	{"Customer", true, widget.Column{Width: 13, Max: 60, Grow: 3, Priority: 2},
		func(s *users, u *listedUser) string { return s.pathInScope(u.Customer) }, func(a, b *listedUser) int { return a.place - b.place }},
	{"Groups", true, widget.Column{Width: 10, Max: 26, Grow: 1, Priority: 4},
		func(_ *users, u *listedUser) string { return groupInitials(&u.UserRow) }, nil},
	{"Locations", false, widget.Column{Width: 14, Max: 40, Grow: 1, Priority: 7},
		func(_ *users, u *listedUser) string { return locationWords(&u.UserRow) }, nil},
	{"Status", true, widget.Column{Width: 10, Priority: 1},
		func(_ *users, u *listedUser) string { return u.Status.Words() }, func(a, b *listedUser) int { return cmp.Compare(b.Status, a.Status) }},
	{"2nd factor", true, widget.Column{Width: 10, Priority: 3},
		func(_ *users, u *listedUser) string { return factorWord(&u.UserRow) }, func(a, b *listedUser) int { return factorRank(a) - factorRank(b) }},
	{"Last sign-in", false, widget.Column{Width: 17, Priority: 6},
		func(s *users, u *listedUser) string { return s.soon(u.LastSignIn) }, func(a, b *listedUser) int { return b.LastSignIn.Compare(a.LastSignIn) }},
	{"Phone", false, widget.Column{Width: 14, Max: 20, Grow: 1, Priority: 8},
		func(_ *users, u *listedUser) string { return u.Phone }, nil},
	{"Created", false, widget.Column{Width: 11, Priority: 8},
		func(s *users, u *listedUser) string { return s.day(u.CreatedAt) }, func(a, b *listedUser) int { return b.CreatedAt.Compare(a.CreatedAt) }},
}

func byUsername(a, b *listedUser) int { return cmp.Compare(a.username, b.username) }

// userTitle is what a user is called in a list: the username, with a word for
// the owner.
func (c *Console) userTitle(u *store.UserRow) string {
	if u.Owner {
		return u.Username + " " + c.theme.Glyphs.Dot + " owner"
	}
	return u.Username
}

// groupInitials are a user's groups for a narrow column: "AA NCA FM".
func groupInitials(u *store.UserRow) string {
	switch {
	case u.Owner:
		return "all"
	case u.Groups&domain.AllGroups == 0:
		return "none"
	}
	return strings.ReplaceAll(u.Groups.Short(), " + ", " ")
}

// locationWords are the locations that a user is limited to, as far as the
// names may be known.
func locationWords(u *store.UserRow) string {
	if len(u.Locations) == 0 {
		return "not limited"
	}
	words := strings.Join(u.LocationNames, ", ")
	switch hidden := len(u.Locations) - len(u.LocationNames); {
	case hidden > 0 && words == "":
		words = counted(hidden, "location", "locations")
	case hidden > 0:
		words += " and " + counted(hidden, "other", "others")
	}
	return words
}

// factorWord is a user's second factor in a word: a missing one is one that is
// forced.
func factorWord(u *store.UserRow) string {
	switch {
	case u.Enrolled:
		return "enrolled"
	case u.Forced:
		return "missing"
	}
	return "–"
}

// factorFilter is what finds a user by the second factor, and nothing else:
// missing is that of nobody who is inactive.
func factorFilter(u *store.UserRow) string {
	switch {
	case u.Enrolled:
		return "factor:enrolled"
	case u.Forced && u.Status != store.UserInactive:
		return "factor:missing"
	}
	return "factor:none"
}

// factorRank puts first what an administrator looks for: who lacks one.
func factorRank(u *listedUser) int {
	return slices.Index([]string{"missing", "–", "enrolled"}, factorWord(&u.UserRow))
}

// userStatusTone goes with the word that says the same.
func userStatusTone(s store.UserStatus) widget.Tone {
	switch s {
	case store.UserInvited:
		return widget.ToneWarn
	case store.UserLocked:
		return widget.ToneBad
	case store.UserInactive, store.UserNoSignIn:
		return widget.ToneDim
	}
	return widget.ToneNormal
}

// factorTone goes with factorWord.
func factorTone(u *store.UserRow) widget.Tone {
	if u.Forced && !u.Enrolled {
		return widget.ToneWarn
	}
	return widget.ToneNormal
}

// userColumnNames are the columns where they are chosen.
var userColumnNames = func() (names []columnName) {
	for _, c := range userColumns {
		names = append(names, columnName{c.name, c.name, c.first})
	}
	return names
}()

// userView is how somebody looks at lists of users.
type userView struct {
	columnSet
	sort    int // the column sorted by
	reverse bool
	own     bool // without the users of nested customers
}

func (v *userView) columns() (*columnSet, []columnName) { return &v.columnSet, userColumnNames }

func (v *userView) sortsBy(i int) bool {
	if userColumns[i].order == nil {
		return false
	}
	v.sort, v.reverse = i, false
	return true
}

// shown lists the numbers of the columns that are shown.
func (v *userView) shown() []int { return v.columnSet.shown(userColumnNames) }

// nextSort goes on to the next column that is shown and can be sorted by.
func (v *userView) nextSort() {
	shown := slices.DeleteFunc(v.shown(), func(i int) bool { return userColumns[i].order == nil })
	at := slices.Index(shown, v.sort)
	v.sort, v.reverse = shown[(at+1)%len(shown)], false
}
