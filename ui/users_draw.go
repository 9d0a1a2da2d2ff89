package ui

import (
	"strings"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// detail is what the columns don't tell of the user under the cursor, for where
// there is no room for a pane: who, and the groups by name.
func (s *users) detail(w int) []string {
	row := s.current()
	if row == nil {
		return make([]string, detailLines)
	}
	dot := " " + s.theme.Glyphs.Dot + " "
	var who []string
	for _, text := range []string{row.FullName, row.Email, row.Phone} {
		if text != "" {
			who = append(who, text)
		}
	}
	who = append(who, "last sign-in "+s.soon(row.LastSignIn))
	holds := groupsWords(row)
	if len(row.Locations) > 0 {
		holds += dot + "limited to " + locationWords(row)
	}
	return []string{"", "  " + widget.Fit(strings.Join(who, dot), w-3), "  " + s.theme.Dim.Render(widget.Fit(holds, w-3))}
}

// groupsWords are a user's groups by their names.
func groupsWords(u *store.UserRow) string {
	switch {
	case u.Owner:
		return "Owner of the account: every group, in every customer"
	case u.Groups&domain.AllGroups == 0:
		return "No group"
	}
	return u.Groups.String()
}

// drawPane is the user under the cursor, below where the filter stands.
func (s *users) drawPane(w int) []string {
	row := s.current()
	if row == nil {
		return nil
	}
	lines := []string{"", "", s.theme.Title.Render(widget.Cut(s.userTitle(row), w)), ""}
	return append(lines, drawFacts(s.theme, s.userRowFacts(row), w)...)
}

// count says how many there are, and how many of them match.
func (s *users) count(w int) string {
	words := s.countWords(w, "user", "users")
	if s.loaded && w >= 60 && (!s.below() || s.listsOwnOnly()) {
		words += ", none nested"
	}
	return words
}

// listsOwnOnly says whether there are nested customers whose users the reader
// may not list.
func (s *users) listsOwnOnly() bool {
	at, ok := s.tree().Position(s.scope)
	return ok && s.tree().HasChildren(at) && s.whyNotNested() != ""
}

// whyEmpty says why the list is empty, and which key changes that.
func (s *users) whyEmpty() string {
	switch {
	case s.failed != "":
		return s.failed
	case !s.loaded:
		return "Reading the users…"
	case s.filter.text() != "" && len(s.all) > 0:
		return "No user matches. esc clears the filter, / changes it."
	case !s.scope.IsZero() && s.whyNot(domain.UsersList, s.scope) != "":
		return s.whyNot(domain.UsersList, s.scope)
	case !s.below():
		return "No user is of this customer itself. b lists those of nested customers too."
	case s.whyNotCreate() == "":
		return "There is no user here yet. n creates one."
	}
	return "There is no user here yet."
}

// userRows shows what is listed.
type userRows struct{ *users }

func (r userRows) Len() int { return len(r.found) }

func (r userRows) Key(i int) domain.ID { return r.found[i].ID }

func (r userRows) Find(id domain.ID) (int, bool) {
	for i, u := range r.found {
		if u.ID == id {
			return i, true
		}
	}
	return 0, false
}

func (r userRows) Cells(i int, out []string) []string {
	for _, c := range r.shown {
		out = append(out, userColumns[c].cell(r.users, r.found[i]))
	}
	return out
}

// CellTone colours what an administrator looks for; its word says it too.
func (r userRows) CellTone(i, column int) widget.Tone {
	if column >= len(r.shown) {
		return widget.ToneNormal
	}
	switch userColumns[r.shown[column]].name {
	case "Status":
		return userStatusTone(r.found[i].Status)
	case "2nd factor":
		return factorTone(&r.found[i].UserRow)
	}
	return widget.ToneNormal
}
