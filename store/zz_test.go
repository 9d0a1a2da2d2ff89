package store

import (
	"bytes"
	"syscall"
	"testing"
	"time"
	"math/bits"
	"runtime"
	"tenantry/domain"
)

func cpu() time.Duration {
	var r syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func BenchmarkZZ(b *testing.B) {
	f := benchmarkBulk(b).open(false)
	c0 := cpu()
	fleet, err := f.Fleet(b.Context(), f.owner, nil)
	f.must(err)
	b.Logf("build cpu %v", cpu()-c0)
	base := fleet.picture.Load().base
	text := base.text[:len(base.text)-textPad]
	runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(2)
	for _, filter := range []string{"a", "van", "wdb", "wdb0", "łódź", "norrköping", "cold", "zzzzzz", "11", "111", "1111", "0042", "2572", "10d8", "depot", "acme", "depot 7", "van aarhus cold 35 wdb", "a e i o", "ab 12"} {
		best, pass := time.Hour, time.Hour
		n := 0
		for range 5 {
			t := cpu()
			found, err := f.Search(b.Context(), f.owner, fleet, FleetQuery{Filter: filter})
			f.must(err)
			best = min(best, cpu()-t)
			n = found.Len()
			t = cpu()
			bytes.Index(text, append([]byte(domain.Fold(filter)), 1))
			pass = min(pass, cpu()-t)
		}
		nd := base.needle(domain.Fold(filter))
		cand := 0
		for bl := range base.blocks() {
			cand += bits.OnesCount64(nd.candidates(bl) & base.linesOf(bl))
		}
		b.Logf("%-12s %6.2f ms cpu, pass %6.2f, ratio(1 core) %.2f, cand %d found %d", filter, milliseconds(best), milliseconds(pass), float64(best)/float64(pass), cand, n)
	}
}
