package store

import (
	"flag"
	"fmt"
	"testing"
	"time"

	"tenantry/domain"
)

var entriesFlag = flag.Int("tenantry.entries", 20_000, "audit entries in the database of the benchmarks")

// manyEntries is an account with a long audit trail, of a hundred customers and a
// hundred users.
func manyEntries(b *testing.B) (*fixture, tenant, domain.Actor) {
	b.Helper()
	f := scratched(b)
	a := f.tenant("Acme")
	nordics := f.customer(a.owner, a.main.ID, "Nordics")
	customers := ids(a.main.ID)
	for n := range 100 {
		parent := a.main.ID
		if n%2 == 0 {
			parent = nordics.ID
		}
		customers = append(customers, f.customer(a.owner, parent, fmt.Sprint("Customer ", n)).ID)
	}
	nora := f.user(a.owner, nordics.ID, "nora", domain.AccountAdministrator|domain.NestedCustomerAdministrator)
	for done := 0; done < *entriesFlag; {
		f.clock.add(time.Hour)
		f.inTx(func(tx *tx) error {
			for range min(5_000, *entriesFlag-done) {
				done++
				tx.actor.User = numbered(done % 100)
				e := entry{action: "device.edit", subject: SubjectDevice, object: numbered(done), name: "Van", where: ids(customers[done%len(customers)])}
				if done == 7 {
					e.action = "device.rare"
				}
				e.changes = []change{{"name", "Van 1", "Van 2"}, {"plate", "", "AB 12 345"}}
				if _, err := tx.audit(a.account.ID, e); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return f, a, nora
}

// BenchmarkAudit reads a page of a hundred of an audit trail, beside a bare
// cursor of the engine's over as many of the same keys. With a filter that finds
// one entry it is a page that looks as far as a page does.
func BenchmarkAudit(b *testing.B) {
	f, a, nora := manyEntries(b)
	const rows = 100
	middle := f.clock.read().Add(-time.Duration(*entriesFlag/5_000/2) * time.Hour)
	bare := func(n int) time.Duration {
		began := time.Now()
		f.must(f.viewFree(f.ctx, operator, func(tx *tx) error {
			c := tx.bucket(tableAudit).Cursor()
			key, value := c.Seek(append(key1(a.account.ID), 0xff))
			if key == nil {
				key, value = c.Last()
			}
			for sum := 0; n > 0 && key != nil; n-- {
				sum += len(value)
				key, value = c.Prev()
			}
			return nil
		}))
		return time.Since(began)
	}
	deep, err := f.Audit(f.ctx, a.owner, AuditQuery{To: middle, Page: Page{Limit: 1}})
	f.must(err)
	for _, c := range []struct {
		name   string
		actor  domain.Actor
		q      AuditQuery
		looked int
	}{
		{"all", a.owner, AuditQuery{}, rows},
		{"a page deep inside", a.owner, AuditQuery{Page: Page{Cursor: deep.Next}}, rows},
		{"up to a time", a.owner, AuditQuery{To: middle}, rows},
		{"of a user", a.owner, AuditQuery{User: numbered(3)}, rows},
		{"about a device", a.owner, AuditQuery{Object: numbered(3)}, 1},
		{"within a reach", nora, AuditQuery{}, rows},
		{"within a reach, words", nora, AuditQuery{Filter: "van plate"}, rows},
		{"a rare action", a.owner, AuditQuery{Action: "device.rare"}, min(auditLooked, *entriesFlag)},
		{"a rare word", a.owner, AuditQuery{Filter: "nothing-like-it"}, min(auditLooked/auditTold, *entriesFlag)},
	} {
		b.Run(c.name, func(b *testing.B) {
			c.q.Limit = rows
			for b.Loop() {
				_, err := f.Audit(f.ctx, c.actor, c.q)
				f.must(err)
			}
			took := b.Elapsed() / time.Duration(b.N)
			b.ReportMetric(float64(took.Microseconds())/1000, "ms")
			b.ReportMetric(float64(took)/float64(max(bare(c.looked), time.Microsecond)), "of-bare-cursor")
		})
	}
	b.Run("verify", func(b *testing.B) {
		for b.Loop() {
			_, err := f.VerifyAudit(f.ctx, a.owner, nil, nil)
			f.must(err)
		}
		b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*1e6/float64(*entriesFlag), "µs/entry")
	})
}
