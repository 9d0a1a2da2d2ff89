package store

import (
	"sync"

	"tenantry/domain"
)

// tree is an account's tree as of one generation. Trees don't change.
type tree struct {
	generation uint64
	tree       *domain.Tree
}

// treeCache keeps the last committed tree of each account, so that a
// transaction reads one number instead of every customer. The number is read
// inside the transaction, so a stale tree can't be taken for a fresh one.
type treeCache struct {
	mu    sync.Mutex
	trees map[domain.ID]*tree
}

// find is the account's tree of exactly that generation, nil when it isn't kept.
func (c *treeCache) find(account domain.ID, generation uint64) *tree {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t := c.trees[account]; t != nil && t.generation == generation {
		return t
	}
	return nil
}

// keep keeps t unless a newer tree is there.
func (c *treeCache) keep(account domain.ID, t *tree) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.trees == nil {
		c.trees = map[domain.ID]*tree{}
	}
	if old := c.trees[account]; old == nil || old.generation < t.generation {
		c.trees[account] = t
	}
}

// drop forgets an account that has gone.
func (c *treeCache) drop(account domain.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.trees, account)
}

func (c *treeCache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trees = nil
}

// buildTree reads an account and all its customers; nil when there is no such
// account. Damaged when they make no tree.
func (tx *tx) buildTree(account domain.ID, generation uint64) (*tree, error) {
	a, err := tx.account(account)
	if a == nil || err != nil {
		return nil, err
	}
	var customers []domain.Customer
	c := tx.scan(tableCustomer, key1(account))
	for c.next() {
		customer, err := customerFromValue(c.key(), c.value())
		if err != nil {
			return nil, err
		}
		customers = append(customers, customer)
	}
	if err := c.err(); err != nil {
		return nil, err
	}
	built, err := domain.NewTree(*a, customers)
	if err != nil {
		return nil, err
	}
	return &tree{generation: generation, tree: built}, nil
}
