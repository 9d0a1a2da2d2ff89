package sample

import (
	"time"

	"tenantry/store"
)

// token is an API token of the sample. What it opens nobody learns: its text is
// shown to nobody.
type token struct {
	owner, name string
	days        int // until it ends
	readOnly    bool
	revoked     bool
}

// acmeTokens are one of every state: that of somebody who left is suspended.
var acmeTokens = []token{
	{owner: "ann", name: "dispatch screen", days: 300, readOnly: true},
	{owner: "lars", name: "route planner", days: 90},
	{owner: "lars", name: "old planner", days: 90, revoked: true},
	{owner: "cecilie", name: "fuel cards", days: 9},
	{owner: "henrik", name: "nightly export", days: 180, readOnly: true},
	{owner: "elise", name: "yard tablet", days: 60, readOnly: true},
	{owner: "mette", name: "rental desk", days: 365},
}

// mint makes the tokens, before anybody leaves.
func (l *life) mint() error {
	for _, t := range acmeTokens {
		who := l.actors[t.owner]
		if who.User.IsZero() {
			who = l.boss()
		}
		made, _, err := l.db.CreateToken(l.ctx, who, store.NewToken{Name: t.name, Lasts: time.Duration(t.days) * 24 * time.Hour, ReadOnly: t.readOnly})
		if err != nil {
			return err
		}
		if t.revoked {
			if err := l.db.RevokeToken(l.ctx, who, made.ID); err != nil {
				return err
			}
		}
	}
	return nil
}
