package domain

// ReadsEntry decides whether somebody may read an entry of the audit trail that
// concerns these customers: one of them must be one whose trail they may read.
// What concerns the account alone (no customer) is for those who reach all of it.
func (r *Rights) ReadsEntry(concerns []ID) Decision {
	if r.whole() {
		return r.MayAnywhere(AuditRead)
	}
	if r.void != 0 {
		return Decision{Reason: r.void, Capability: AuditRead, thing: thingEntry}
	}
	for _, customer := range concerns {
		if here := r.May(AuditRead, customer); here.Allowed {
			return here
		}
	}
	return Decision{Reason: ReasonOutOfReach, Capability: AuditRead, thing: thingEntry}
}
