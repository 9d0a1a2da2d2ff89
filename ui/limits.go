package ui

import (
	"strconv"
	"strings"
	"time"

	"tenantry/domain"
	"tenantry/ui/widget"
)

// This file is how long things last in an account: in its form and in words.

const day = 24 * time.Hour

// The names of the inputs, which are those of the fields in errors.
const (
	inputIdle       = "idle_minutes"
	inputSession    = "session_hours"
	inputInvitation = "invitation_days"
	inputTokenDays  = "token_days"
)

// never is what is typed for API tokens without an end.
const never = "never"

// limitsTexts are limits as they stand in the inputs.
func limitsTexts(l domain.Limits) map[string]string {
	tokens := strconv.Itoa(l.TokenDays)
	if l.TokenDays == domain.TokensNeverEnd {
		tokens = never
	}
	return map[string]string{
		inputIdle: strconv.Itoa(int(l.Idle / time.Minute)), inputSession: strconv.Itoa(int(l.Session / time.Hour)),
		inputInvitation: strconv.Itoa(int(l.Invitation / day)), inputTokenDays: tokens,
	}
}

// limitsInputs is the part of the account's form for them.
func limitsInputs(l domain.Limits) []widget.Input {
	text, usual := limitsTexts(l), limitsTexts(domain.DefaultLimits())
	in := func(name, label, help string) widget.Input {
		return widget.Input{Name: name, Label: label, Value: text[name], Placeholder: usual[name], Limit: 8, Help: help}
	}
	return []widget.Input{
		in(inputIdle, "Minutes without a key", "1 to 1440. After so many minutes without a key a session ends."),
		in(inputSession, "Hours of a session", "1 to 168. After so many hours everybody signs in again."),
		in(inputInvitation, "Days a code is good", "1 to 14. The code of a welcome or a password reset."),
		in(inputTokenDays, "Days of an API token", "1 to 3650, or never: the longest that a token may be made for."),
	}
}

// typedLimits are the limits as they stand in a form. What is empty is as usual.
func typedLimits(inputs *widget.Form) (domain.Limits, error) {
	var l domain.Limits
	number := func(name string) (int, error) {
		text := strings.TrimSpace(inputs.Value(name))
		if text == "" {
			return 0, nil
		}
		n, err := strconv.Atoi(text)
		if err != nil || n <= 0 {
			return -1, domain.Errorf(domain.Invalid, name, "%q is no number of this kind. Type one from 1 on.", domain.CleanCut(text, 10))
		}
		return min(n, 1_000_000), nil // what is too much is for the rule to refuse
	}
	idle, err := number(inputIdle)
	if err != nil {
		return l, err
	}
	hours, err := number(inputSession)
	if err != nil {
		return l, err
	}
	days, err := number(inputInvitation)
	if err != nil {
		return l, err
	}
	l = domain.Limits{Idle: time.Duration(idle) * time.Minute, Session: time.Duration(hours) * time.Hour, Invitation: time.Duration(days) * day}
	if strings.EqualFold(strings.TrimSpace(inputs.Value(inputTokenDays)), never) {
		l.TokenDays = domain.TokensNeverEnd
	} else if l.TokenDays, err = number(inputTokenDays); err != nil {
		return l, err
	}
	return l, nil
}

// tokenWords say how long an API token may be made for.
func tokenWords(days int) string {
	if days == domain.TokensNeverEnd {
		return "as long as whoever makes them wants, or for ever"
	}
	return counted(days, "day", "days") + " at most"
}
