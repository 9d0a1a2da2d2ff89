package domain

// SeesRFID decides whether the actor is shown the RFID tokens of a user: those
// who see the user are, everybody their own, and nobody where the account lacks
// the add-on.
func (r *Rights) SeesRFID(target *User) Decision { return r.withAddOn(r.SeesUser(target)) }

// MayEditRFID decides whether the actor may give a user RFID tokens, switch them
// and take them away: whoever may edit the user, under the same ceiling. A token
// opens doors, so nobody gives one to themselves but the owner, above whom there
// is nobody to ask.
func (r *Rights) MayEditRFID(target *User) Decision {
	d := r.MayEditUser(target)
	if d.Reason > lastMissing && r.isSelf(target) && !r.whole() {
		return r.withAddOn(d.refused(ReasonSelfRFID, 0))
	}
	return r.withAddOn(d)
}

// withAddOn turns a decision about what the add-on brings into a refusal where
// the account lacks it. What isn't there stays so.
func (r *Rights) withAddOn(d Decision) Decision {
	if d.Reason > lastMissing && !r.account.AddOns.AccessControl {
		return d.refused(ReasonAddOn, 0)
	}
	return d
}
