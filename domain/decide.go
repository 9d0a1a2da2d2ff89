package domain

import "slices"

// Rights is what a decision needs to know about whoever acts: the account, its
// tree and the user, as they are in the transaction that asks. It is made fresh
// in each one and kept in none.
type Rights struct {
	account  *Account
	tree     *Tree
	user     *User // nil for the operator
	operator bool
	owner    bool
	void     Reason // why nothing at all is allowed; 0 when something may be

	from, to int32 // positions in reach: the user's own customer is at from
	narrowed bool
	places   map[ID]struct{} // the user's locations when there are many

	placeNames []string // of the user's locations, for words only; see NamePlaces

	own, nested [capabilities]Decision
}

// NewRights are the rights of a user of account. Nobody has any who is
// inactive, has no sign-in, is another account's, or whose account is suspended.
func NewRights(account *Account, tree *Tree, user *User) *Rights {
	r := &Rights{account: account, tree: tree, user: user}
	switch {
	case user == nil || user.ID.IsZero() || user.Account != account.ID || tree.account.ID != account.ID:
		r.void = ReasonForeign
	case account.Suspended:
		r.void = ReasonSuspended
	case user.Inactive:
		r.void = ReasonInactive
	case user.NoSignIn:
		r.void = ReasonNoSignIn
	}
	if r.void != 0 {
		return r
	}
	r.owner = account.Owner == user.ID
	r.reach()
	r.narrowed = len(user.Locations) > 0 && !r.owner && !user.Groups.Has(AccountAdministrator)
	if r.narrowed && len(user.Locations) > 8 {
		r.places = make(map[ID]struct{}, len(user.Locations))
		for _, id := range user.Locations {
			r.places[id] = struct{}{}
		}
	}
	r.fill()
	return r
}

// OperatorRights are those of the machine's operator, who can open the database
// file and may do all in the account.
func OperatorRights(account *Account, tree *Tree) *Rights {
	r := &Rights{account: account, tree: tree, operator: true}
	r.reach()
	r.fill()
	return r
}

// LiveRights are the rights of an actor, whose user was read in the same
// transaction (nil when there is none). Rule 9, rights are live: an actor says
// who they are and never what they may, so that deactivating somebody or taking
// a group away works at once, in open consoles too. Whoever is gone, inactive
// or of a suspended account gets an Unauthenticated error.
func LiveRights(actor Actor, account *Account, tree *Tree, user *User) (*Rights, error) {
	if actor.Operator {
		return OperatorRights(account, tree), nil
	}
	if user == nil || user.ID != actor.User || actor.Account != account.ID {
		return nil, Errorf(Unauthenticated, "", "This sign-in has ended. Sign in again.")
	}
	r := NewRights(account, tree, user)
	if r.void == 0 {
		return r, nil
	}
	if actor.Door == DoorMachine {
		return nil, Errorf(Refused, "", "%s", Decision{Reason: r.void}.Text(r))
	}
	return nil, Errorf(Unauthenticated, "", "This sign-in has ended. Sign in again.")
}

func (r *Rights) reach() {
	if r.whole() {
		r.from, r.to = 0, int32(r.tree.Len())
		return
	}
	if r.user.Customer.IsZero() {
		return // a user of no customer reaches nothing, not the whole account
	}
	from, to := r.tree.Span(r.user.Customer)
	r.from, r.to = int32(from), int32(to)
}

// fill decides everything beforehand that doesn't depend on the place, so that
// one decision is a look into the tree and a copy.
func (r *Rights) fill() {
	for c := CustomersSee; c < capabilities; c++ {
		r.own[c] = r.decide(c, false)
		r.nested[c] = r.decide(c, true)
	}
}

func (r *Rights) decide(c Capability, nested bool) Decision {
	d := Decision{Capability: c, nested: nested, thing: thingCustomer}
	switch {
	case capabilityTable[c].addOn && !r.account.AddOns.AccessControl:
		d.Reason, d.Groups = ReasonAddOn, AccessControlManagement
	case r.operator:
		d.Allowed, d.Reason = true, ReasonOperator
	case r.owner:
		d.Allowed, d.Reason = true, ReasonOwner
	default:
		need := c.requirement(nested)
		if d.Groups, d.Allowed = need.given(r.user.Groups); d.Allowed {
			d.Reason = ReasonGroups
		} else {
			d.Reason, d.Groups = ReasonLacksGroups, need.missing(r.user.Groups)
		}
	}
	return d
}

// User is the user whose rights these are; nil for the operator.
func (r *Rights) User() *User { return r.user }

// Owner says whether they own the account.
func (r *Rights) Owner() bool { return r.owner }

// Operator says whether they are the machine's operator.
func (r *Rights) Operator() bool { return r.operator }

// Tree is the tree that decisions are made in.
func (r *Rights) Tree() *Tree { return r.tree }

// Account is the account that decisions are made in.
func (r *Rights) Account() *Account { return r.account }

// Home is the root of the reach: the user's own customer, the zero ID (which
// means the whole account) for the owner and the operator.
func (r *Rights) Home() ID {
	if r.whole() || r.user == nil {
		return ID{}
	}
	return r.user.Customer
}

// Void says whether nothing at all is allowed (an inactive user, a suspended
// account), and the decision that says why.
func (r *Rights) Void() (Decision, bool) {
	return Decision{Reason: r.void}, r.void != 0
}

// Narrowed says whether only devices at the user's own locations are seen.
func (r *Rights) Narrowed() bool { return r.narrowed }

// AtLocation says whether a location is among those the user is limited to,
// which every location is for somebody who isn't limited.
func (r *Rights) AtLocation(location ID) bool {
	switch {
	case !r.narrowed:
		return true
	case r.places != nil:
		_, ok := r.places[location]
		return ok
	}
	return slices.Contains(r.user.Locations, location)
}

// Span is the run of positions of the tree that is in reach.
func (r *Rights) Span() (from, to int) { return int(r.from), int(r.to) }

// Reaches says whether a customer is in reach. The zero ID, which is the
// account itself, is in reach of the owner and the operator.
func (r *Rights) Reaches(customer ID) bool {
	_, ok := r.place(customer)
	return ok
}

// place is where a customer lies in reach: its position in the tree, -1 for the
// account itself.
func (r *Rights) place(customer ID) (at int32, ok bool) {
	if customer.IsZero() {
		return -1, r.whole()
	}
	at, ok = r.tree.position[customer]
	return at, ok && r.from <= at && at < r.to
}

func (r *Rights) whole() bool { return r.owner || r.operator }

// May decides on a capability at a customer, straight from the table. Creating,
// moving and deleting customers are asked at the customer under which they hang
// (the zero ID for main ones); MayMoveCustomer and MayDeleteCustomer ask about
// one that is to be moved or deleted itself. Devices have MayDevice.
func (r *Rights) May(c Capability, customer ID) Decision {
	if r.void != 0 || !c.known() {
		return Decision{Reason: max(r.void, ReasonForeign), Capability: c, thing: thingCustomer}
	}
	at, ok := r.place(customer)
	if !ok {
		return Decision{Reason: ReasonOutOfReach, Capability: c, thing: thingCustomer}
	}
	return r.mayAt(c, at)
}

// MayAt is May for the customer at a position of the tree.
func (r *Rights) MayAt(c Capability, at int) Decision {
	switch {
	case r.void != 0 || !c.known():
		return Decision{Reason: max(r.void, ReasonForeign), Capability: c, thing: thingCustomer}
	case at < int(r.from) || at >= int(r.to):
		return Decision{Reason: ReasonOutOfReach, Capability: c, thing: thingCustomer}
	}
	return r.mayAt(c, int32(at))
}

func (r *Rights) mayAt(c Capability, at int32) Decision {
	d := r.own[c]
	if at > r.from {
		d = r.nested[c]
	}
	d.place = at + 1
	return d
}

// MayAnywhere decides whether there is any customer in reach at which a
// capability is given. Whether a tab is shown is for Opens.
func (r *Rights) MayAnywhere(c Capability) Decision {
	switch {
	case r.void != 0 || !c.known():
		return Decision{Reason: max(r.void, ReasonForeign), Capability: c}
	case r.whole():
		return r.own[c]
	case r.from == r.to:
		return Decision{Reason: ReasonNowhere, Capability: c}
	case r.own[c].Allowed:
		return r.mayAt(c, r.from)
	case !r.nested[c].Allowed:
		return r.own[c]
	case r.to-r.from == 1:
		return Decision{Reason: ReasonNothingNested, Capability: c, Groups: r.nested[c].Groups}
	}
	return r.nested[c]
}

// SeesDevice decides whether a device is seen that is of that customer and at
// that location (zero for none).
func (r *Rights) SeesDevice(customer, location ID) Decision {
	return r.MayDevice(DevicesSee, customer, location)
}

// MayDevice decides on a capability over a device of that customer and at that
// location. Rule 6, locations narrow: to a user with locations only the devices
// at these exist. The narrowing comes before the groups, so that a refusal for
// want of a group doesn't tell that there is a device.
func (r *Rights) MayDevice(c Capability, customer, location ID) Decision {
	d := r.May(c, customer)
	if c != DevicesRegister {
		d.thing = thingDevice // a new device is nowhere yet, so it can't be missed
	}
	if d.Reason <= ReasonOutOfReach || r.AtLocation(location) {
		return d
	}
	if c != DevicesRegister {
		return Decision{Reason: ReasonNarrowed, Capability: c, thing: thingDevice}
	}
	if d.Allowed {
		return Decision{Reason: ReasonRegisterUnseen, Capability: c, place: d.place}
	}
	return d
}

// Opens decides whether a section of the console is there for this user.
func (r *Rights) Opens(s Section) Decision {
	d := Decision{Section: s}
	switch {
	case r.void != 0 || !s.known():
		d.Reason = max(r.void, ReasonForeign)
	case sectionTable[s].addOn && !r.account.AddOns.AccessControl:
		d.Reason, d.Groups = ReasonAddOn, AccessControlManagement
	case r.operator:
		d.Allowed, d.Reason = true, ReasonOperator
	case r.owner:
		d.Allowed, d.Reason = true, ReasonOwner
	case sectionTable[s].opens == nil:
		d.Allowed, d.Reason = true, ReasonEveryone
	default:
		if d.Groups, d.Allowed = sectionTable[s].opens.given(r.user.Groups); d.Allowed {
			d.Reason = ReasonGroups
		} else {
			d.Reason, d.Groups = ReasonLacksGroups, sectionTable[s].opens.missing(r.user.Groups)
		}
	}
	return d
}

// HasTab decides whether the console shows the tab of a section. It does where it
// opens, and where only the add-on is missing it does to those who would have it
// or could have it switched on: it says there what it needs.
func (r *Rights) HasTab(s Section) bool {
	d := r.Opens(s)
	return d.Allowed || d.Reason == ReasonAddOn && (r.whole() || r.user.Groups.Has(AccessControlManagement))
}

// Resolve finds a customer in reach by its path, by its path from the user's own
// customer on, or by its ID. Rule 5, no oracle: whatever is out of reach gets
// the same answer as what isn't there.
func (r *Rights) Resolve(path string) (ID, error) {
	if r.void == 0 {
		if id, err := r.tree.Resolve(path); err == nil && r.Reaches(id) {
			return id, nil
		}
		if at, ok := r.walkFromHome(SplitPath(path)); ok {
			return r.tree.nodes[at].ID, nil
		}
	}
	return ID{}, NoSuch("customer")
}

// walkFromHome follows a path that begins with the name of the user's own
// customer, for those who aren't used to the names above it.
func (r *Rights) walkFromHome(names []string) (int32, bool) {
	if r.whole() || r.from == r.to || len(names) == 0 || Fold(names[0]) != r.tree.folded[r.from] {
		return 0, false
	}
	if len(names) == 1 {
		return r.from, true
	}
	return r.tree.walk(r.from, names[1:])
}
