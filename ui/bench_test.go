package ui

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"tenantry/domain"
	"tenantry/store"
)

// The benchmarks of PRODUCT.md, section 7, that are about the screen. Each
// reports its ratio to the bound ("of-bound": 1 is just met), which is for
// 1,000,000 devices on two cores: -tenantry.devices=1000000.
var deviceFlag = flag.Int("tenantry.devices", 100_000, "devices in the database of the benchmarks")

const benchPassword = "three lamps by the river"

// benchFile is a database with many devices, imported once.
var benchFile = sync.OnceValues(func() (string, error) {
	made, err := sampleFile() // its folder is removed at the end
	if err != nil {
		return "", err
	}
	path := filepath.Join(filepath.Dir(made.path), "bench.db")
	o := storeOptions()
	o.Scratch = true
	db, err := store.Create(context.Background(), path, o)
	if err != nil {
		return "", err
	}
	defer db.Close()
	account, _, owner, err := db.Init(context.Background(), domain.Actor{Operator: true, Door: domain.DoorMachine}, store.NewAccount{
		Account: domain.Account{Name: "Acme", Email: "ops@acme.example", Country: "DK", Settings: domain.DefaultSettings("DK")},
		Owner:   domain.User{Username: "ann"}, Password: benchPassword,
	})
	if err != nil {
		return "", err
	}
	csv, w := io.Pipe()
	go func() { w.CloseWithError(writeFleet(w, *deviceFlag)) }()
	_, err = db.ImportDevices(context.Background(), domain.Actor{Account: account.ID, User: owner.ID, Door: domain.DoorMachine}, csv, false, nil)
	return path, err
})

// writeFleet writes n devices as a CSV file.
func writeFleet(w io.Writer, n int) error {
	r := rand.New(rand.NewPCG(1, 2))
	if _, err := io.WriteString(w, "unit_id,name,imei,vin,plate,tags\n"); err != nil {
		return err
	}
	kinds := []string{"Van", "Truck", "Crane", "Trailer"}
	cities := []string{"Aarhus", "Norrköping", "Lisboa", "Madrid", "Berlin", "Oslo"}
	for i := range n {
		_, err := fmt.Fprintf(w, "%016x%016x,%s %06d %s,35%013d,WDB%014d,%c%c %05d,%s\n", r.Uint64(), r.Uint64(),
			kinds[r.IntN(len(kinds))], i, cities[r.IntN(len(cities))], r.Int64N(1e13), r.Int64N(1e14),
			'A'+r.IntN(26), 'A'+r.IntN(26), r.IntN(1e5), []string{"", "cold", "rental", "leased"}[r.IntN(4)])
		if err != nil {
			return err
		}
	}
	return nil
}

// atBench is the owner of the large database, signed in.
func atBench(b *testing.B) *person {
	b.Helper()
	path, err := benchFile()
	if err != nil {
		b.Fatal(err)
	}
	p := sitDown(b, Options{
		Path: path, Door: domain.DoorConsole, Now: clock,
		Open: func(ctx context.Context) (*store.DB, error) { return store.Open(ctx, path, storeOptions()) },
	})
	p.types("ann")
	p.press("enter")
	p.types(benchPassword)
	p.press("enter", "@Devices")
	return p
}

// BenchmarkPickerKey measures a key in the picker's filter until the frame
// that answers it is drawn, with its rows.
func BenchmarkPickerKey(b *testing.B) {
	p := atBench(b)
	p.press("m", "enter", "/")
	filters := []string{"van", "crane 0042", "norr", "35", "wdb0", "no such thing", "a1ee", "aarhus cold van", "e", "1111", "acme",
		"name:crane -tag:cold", "status:new e*", "seen:never imei:35*", "vin:*7 plate:a*", "-unit:*0", "tag:= id:4b*"}
	var all []time.Duration
	for b.Loop() {
		for _, filter := range filters {
			for _, r := range filter {
				start := time.Now()
				p.send(tea.KeyPressMsg{Code: r, Text: string(r)})
				p.settles()
				p.console.frame()
				all = append(all, time.Since(start))
			}
			for range filter {
				p.send(keyNamed("backspace"))
			}
			p.settles()
		}
	}
	slices.Sort(all)
	p99 := all[len(all)*99/100]
	b.ReportMetric(float64(all[len(all)/2])/1e6, "p50-ms")
	b.ReportMetric(float64(p99)/1e6, "p99-ms")
	b.ReportMetric(float64(p99)/1e6/16, "of-bound")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkCursorBytes counts what a cursor move sends to a terminal of
// 120×40, as it would go over SSH, and how long the answer takes.
func BenchmarkCursorBytes(b *testing.B) {
	p := atBench(b)
	out := &wire{sent: make(chan struct{}, 1)}
	keysIn, typed := io.Pipe()
	program := tea.NewProgram(p.console, tea.WithInput(keysIn), tea.WithOutput(out), tea.WithWindowSize(120, 40),
		tea.WithColorProfile(colorprofile.ANSI), tea.WithEnvironment([]string{"TERM=xterm-256color"}), tea.WithoutSignalHandler())
	done := make(chan error, 1)
	go func() {
		_, err := program.Run()
		done <- err
	}()
	out.waits(b)
	var sizes []int
	var took []time.Duration
	for b.Loop() {
		for range 100 {
			out.reset()
			start := time.Now()
			if _, err := io.WriteString(typed, "j"); err != nil {
				b.Fatal(err)
			}
			out.waits(b)
			took = append(took, time.Since(start))
			sizes = append(sizes, out.reset())
		}
	}
	program.Quit()
	if err := <-done; err != nil {
		b.Fatal(err)
	}
	slices.Sort(sizes)
	slices.Sort(took)
	median := float64(sizes[len(sizes)/2])
	b.ReportMetric(median, "B/move")
	b.ReportMetric(median/200, "of-bound")
	b.ReportMetric(float64(took[len(took)/2])/1e6, "answer-ms")
	b.ReportMetric(0, "ns/op")
}

// wire counts what is written to it.
type wire struct {
	mu    sync.Mutex
	bytes int
	sent  chan struct{}
}

func (w *wire) Write(p []byte) (int, error) {
	w.mu.Lock()
	w.bytes += len(p)
	w.mu.Unlock()
	select {
	case w.sent <- struct{}{}:
	default:
	}
	return len(p), nil
}

// waits waits until something has been written since the last reset.
func (w *wire) waits(b *testing.B) {
	select {
	case <-w.sent:
	case <-time.After(patience):
		b.Fatal("nothing was drawn")
	}
}

// reset says how much was written since the last time.
func (w *wire) reset() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := w.bytes
	w.bytes = 0
	select {
	case <-w.sent:
	default:
	}
	return n
}
