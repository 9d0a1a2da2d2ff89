package store

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"tenantry/domain"
)

// The benchmarks of PRODUCT.md, section 7, that are about devices. Each reports
// what it measured and its ratio to the bound ("of-bound": 1 is just met). The
// bounds are for 1,000,000 devices on two cores: -tenantry.devices=1000000.

// report tells a measured value beside its bound.
func report(b *testing.B, unit string, value, bound float64) {
	b.ReportMetric(value, unit)
	b.ReportMetric(value/bound, "of-bound")
	b.ReportMetric(0, "ns/op") // says nothing more
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// BenchmarkStart opens the database and reads what the first frame is drawn from.
func BenchmarkStart(b *testing.B) {
	f := benchmarkBulk(b)
	for range b.N {
		start := time.Now()
		db, err := Open(b.Context(), benchmarkFile.path, f.options)
		if err != nil {
			b.Fatal(err)
		}
		_, err = db.Standing(b.Context(), f.owner)
		took := time.Since(start)
		f.must(err)
		db.Close()
		report(b, "start-ms", milliseconds(took), 100)
	}
}

func BenchmarkFleetBuild(b *testing.B) {
	f := benchmarkBulk(b).open(false)
	for range b.N {
		f.fleets.Clear()
		start := time.Now()
		fleet, err := f.Fleet(b.Context(), f.owner, nil)
		f.must(err)
		report(b, "build-ms", milliseconds(time.Since(start)), 1500)
		if fleet.Len() != len(f.ids) {
			b.Fatal("the fleet isn't whole")
		}
	}
}

// searchFilters are what people type, and what is hard to search for: letters
// that are everywhere, words that are nowhere, digits, several words, customers.
func searchFilters(units []domain.UnitID) []string {
	filters := []string{
		"a", "1", "e", "-", "z", "ü", "van", "nav", "truck", "transit", "cold", "tail lift", "norrköping", "łódź", "lisbo",
		"00", "11", "111", "1111", "11111111", "0042", "1234", "12345678", "35", "wdb", "wdb0", "wdb000", "4b", "4b3", "4b30", "4b30711f",
		"e1e1e1", "deadbeef", "van 1", "van 12 aarhus", "a e i o", "1 2 3 4 5 6", "van aarhus cold 35 wdb", "depot", "depot 7", "acme",
		"acme van 00", "acme hq/", "zzzzzz", "xq", "van xq", "no such thing at all", "a1ee-abbd", "ab 12", "berlin rental", "🚚",
	}
	filters = append(filters, fieldFilters...)
	for _, unit := range units[:min(len(units), 50)] {
		filters = append(filters, unit.String(), unit.String()[:13], unit.String()[3:7])
	}
	return filters
}

// fieldFilters are what people type who know the language, and what is hard in
// it: what nearly every line may fulfil, and what the index says nothing of.
var fieldFilters = []string{
	"customer:depot", "customer:acme*", "-customer:berlin", "location:*", "status:online", "status:o", "-status:retired", "seen:never", "seen:<7d",
	"registered:<30d", "registered:>2020", "year:2021", "year:>2015", "make:ford", "-make:f", "model:*", "type:tracker", "board:4.2",
	"name:a", "name:van", "name:v*1", "-name:van", "tag:cold", "-tag:cold", "tag:*", "tag:=", "plate:a", "plate:*", "-plate:a*", "vin:wdb*", "vin:0", "vin:*7",
	"imei:35*", "-imei:35*", "imei:1", "unit:a", "unit:4b30*", "-unit:*0", "id:a", "id:4b*", "-id:0",
	"iccid:1", "iccid:8945*", "-iccid:00", "phone:45", "phone:*", "-phone:12", "van*", "*7", "35*", "e*", "a*e", "-e", "-van", "-1", "-4b30",
	"customer:depot status:online tag:cold -imei:35*", "van -tag:cold status:online year:>2015 iccid:1", `name:"0 "`,
}

// BenchmarkSearch searches for every filter as if it came out of nowhere, and
// once more typed letter by letter, where each answer narrows the next.
func BenchmarkSearch(b *testing.B) {
	f := benchmarkBulk(b).open(false)
	fleet, err := f.Fleet(b.Context(), f.owner, nil)
	f.must(err)
	filters := searchFilters(f.units)
	search := func(q FleetQuery) (*Found, time.Duration) {
		start := time.Now()
		found, err := f.Search(b.Context(), f.owner, fleet, q)
		f.must(err)
		return found, time.Since(start)
	}
	b.Run("cold", func(b *testing.B) {
		for range b.N {
			var all []time.Duration
			took := map[string]time.Duration{}
			for _, filter := range filters {
				_, took[filter] = search(FleetQuery{Filter: filter})
				all = append(all, took[filter])
			}
			slowest := slices.SortedFunc(maps.Keys(took), func(x, y string) int { return int(took[y] - took[x]) })
			for _, filter := range slowest[:10] {
				b.Logf("slowest: %q, %v", filter, took[filter])
			}
			reportSpread(b, all)
		}
	})
	b.Run("typed", func(b *testing.B) {
		for range b.N {
			var all []time.Duration
			for _, filter := range filters {
				var found *Found
				for i := range filter {
					q := FleetQuery{Filter: filter[:i+1], Within: found}
					if _, err := domain.ParseFilter(q.Filter, f.clock.now); err != nil {
						continue // "customer:" finds nothing yet; a list stays as it is
					}
					var took time.Duration
					found, took = search(q)
					all = append(all, took)
				}
			}
			reportSpread(b, all)
		}
	})
	b.Run("technician", func(b *testing.B) { benchmarkReach(b, f, fleet, filters) })
}

// benchmarkReach searches for somebody who sees a part of the fleet.
func benchmarkReach(b *testing.B, f *bulk, fleet *Fleet, filters []string) {
	half := f.customers[1]
	for _, c := range f.customers[1:] {
		if c.Parent == f.main.ID {
			half = c
		}
	}
	var s *fleetSearch
	user := &domain.User{ID: domain.ID{1}, Account: f.account.ID, Customer: half.ID, Groups: domain.DeviceManagement | domain.FullDeviceAccess}
	var may *domain.Rights
	f.must(f.view(b.Context(), f.owner, func(_ *tx, owner *domain.Rights) error {
		may = domain.NewRights(owner.Account(), owner.Tree(), user)
		return nil
	}))
	for range b.N {
		var all []time.Duration
		for _, filter := range filters {
			start := time.Now()
			sc, err := deviceScope(may, domain.ID{}, false, domain.ID{})
			f.must(err)
			words, err := domain.ParseFilter(filter, f.clock.now)
			f.must(err)
			s = &fleetSearch{picture: fleet.picture.Load(), filter: words}
			f.must(f.view(b.Context(), f.owner, func(tx *tx, _ *domain.Rights) error {
				return s.look(sc, tx.placeTerms(may, words, fleet.pathsOf(may.Tree())))
			}))
			s.prepare(nil)
			_, err = s.run(b.Context())
			f.must(err)
			all = append(all, time.Since(start))
		}
		reportSpread(b, all)
	}
}

func reportSpread(b *testing.B, all []time.Duration) {
	slices.Sort(all)
	b.ReportMetric(milliseconds(all[len(all)/2]), "p50-ms")
	report(b, "p99-ms", milliseconds(all[len(all)*99/100]), 16)
}

// BenchmarkSearchPass compares a search with one pass of bytes.Index over the
// same text: for the word, or the longest literal that a field's pattern has,
// made not to occur; where there is none to look for, for a word that isn't
// there, which is the least that going through the text costs.
func BenchmarkSearchPass(b *testing.B) {
	f := benchmarkBulk(b).open(false)
	fleet, err := f.Fleet(b.Context(), f.owner, nil)
	f.must(err)
	base := fleet.picture.Load().base
	text := base.text[:len(base.text)-textPad]
	b.ReportMetric(float64(len(text))/float64(base.len()), "bytes/line")
	for range b.N {
		ratios := map[string]float64{}
		for _, filter := range searchFilters(f.units) {
			if strings.Contains(filter, " ") {
				continue
			}
			var searched, passed time.Duration = time.Hour, time.Hour
			absent := append([]byte(passLiteral(b, filter, f.clock.now)), 1)
			for range 5 {
				start := time.Now()
				_, err := f.Search(b.Context(), f.owner, fleet, FleetQuery{Filter: filter})
				f.must(err)
				searched = min(searched, time.Since(start))
				start = time.Now()
				bytes.Index(text, absent)
				passed = min(passed, time.Since(start))
			}
			ratios[filter] = float64(searched) / float64(passed)
		}
		worst := slices.SortedFunc(maps.Keys(ratios), func(x, y string) int { return cmp.Compare(ratios[y], ratios[x]) })
		for _, filter := range worst[:10] {
			b.Logf("worst: %q, %.2f passes", filter, ratios[filter])
		}
		report(b, "passes", ratios[worst[0]], 2)
	}
}

// passLiteral is the text that a pass looks for in the place of a filter.
func passLiteral(b *testing.B, filter string, now time.Time) string {
	read, err := domain.ParseFilter(filter, now)
	if err != nil {
		b.Fatal(err)
	}
	longest := ""
	for _, t := range read.Terms {
		if text := t.Pattern.Longest(); len(text) > len(longest) {
			longest = text
		}
	}
	if longest == "" {
		return "nowhere in it"
	}
	return longest
}

// pasteText is n lines of which most move a device: unit IDs, device IDs, in
// many spellings, and prefixes.
func (b *bulk) pasteText(r *rand.Rand, n int) string {
	var text strings.Builder
	for i, at := range r.Perm(len(b.ids))[:min(n, len(b.ids))] {
		line := b.units[at].String()
		switch i % 20 {
		case 0:
			line = b.ids[at].String()
		case 1:
			line = strings.ToUpper(line)
		case 2:
			line = strings.ReplaceAll(line, "-", "")
		case 3:
			line = line[:14]
		case 4:
			line = `"` + line + `",`
		case 5:
			line = line[:20] + "x" // malformed
		case 6:
			line = "00000000-0000-4000-8000-" + line[24:] // unknown
		}
		text.WriteString(line + "\n")
	}
	return text.String()
}

func BenchmarkPastePreview(b *testing.B) {
	f := benchmarkBulk(b).open(false)
	text := f.pasteText(rand.New(rand.NewPCG(5, 6)), min(domain.MaxPasteIDs, len(f.ids)/10))
	for range b.N {
		start := time.Now()
		preview, err := f.PreviewBulk(b.Context(), f.owner, Assignment{To: f.customers[5].ID, Text: text})
		took := time.Since(start)
		f.must(err)
		report(b, "preview-ms", milliseconds(took), 300)
		if preview.Counts[domain.ResultMoved] < len(preview.Rows)*8/10 {
			b.Fatalf("%v", preview.Counts)
		}
	}
}

// BenchmarkAssign compares an assignment of a tenth of the devices with a bare
// transaction of bbolt that does nothing but write each device's new owner, of
// the same length under the same keys, sorted, in a bucket of the same size.
func BenchmarkAssign(b *testing.B) {
	f := benchmarkBulk(b).open(true)
	if _, err := f.Fleet(b.Context(), f.owner, nil); err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(7, 8))
	n := min(domain.MaxPasteIDs, len(f.ids)/10)
	var bare, assigned time.Duration
	rounds := max(b.N, 3)
	for round := range rounds {
		picked := r.Perm(len(f.ids))[:n]
		keys := make([][]byte, n)
		var text strings.Builder
		for i, at := range picked {
			keys[i] = key2(f.account.ID, f.ids[at])
			text.WriteString(f.units[at].String() + "\n")
		}
		slices.SortFunc(keys, bytes.Compare)
		bare += f.bareAssign(keys)
		start := time.Now()
		result, err := f.RunBulk(b.Context(), f.owner, Assignment{To: f.customers[5+round%50].ID, Text: text.String()}, nil)
		assigned += time.Since(start)
		f.must(err)
		if result.Counts[domain.ResultMoved]+result.Counts[domain.ResultAlreadyThere] != n {
			b.Fatalf("%v", result.Counts)
		}
	}
	b.ReportMetric(milliseconds(bare)/float64(rounds), "bare-ms")
	b.ReportMetric(milliseconds(assigned)/float64(rounds), "assign-ms")
	report(b, "bare-transactions", float64(assigned)/float64(bare), 2)
}

// bareAssign writes every key's value as it is, which costs bbolt what a new
// one would.
func (b *bulk) bareAssign(keys [][]byte) time.Duration {
	name := []byte(tables[tableOwner].name)
	values := make([][]byte, len(keys))
	b.must(b.engine.bolt.View(func(t *bolt.Tx) error {
		for i, key := range keys {
			values[i] = bytes.Clone(t.Bucket(name).Get(key))
		}
		return nil
	}))
	start := time.Now()
	b.must(b.engine.bolt.Update(func(t *bolt.Tx) error {
		bucket := t.Bucket(name)
		for i, key := range keys {
			if err := bucket.Put(key, values[i]); err != nil {
				return err
			}
		}
		return nil
	}))
	return time.Since(start)
}

// BenchmarkMemory measures a process of its own that opens the database, builds
// the fleet and searches in it for a while.
func BenchmarkMemory(b *testing.B) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		b.Skip("memory is read from /proc")
	}
	f := benchmarkBulk(b)
	for range b.N {
		child := exec.CommandContext(b.Context(), os.Args[0], "-test.run=^TestMemoryChild$", "-test.v")
		child.Env = append(os.Environ(), "TENANTRY_MEMORY_CHILD="+benchmarkFile.path, "TENANTRY_ACCOUNT="+f.account.ID.String())
		out, err := child.CombinedOutput()
		if err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		built, searched := fieldOf(string(out), "built"), fieldOf(string(out), "searched")
		b.ReportMetric(built, "built-MiB")
		b.ReportMetric(fieldOf(string(out), "peak"), "reading-MiB")
		report(b, "anonymous-MiB", searched, 400)
	}
}

func fieldOf(text, name string) float64 {
	_, rest, _ := strings.Cut(text, name+"=")
	number, _, _ := strings.Cut(rest, "\n")
	value, _ := strconv.ParseFloat(strings.TrimSpace(number), 64)
	return value
}

// TestMemoryChild is the other process of BenchmarkMemory.
func TestMemoryChild(t *testing.T) {
	path := os.Getenv("TENANTRY_MEMORY_CHILD")
	if path == "" {
		t.Skip("part of BenchmarkMemory")
	}
	options, _ := newOptions(9)
	db, err := Open(t.Context(), path, options)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	account, err := domain.ParseID(os.Getenv("TENANTRY_ACCOUNT"))
	if err != nil {
		t.Fatal(err)
	}
	actor := operator
	actor.Account = account
	debug.SetGCPercent(35) // as main does, because of the fleet
	peak := 0.0
	fleet, err := db.Fleet(t.Context(), actor, func(int, int) { peak = max(peak, anonymousMemory(t)) })
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("peak=%.1f\nbuilt=%.1f\n", peak, anonymousMemory(t))
	held := map[int]*Found{}
	for i := range 2000 {
		found, err := db.Search(t.Context(), actor, fleet, FleetQuery{Filter: strings.Repeat("1", i%6)})
		if err != nil {
			t.Fatal(err)
		}
		held[i%20] = found // as twenty sessions would
	}
	fmt.Printf("searched=%.1f\n", anonymousMemory(t))
	runtime.KeepAlive(held)
}

// anonymousMemory is what the process has that is no file's, in MiB.
func anonymousMemory(t testing.TB) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "RssAnon:")
	number, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	kilobytes, err := strconv.Atoi(number)
	if err != nil {
		t.Fatal(err)
	}
	return float64(kilobytes) / 1024
}

// BenchmarkImport imports a file in which all lines are good.
func BenchmarkImport(b *testing.B) {
	for range b.N {
		f := create(b)
		n := f.tenant("Acme")
		r := rand.New(rand.NewPCG(1, 2))
		var file bytes.Buffer
		file.WriteString("unit_id,name,make,model,year,imei,vin,tags\n")
		lines := min(*deviceFlag, 50_000)
		for i := range lines {
			d := syntheticDevice(r, i)
			fmt.Fprintf(&file, "%s,%s,%s,%s,%d,%s,%s,%s\n", d.UnitID, d.Name, d.Make, d.Model, d.Year, d.IMEI, d.VIN, strings.Join(d.Tags, "|"))
		}
		start := time.Now()
		result, err := f.ImportDevices(b.Context(), n.owner, &file, false, nil)
		f.must(err)
		b.ReportMetric(float64(result.Added)/time.Since(start).Seconds(), "devices/s")
		b.ReportMetric(0, "ns/op")
		if result.Added != lines {
			b.Fatalf("added %d", result.Added)
		}
	}
}
