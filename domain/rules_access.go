package domain

// SeesAccess decides whether an access event is seen that was at a device of
// that customer and at that location (zero for none) when it happened. Rule 6,
// locations narrow: a user with locations sees only what happened at these.
func (r *Rights) SeesAccess(customer, location ID) Decision {
	d := r.MayDevice(AccessSee, customer, location)
	d.thing = thingAccess
	return d
}

// MaySendAccess decides whether the actor may write into the access history what
// a device of that customer and at that location reports. Who only reads the
// history must not be able to forge it, and who only looks after devices has no
// business in it: so it takes both, to see the history there and to edit the
// device. A gateway is a user of its own who holds these groups, with a token.
func (r *Rights) MaySendAccess(customer, location ID) Decision {
	if d := r.MayDevice(AccessSee, customer, location); !d.Allowed {
		return d
	}
	return r.MayDevice(DevicesEdit, customer, location)
}

// MaySendAccessAnywhere decides whether there can be a device for which the
// actor may send access events.
func (r *Rights) MaySendAccessAnywhere() Decision {
	if d := r.MayAnywhere(AccessSee); !d.Allowed {
		return d
	}
	return r.MayAnywhere(DevicesEdit)
}
