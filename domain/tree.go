package domain

import (
	"cmp"
	"iter"
	"slices"
	"strings"
)

// Tree is a snapshot of an account's customers. It never changes, so that any
// number of sessions may read one; whoever changes a customer makes a new tree.
//
// Customers lie in pre-order: a parent before its children, siblings by folded
// name, then name, then ID. A subtree is therefore a run of positions, and
// "is below" two comparisons. Positions are good for one tree only.
type Tree struct {
	account  Account
	nodes    []Customer
	folded   []string // of each node's name
	parent   []int32  // -1 for a main customer
	end      []int32  // one past the last of the node's subtree
	depth    []uint8
	position map[ID]int32

	// children lists positions, grouped by parent: those of node i are at
	// firstChild[i+1] up to firstChild[i+2], those of the account at the front.
	children   []int32
	firstChild []int32
}

// NewTree makes the tree of account out of its customers, which may come in any
// order and are copied. Customers that make no tree (an unknown parent, a
// circle, one ID twice, another account's customer, more than MaxDepth levels)
// are a Damaged error, because nothing that is allowed leads there.
func NewTree(account Account, customers []Customer) (*Tree, error) {
	s, err := newSeedling(account, customers)
	if err != nil {
		return nil, err
	}
	return s.grow()
}

// seedling is a tree on its way: indexes into the customers as they came.
type seedling struct {
	account   Account
	customers []Customer
	folded    []string
	index     map[ID]int32
	below     []int32 // all customers, grouped by parent and in order in each group
	from      []int32 // where the group of a parent begins: from[i+1] for customer i, from[0] for the account
}

func newSeedling(account Account, customers []Customer) (*seedling, error) {
	s := &seedling{
		account:   account,
		customers: customers,
		folded:    make([]string, len(customers)),
		index:     make(map[ID]int32, len(customers)),
	}
	for i := range customers {
		c := &customers[i]
		switch _, twice := s.index[c.ID]; {
		case c.ID.IsZero():
			return nil, damagedTree("a customer has no ID")
		case twice:
			return nil, damagedTree("customer %s is there twice", c.ID)
		case c.Account != account.ID:
			return nil, damagedTree("customer %s belongs to another account", c.ID)
		}
		s.index[c.ID] = int32(i)
		s.folded[i] = Fold(c.Name)
	}
	return s, s.group()
}

// group sorts the customers into groups of siblings, counting first.
func (s *seedling) group() error {
	parents := make([]int32, len(s.customers))
	s.from = make([]int32, len(s.customers)+2)
	for i := range s.customers {
		c := &s.customers[i]
		if !c.Parent.IsZero() {
			parent, ok := s.index[c.Parent]
			if !ok {
				return damagedTree("the parent of customer %s is missing", c.ID)
			}
			parents[i] = parent + 1
		}
		s.from[parents[i]+1]++
	}
	for i := range len(s.from) - 1 {
		s.from[i+1] += s.from[i]
	}
	s.below = make([]int32, len(s.customers))
	next := slices.Clone(s.from)
	for i, parent := range parents {
		s.below[next[parent]] = int32(i)
		next[parent]++
	}
	for i := range len(s.from) - 1 {
		slices.SortFunc(s.below[s.from[i]:s.from[i+1]], s.order)
	}
	return nil
}

func (s *seedling) order(i, j int32) int {
	if c := strings.Compare(s.folded[i], s.folded[j]); c != 0 {
		return c
	}
	a, b := &s.customers[i], &s.customers[j]
	return cmp.Or(strings.Compare(a.Name, b.Name), slices.Compare(a.ID[:], b.ID[:]))
}

// children are the customers under one, -1 for the account.
func (s *seedling) children(index int32) []int32 {
	return s.below[s.from[index+1]:s.from[index+2]]
}

func (s *seedling) grow() (*Tree, error) {
	n := len(s.customers)
	t := &Tree{
		account:    s.account,
		nodes:      make([]Customer, 0, n),
		folded:     make([]string, 0, n),
		parent:     make([]int32, 0, n),
		end:        make([]int32, n),
		depth:      make([]uint8, 0, n),
		firstChild: make([]int32, n+2),
	}
	at := make([]int32, n) // the position of each customer as they came
	for _, main := range s.children(-1) {
		if err := t.add(s, at, main, -1, 1); err != nil {
			return nil, err
		}
	}
	if len(t.nodes) < n {
		// Every parent exists, so whoever was never reached hangs in a circle.
		return nil, damagedTree("customers are nested under each other in a circle")
	}
	t.linkChildren(s, at)
	return t, nil
}

// add places a customer and everything below it. It goes no deeper than
// MaxDepth, which bounds the recursion too.
func (t *Tree) add(s *seedling, at []int32, index, parent int32, depth int) error {
	c := &s.customers[index]
	if depth > MaxDepth {
		return damagedTree("customer %s is more than %d levels deep", c.ID, MaxDepth)
	}
	here := int32(len(t.nodes))
	at[index] = here
	t.nodes = append(t.nodes, *c)
	t.folded = append(t.folded, s.folded[index])
	t.parent = append(t.parent, parent)
	t.depth = append(t.depth, uint8(depth))
	for _, child := range s.children(index) {
		if err := t.add(s, at, child, here, depth+1); err != nil {
			return err
		}
	}
	t.end[here] = int32(len(t.nodes))
	return nil
}

// linkChildren takes over the seedling's groups and map, with positions in them.
func (t *Tree) linkChildren(s *seedling, at []int32) {
	t.children = make([]int32, 0, len(at))
	origin := make([]int32, len(at))
	for index, here := range at {
		origin[here] = int32(index)
	}
	link := func(siblings []int32) {
		for _, index := range siblings {
			t.children = append(t.children, at[index])
		}
	}
	link(s.children(-1))
	for here := range t.nodes {
		t.firstChild[here+1] = int32(len(t.children))
		link(s.children(origin[here]))
	}
	t.firstChild[len(t.nodes)+1] = int32(len(t.children))
	t.position = s.index
	for here := range t.nodes {
		t.position[t.nodes[here].ID] = int32(here)
	}
}

func damagedTree(format string, args ...any) *Error {
	return Errorf(Damaged, "customer", "The customer tree is damaged: "+format+". Restore the database from a backup.", args...)
}

// Account is the account whose tree this is. Read it only.
func (t *Tree) Account() *Account { return &t.account }

// Len is how many customers there are.
func (t *Tree) Len() int { return len(t.nodes) }

// At is the customer at position i of the pre-order. Read it only.
func (t *Tree) At(i int) *Customer { return &t.nodes[i] }

// Position is where a customer lies in the pre-order; false when the tree
// doesn't hold it.
func (t *Tree) Position(id ID) (int, bool) {
	at, ok := t.position[id]
	return int(at), ok
}

// Customer is the customer with that ID; false when the tree doesn't hold it.
// Read it only.
func (t *Tree) Customer(id ID) (*Customer, bool) {
	at, ok := t.position[id]
	if !ok {
		return nil, false
	}
	return &t.nodes[at], true
}

// Depth is the level of the customer at position i: 1 for a main customer.
func (t *Tree) Depth(i int) int { return int(t.depth[i]) }

// End is one past the last position of the subtree of the customer at i.
func (t *Tree) End(i int) int { return int(t.end[i]) }

// Parent is the position of the parent of the customer at i, -1 for a main one.
func (t *Tree) Parent(i int) int { return int(t.parent[i]) }

// Folded is the folded name of the customer at i, for filters.
func (t *Tree) Folded(i int) string { return t.folded[i] }

// Span is the run of positions of root and everything nested under it; the
// whole tree for the zero ID. It is empty when the tree doesn't hold root.
func (t *Tree) Span(root ID) (from, to int) {
	if root.IsZero() {
		return 0, len(t.nodes)
	}
	at, ok := t.position[root]
	if !ok {
		return 0, 0
	}
	return int(at), int(t.end[at])
}

// Within says whether a customer is root or nested under it, at any depth. The
// zero root is the account, which holds all. Unknown customers are nowhere.
func (t *Tree) Within(id, root ID) bool {
	at, ok := t.position[id]
	if !ok || root.IsZero() {
		return ok
	}
	from, ok := t.position[root]
	return ok && from <= at && at < t.end[from]
}

// Children yields the customers directly under id in order, the main customers
// for the zero ID. Read them only.
func (t *Tree) Children(id ID) iter.Seq[*Customer] {
	return func(yield func(*Customer) bool) {
		for _, at := range t.childPositions(id) {
			if !yield(&t.nodes[at]) {
				return
			}
		}
	}
}

// HasChildren says whether any customer is nested under the one at i.
func (t *Tree) HasChildren(i int) bool { return int(t.end[i]) > i+1 }

// Ancestors yields the customer and those above it, up to its main customer.
// Read them only.
func (t *Tree) Ancestors(id ID) iter.Seq[*Customer] {
	return func(yield func(*Customer) bool) {
		at, ok := t.position[id]
		for ok && at >= 0 {
			if !yield(&t.nodes[at]) {
				return
			}
			at = t.parent[at]
		}
	}
}

// Names are the names from the main customer down to id; nil when the tree
// doesn't hold it.
func (t *Tree) Names(id ID) []string {
	at, ok := t.position[id]
	if !ok {
		return nil
	}
	names := make([]string, t.depth[at])
	for ; at >= 0; at = t.parent[at] {
		names[t.depth[at]-1] = t.nodes[at].Name
	}
	return names
}

// Path is Names as one text, see JoinPath; "" when the tree doesn't hold id.
func (t *Tree) Path(id ID) string { return JoinPath(t.Names(id)...) }

// Resolve finds a customer by its path from below the account, without regard
// to case, or by its ID. Anything else is the NotFound error of NoSuch.
func (t *Tree) Resolve(path string) (ID, error) {
	// An ID comes first: nobody may shadow a customer by naming another so.
	if id, err := ParseID(path); err == nil {
		if _, ok := t.position[id]; ok {
			return id, nil
		}
	}
	at, ok := t.walk(-1, SplitPath(path))
	if !ok {
		return ID{}, NoSuch("customer")
	}
	return t.nodes[at].ID, nil
}

// walk goes down by names from the customer at position at, or from the account
// for -1.
func (t *Tree) walk(at int32, names []string) (int32, bool) {
	if len(names) == 0 {
		return 0, false
	}
	for _, name := range names {
		next, ok := t.childNamed(at, name)
		if !ok {
			if next, ok = t.childNamed(at, strings.TrimSpace(name)); !ok {
				return 0, false
			}
		}
		at = next
	}
	return at, true
}

// childNamed finds a child by name. Names are unique among siblings, so the
// exact spelling decides only in data from elsewhere.
func (t *Tree) childNamed(parent int32, name string) (int32, bool) {
	siblings := t.childrenOf(parent)
	folded := Fold(name)
	first, ok := slices.BinarySearchFunc(siblings, folded, func(at int32, want string) int {
		return strings.Compare(t.folded[at], want)
	})
	if !ok {
		return 0, false
	}
	for _, at := range siblings[first:] {
		if t.folded[at] != folded {
			break
		}
		if t.nodes[at].Name == name {
			return at, true
		}
	}
	return siblings[first], true
}

func (t *Tree) childPositions(id ID) []int32 {
	if id.IsZero() {
		return t.childrenOf(-1)
	}
	at, ok := t.position[id]
	if !ok {
		return nil
	}
	return t.childrenOf(at)
}

func (t *Tree) childrenOf(at int32) []int32 {
	return t.children[t.firstChild[at+1]:t.firstChild[at+2]]
}

// height is how many levels the subtree at position i has: 1 for a leaf.
func (t *Tree) height(i int) int {
	deepest := t.depth[i]
	for j := i + 1; j < int(t.end[i]); j++ {
		deepest = max(deepest, t.depth[j])
	}
	return int(deepest-t.depth[i]) + 1
}
