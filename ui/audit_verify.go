package ui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// auditVerify follows the account's audit trail from its first entry to its end,
// and says what it found.
type auditVerify struct {
	base
	noted   []store.AuditHead    // ends noted earlier, to compare with
	found   *store.AuditVerified // nil while it isn't followed to its end
	failed  string               // why it wasn't
	reading reading
}

func newAuditVerify(c *Console) *auditVerify { return &auditVerify{base: base{Console: c}} }

// whyNotVerify is why the trail isn't this user's to verify; "" where it is.
func (c *Console) whyNotVerify() string {
	if err := store.MayVerifyAudit(c.standing.Rights); err != nil {
		return sentence(err)
	}
	return ""
}

// refresh follows the trail when it comes to the front. It isn't done anew with
// every change: verifying may take long, and what was found is of that moment.
func (s *auditVerify) refresh() tea.Cmd {
	if s.found != nil || s.failed != "" || s.busy("verify") {
		return nil
	}
	return s.verify()
}

func (s *auditVerify) verify() tea.Cmd {
	s.found, s.failed = nil, ""
	db, actor, noted := s.db, s.actor, s.noted
	return askLong(&s.base, "verify", func(ctx context.Context, progress func(int, int)) (store.AuditVerified, error) {
		return db.VerifyAudit(ctx, actor, noted, progress)
	}, func(v store.AuditVerified, err error) tea.Cmd {
		if err != nil {
			s.failed = sentence(err)
			return nil
		}
		s.found = &v
		return nil
	})
}

func (s *auditVerify) crumb() string { return "Verify" }

func (s *auditVerify) places() []keys.Place {
	if s.busy("verify") {
		return []keys.Place{keys.Working}
	}
	return []keys.Place{keys.AuditVerifying, keys.Reading}
}

func (s *auditVerify) offers() []offer {
	if s.busy("verify") {
		return []offer{can(keys.Cancel, step(func() {
			s.cancel("verify")
			s.failed = "It was stopped before the end of the trail. v begins again."
		}))}
	}
	return append(s.reading.offers(),
		unless(s.whyNotVerify(), keys.AuditVerifyAgain, s.verify),
		unless(s.whyNoEnd(), keys.AuditVerifyCopy, func() tea.Cmd { return s.copyOut(s.found.Head.String(), "Copied the end of the trail.") }))
}

func (s *auditVerify) whyNoEnd() string {
	if s.found == nil {
		return "The trail wasn't followed to its end."
	}
	return ""
}

// pasted takes ends that were noted earlier, or a log with some, and follows the
// trail again to find these.
func (s *auditVerify) pasted(text string, tooMuch bool) tea.Cmd {
	var noted []store.AuditHead
	if !tooMuch {
		for _, head := range store.FindAuditHeads(text) {
			if !head.Named || head.Account == s.tree().Account().ID {
				noted = append(noted, head.AuditHead)
			}
		}
	}
	switch {
	case tooMuch:
		s.say(widget.ToneWarn, "That is more than fits in here. The command audit verify --head takes a whole log.")
	case len(noted) == 0:
		s.say(widget.ToneWarn, "There is no end of this account's audit trail in that. One looks as it is shown here.")
	default:
		s.noted = noted
		return s.verify()
	}
	return nil
}

func (s *auditVerify) draw(w, h int) []string {
	wide := max(1, min(w-4, readable))
	switch {
	case s.busy("verify"):
		done, total := s.progress("verify")
		lines := append([]string{""}, widget.Wrap("Following the audit trail from its first entry to its end"+s.theme.Glyphs.Ellipsis, wide)...)
		return widget.Block(indent(append(lines, widget.Progress(s.theme, min(wide, 60), done, total))), w, h)
	case s.found == nil:
		return widget.Block(append([]string{""}, indent(widget.Wrap(s.failed, wide))...), w, h)
	}
	return s.reading.draw(s.theme, indent(s.result(wide)), w, h)
}

// result is what was found, in words.
func (s *auditVerify) result(w int) []string {
	v := s.found
	lines := append([]string{""}, widget.Wrap("Followed "+counted(v.Entries, "entry", "entries")+" from the first to the last.", w)...)
	add := func(tone widget.Tone, text string) {
		for _, line := range widget.Wrap(text, w) {
			lines = append(lines, s.theme.Tone(tone).Render(line))
		}
	}
	if n := len(v.Problems) + v.More; n == 0 {
		add(widget.ToneGood, "Nothing is wrong: no entry was changed, removed, swapped or added.")
	} else {
		add(widget.ToneBad, "The trail isn't what was written: "+counted(n, "problem", "problems")+". Have the file kept as it is, and compare it with a backup.")
	}
	if len(s.noted) > 0 {
		add(widget.ToneNormal, "Noted earlier: "+counted(len(s.noted), "end", "ends")+", of which "+widget.Comma(v.Noted)+" found again.")
	}
	for _, p := range v.Problems {
		add(widget.ToneWarn, "Entry "+widget.Comma(int(min(p.Number, 1<<62)))+" "+strings.TrimSuffix(p.What, ".")+".")
	}
	if v.More > 0 {
		add(widget.ToneWarn, "And "+widget.Comma(v.More)+" more.")
	}
	lines = append(lines, "", s.theme.Title.Render("Its end"))
	add(widget.ToneNormal, v.Head.String())
	lines = append(lines, "")
	add(widget.ToneDim, "y copies it. Note it in another place: that the end was cut off, or all written anew, shows only against one noted earlier. Paste one here, and it is looked for.")
	return lines
}
