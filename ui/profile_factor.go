package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"tenantry/ui/widget"
)

// This file is what the profile shows and does about the second factor.

// fewCodes is from how few recovery codes on it is time for new ones.
const fewCodes = 3

// factorFacts say whether a second factor is enrolled, who forces it, and how
// many recovery codes are left.
func (s *profile) factorFacts() []fact {
	st := &s.standing
	factor := fact{label: "Second factor", value: "not enrolled"}
	if st.Enrolled {
		factor.value = "enrolled since " + s.moment(st.EnrolledAt)
	}
	if st.Forced {
		factor.value += "; forced by " + s.forcedOnMe()
	} else {
		factor.value += "; optional"
	}
	if !st.Enrolled {
		return []fact{factor}
	}
	codes := recoveryFact(st.RecoveryLeft)
	if codes.tone == widget.ToneWarn {
		codes.value += ": make new ones"
	}
	return []fact{factor, codes}
}

// forcedOnMe names who forces the second factor on whoever is signed in, ""
// where nobody does.
func (s *profile) forcedOnMe() string { return forcedAbove(s.tree(), s.standing.User.Customer) }

func (s *profile) factorWord() string {
	if s.standing.Enrolled {
		return "second factor"
	}
	return "enrol"
}

// factor enrols the first second factor, or asks what to do with the one there
// is.
func (s *profile) factor() tea.Cmd {
	if !s.standing.Enrolled {
		return s.enrol("Enrolled. The next sign-in asks for a code.")
	}
	why := ""
	if s.standing.Forced {
		why = s.forcedOnMe() + " forces it."
	}
	return s.over(newOptions(s.Console, "Your second factor", []string{"A replaced one holds until the new one has given a code."},
		way{label: "Replace it: a new app or phone", run: func() tea.Cmd {
			return s.enrol("Replaced. The old one and its recovery codes are void.")
		}},
		way{label: "Switch it off", why: why, run: s.askDropFactor},
	))
}

// enrol leads through the page with the QR code; said is what to say then.
func (s *profile) enrol(said string) tea.Cmd {
	return s.push(newEnrolment(s.Console, func() tea.Cmd {
		s.say(widget.ToneGood, said)
		return s.reread()
	}, func() tea.Cmd { return nil }))
}

func (s *profile) askDropFactor() tea.Cmd {
	q := question{title: "Switch your second factor off?", yes: "switch it off", grave: true, lines: []string{
		"Whoever learns your password signs in as you from then on.",
		"The recovery codes are void.",
	}}
	return s.over(newConfirm(s.Console, q, false, s.dropFactor))
}

func (s *profile) dropFactor() tea.Cmd {
	db, actor := s.db, s.actor
	return askProven(&s.base, "factor", "Type your password or a code to switch the second factor off.", func(ctx context.Context) (struct{}, error) {
		return struct{}{}, db.DropFactor(ctx, actor)
	}, func(_ struct{}, err error) tea.Cmd {
		if err != nil {
			s.fail(err)
			return nil
		}
		s.say(widget.ToneWarn, "Your second factor is off. f enrols one again.")
		return s.reread()
	})
}

func (s *profile) whyNoRecovery() string {
	switch {
	case s.whyNotYet() != "":
		return s.whyNotYet()
	case !s.standing.Enrolled:
		return "Recovery codes stand in for a second factor, and you have none. f enrols one."
	}
	return ""
}

func (s *profile) recoveryQuestion() question {
	left := "None of those of before is left."
	if n := s.standing.RecoveryLeft; n > 0 {
		left = counted(n, "code of before is void then.", "codes of before are void then.")
	}
	return question{title: "Make new recovery codes?", yes: "make them", lines: []string{left}}
}

func (s *profile) newRecovery() tea.Cmd {
	db, actor := s.db, s.actor
	return askProven(&s.base, "recovery", "Type your password or a code to make new recovery codes.", func(ctx context.Context) ([]string, error) {
		return db.NewRecoveryCodes(ctx, actor)
	}, func(codes []string, err error) tea.Cmd {
		if err != nil {
			s.fail(err)
			return nil
		}
		return s.push(newRecoveryCodes(s.Console, codes, func() tea.Cmd {
			s.say(widget.ToneGood, "You have new recovery codes. Those of before are void.")
			return s.reread()
		}))
	})
}
