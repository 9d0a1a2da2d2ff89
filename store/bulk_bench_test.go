package store

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"tenantry/domain"
)

// BenchmarkEditPreview compares the preview of an edit, for which each device's
// record is read, with that of an assignment of the same paste: a tenth of the
// devices, up to 100,000 lines.
func BenchmarkEditPreview(b *testing.B) {
	f := benchmarkBulk(b).open(false)
	text := f.pasteText(rand.New(rand.NewPCG(5, 6)), min(domain.MaxPasteIDs, len(f.ids)/10))
	change := domain.DeviceChange{AddTags: []string{"winter"}, RemoveTags: []string{"summer"}}
	best, assigned := time.Hour, time.Hour
	for range max(b.N, 3) {
		start := time.Now()
		_, err := f.PreviewBulk(b.Context(), f.owner, Assignment{To: f.customers[5].ID, Text: text})
		assigned = min(assigned, time.Since(start))
		f.must(err)
		start = time.Now()
		preview, err := f.PreviewBulk(b.Context(), f.owner, DeviceEdits{Change: change, Text: text})
		best = min(best, time.Since(start))
		f.must(err)
		if preview.Counts[domain.ResultChanged] < len(preview.Rows)*8/10 {
			b.Fatalf("%v", preview.Counts)
		}
	}
	b.ReportMetric(milliseconds(best), "preview-ms")
	report(b, "assignment-previews", float64(best)/float64(assigned), 3)
}

// BenchmarkEditMany compares an edit of a tenth of the devices with a bare
// transaction of bbolt that reads each device's record and writes it, sorted.
func BenchmarkEditMany(b *testing.B) {
	f := benchmarkBulk(b).open(true)
	if _, err := f.Fleet(b.Context(), f.owner, nil); err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(9, 10))
	n := min(domain.MaxPasteIDs, len(f.ids)/10)
	var bare, edited time.Duration
	rounds := max(b.N, 3)
	for round := range rounds {
		keys := make([][]byte, n)
		var text strings.Builder
		for i, at := range r.Perm(len(f.ids))[:n] {
			keys[i] = key2(f.account.ID, f.ids[at])
			text.WriteString(f.units[at].String() + "\n")
		}
		slices.SortFunc(keys, bytes.Compare)
		bare += f.bareRewrite(tableDevice, keys)
		tag := []string{string(rune('a' + round%26))}
		start := time.Now()
		result, err := f.RunBulk(b.Context(), f.owner, DeviceEdits{Change: domain.DeviceChange{AddTags: tag}, Text: text.String()}, nil)
		edited += time.Since(start)
		f.must(err)
		if result.Does() != n {
			b.Fatalf("%v", result.Counts)
		}
	}
	b.ReportMetric(milliseconds(bare)/float64(rounds), "bare-ms")
	b.ReportMetric(milliseconds(edited)/float64(rounds), "edit-ms")
	report(b, "bare-transactions", float64(edited)/float64(bare), 2)
}

// bareRewrite reads and writes every key's value as it is.
func (b *bulk) bareRewrite(of table, keys [][]byte) time.Duration {
	name := []byte(tables[of].name)
	start := time.Now()
	b.must(b.engine.bolt.Update(func(t *bolt.Tx) error {
		bucket := t.Bucket(name)
		for _, key := range keys {
			if err := bucket.Put(key, bytes.Clone(bucket.Get(key))); err != nil {
				return err
			}
		}
		return nil
	}))
	return time.Since(start)
}
