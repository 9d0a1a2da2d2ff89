package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/creack/pty"

	"tenantry/domain"
	"tenantry/store"
)

// deviceFlag is how many devices the benchmark's database holds; PRODUCT.md
// gives its bound for 1,000,000.
var deviceFlag = flag.Int("tenantry.devices", 100_000, "devices in the database of the benchmarks")

// BenchmarkStart measures the whole program from its start to the first frame
// in a terminal, and to a database that is checked and open behind it.
func BenchmarkStart(b *testing.B) {
	path, err := program()
	if err != nil {
		b.Fatal(err)
	}
	file := filepath.Join(b.TempDir(), "t.db")
	if err := fillFile(b.Context(), file, *deviceFlag); err != nil {
		b.Fatal(err)
	}
	var frames, opened []time.Duration
	for b.Loop() {
		frame, open := startOnce(b, path, file)
		frames, opened = append(frames, frame), append(opened, open)
	}
	slices.Sort(frames)
	slices.Sort(opened)
	frame := float64(frames[len(frames)/2]) / 1e6
	b.ReportMetric(frame, "first-frame-ms")
	b.ReportMetric(frame/100, "of-bound")
	b.ReportMetric(float64(opened[len(opened)/2])/1e6, "open-ms")
	b.ReportMetric(0, "ns/op")
}

// startOnce starts the program and waits for its first frame, and for the
// frame that no longer says that the database is being opened.
func startOnce(b *testing.B, path, file string) (frame, open time.Duration) {
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, path, "--db", file)
	start := time.Now()
	terminal, err := pty.StartWithSize(command, &pty.Winsize{Cols: 80, Rows: 24})
	if err != nil {
		b.Fatal(err)
	}
	defer terminal.Close()
	defer command.Wait()
	defer command.Process.Kill()
	var seen []byte
	part := make([]byte, 4096)
	for {
		n, err := terminal.Read(part)
		seen = append(seen, part[:n]...)
		if frame == 0 && bytes.Contains(seen, []byte("Username")) {
			frame = time.Since(start)
			seen = nil
		} else if frame > 0 && n > 0 {
			// The only thing that changes by itself is the line that said
			// "Opening".
			return frame, time.Since(start)
		}
		if err != nil {
			b.Fatalf("%v\n%s", err, seen)
		}
	}
}

// fillFile makes a database with n devices.
func fillFile(ctx context.Context, file string, n int) error {
	db, err := store.Create(ctx, file, store.Options{Now: time.Now, Random: rand.Reader, Scratch: true})
	if err != nil {
		return err
	}
	defer db.Close()
	account, _, owner, err := db.Init(ctx, domain.Actor{Operator: true, Door: domain.DoorMachine}, store.NewAccount{
		Account: domain.Account{Name: "Acme", Email: "ops@acme.example", Country: "DK", Settings: domain.DefaultSettings("DK")},
		Owner:   domain.User{Username: "ann"}, Password: "three lamps by the river",
	})
	if err != nil {
		return err
	}
	r := mathrand.New(mathrand.NewPCG(1, 2))
	csv, w := io.Pipe()
	go func() {
		fmt.Fprintln(w, "unit_id,name,imei,vin")
		for i := range n {
			fmt.Fprintf(w, "%016x%016x,Van %06d,35%013d,WDB%014d\n", r.Uint64(), r.Uint64(), i, r.Int64N(1e13), r.Int64N(1e14))
		}
		w.Close()
	}()
	_, err = db.ImportDevices(ctx, domain.Actor{Account: account.ID, User: owner.ID, Door: domain.DoorMachine}, csv, false, nil)
	return err
}
