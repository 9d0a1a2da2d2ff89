package store

import (
	"fmt"
	"testing"
	"time"

	"tenantry/domain"
)

// BenchmarkCheck is the full check of all values; the pages are CheckStructure's.
func BenchmarkCheck(b *testing.B) {
	bulk := benchmarkBulk(b).open(false)
	for b.Loop() {
		report, err := bulk.Check(bulk.ctx, nil)
		bulk.must(err)
		if len(report.Problems) > 0 {
			b.Fatal(report.Problems[0])
		}
	}
}

func BenchmarkCheckStructure(b *testing.B) {
	bulk := benchmarkBulk(b).open(false)
	bulk.must(bulk.Close())
	for b.Loop() {
		bulk.must(CheckStructure(bulk.ctx, bulk.Path(), bulk.options))
	}
}

// BenchmarkStanding is what each operation pays to read the actor's rights.
func BenchmarkStanding(b *testing.B) {
	f := create(b)
	a := f.tenant("Acme")
	tech := f.user(a.owner, a.main.ID, "tech", domain.DeviceManagement|domain.FullDeviceAccess)
	b.ReportAllocs()
	for b.Loop() {
		_, err := f.Standing(f.ctx, tech)
		f.must(err)
	}
}

// BenchmarkCustomers reads a tree of 10,000 customers with their counts, as a
// screen does after each change: once with the tree as it was, once changed.
func BenchmarkCustomers(b *testing.B) {
	f := create(b)
	a := f.tenant("Acme")
	f.inTx(func(tx *tx) error {
		parents := ids(a.main.ID)
		for i := range 10_000 {
			id, err := tx.newID()
			if err != nil {
				return err
			}
			c := domain.Customer{ID: id, Account: a.account.ID, Parent: parents[i*7%len(parents)], Name: fmt.Sprint("Depot ", i), CreatedAt: time.Unix(0, 1)}
			if err := tx.putCustomer(c); err != nil {
				return err
			}
			if len(parents) < 500 && i%10 == 0 {
				parents = append(parents, id)
			}
		}
		return nil
	})
	for _, changed := range []bool{false, true} {
		b.Run(fmt.Sprintf("changed=%v", changed), func(b *testing.B) {
			for b.Loop() {
				if changed {
					f.trees.clear()
				}
				c, err := f.Customers(f.ctx, a.owner)
				f.must(err)
				if len(c.Rows) != 10_001 {
					b.Fatal(len(c.Rows))
				}
			}
		})
	}
}
