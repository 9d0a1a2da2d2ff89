package store

import (
	"bytes"
	"testing"
	"time"
)

// BenchmarkAccountMoves measures what a large account takes to go out, come in
// and be deleted, beside one pass that reads all of its entries.
func BenchmarkAccountMoves(b *testing.B) {
	f := create(b)
	devices := 100_000
	if testing.Short() {
		devices = 10_000
	}
	n := newBulk(f, devices)
	f.suspend(n.tenant.operator(), true)
	var out bytes.Buffer
	timed := func(name string, fn func()) {
		began := time.Now()
		fn()
		b.ReportMetric(float64(time.Since(began).Milliseconds()), name+"-ms")
	}
	for b.Loop() {
		timed("read", func() {
			f.must(f.viewFree(f.ctx, operator, func(tx *tx) error {
				for t := range table(len(tables)) {
					c := tx.owned(t, n.account.ID)
					for t.leaves() && c.next() {
						_ = c.value()
					}
				}
				return nil
			}))
		})
		out.Reset()
		timed("export", func() {
			_, err := f.ExportAccount(f.ctx, n.tenant.operator(), "", &out, nil)
			f.must(err)
		})
		timed("delete", func() { f.must(f.DeleteAccount(f.ctx, n.tenant.operator(), "Acme", nil)) })
		timed("import", func() { f.imported(out.Bytes()) })
	}
	b.ReportMetric(float64(out.Len())/float64(devices), "bytes/device")
}
