package sshd

import (
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// crowd counts those who are in, and lets no more in than there is room for: in
// all, and of each.
type crowd struct {
	most, mostEach int

	mu   sync.Mutex
	all  int
	each map[string]int
}

func newCrowd(most, mostEach int) *crowd {
	return &crowd{most: most, mostEach: mostEach, each: map[string]int{}}
}

func (c *crowd) enter(who string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all >= c.most || c.each[who] >= c.mostEach {
		return false
	}
	c.all++
	c.each[who]++
	return true
}

func (c *crowd) leave(who string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all--
	if c.each[who]--; c.each[who] == 0 {
		delete(c.each, who)
	}
}

func (c *crowd) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.all
}

// empty waits until everybody has left, at most for so long.
func (c *crowd) empty(within time.Duration) {
	late := time.NewTimer(within)
	defer late.Stop()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for c.count() > 0 {
		select {
		case <-look.C:
		case <-late.C:
			return
		}
	}
}

// strangers are the connections of nobody yet. They cost nothing to open, so
// there is room for few. Where it is full, a newcomer from somewhere else takes
// the place of the oldest from where most come from: a few sources can't keep
// everybody out.
type strangers struct {
	most, mostEach int

	mu   sync.Mutex
	all  int
	each map[string][]*conn // by source, the oldest first
}

func newStrangers(most, mostEach int) *strangers {
	return &strangers{most: most, mostEach: mostEach, each: map[string][]*conn{}}
}

// take says whether there is room for a connection, and which one has lost its
// place to it, if any. The caller closes that.
func (s *strangers) take(c *conn) (room bool, evicted *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.each[c.source]) >= s.mostEach {
		return false, nil
	}
	if s.all >= s.most {
		crowded := s.crowded()
		if len(s.each[c.source]) > 0 || len(s.each[crowded]) < 2 {
			return false, nil
		}
		evicted = s.each[crowded][0]
		s.remove(evicted)
	}
	s.all++
	s.each[c.source] = append(s.each[c.source], c)
	return true, evicted
}

// crowded is where most come from.
func (s *strangers) crowded() (most string) {
	for from, list := range s.each {
		if len(list) > len(s.each[most]) {
			most = from
		}
	}
	return most
}

// leave takes a connection out; it says false where it isn't in any more.
func (s *strangers) leave(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.remove(c)
}

func (s *strangers) remove(c *conn) bool {
	list := s.each[c.source]
	at := slices.Index(list, c)
	if at < 0 {
		return false
	}
	s.all--
	if len(list) == 1 {
		delete(s.each, c.source)
		return true
	}
	s.each[c.source] = slices.Delete(list, at, at+1)
	return true
}

func (s *strangers) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all
}

// source is where a connection comes from, for counting: an address, or the
// network of one of IPv6, of which whoever has one has all.
func source(from net.Addr) string {
	with, err := netip.ParseAddrPort(from.String())
	if err != nil {
		return from.String()
	}
	a := with.Addr().Unmap().WithZone("")
	if a.Is6() {
		return netip.PrefixFrom(a, 64).Masked().String()
	}
	return a.String()
}
