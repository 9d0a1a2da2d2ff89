// Command checks runs everything that must hold before a change is good: the
// format, go vet, staticcheck, every test, and every benchmark once. It prints
// what is wrong, then what was skipped and why, and closes with one line of
// counts.
//
// What needs a tool that isn't there is skipped by name; with TENANTRY_NO_SKIP
// set, as in CI, a skip is a failure.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// tally is what the checks came to.
type tally struct {
	passed, failed int
	skipped        []string // what was skipped, and why
	noSkip         bool
}

func main() {
	t := &tally{noSkip: os.Getenv("TENANTRY_NO_SKIP") != ""}
	start := time.Now()
	t.step("format", checkFormat)
	t.step("go vet", func() error { return quiet("go", "vet", "./...", "./testdata/checks") })
	t.step("staticcheck", func() error { return quiet("go", "tool", "staticcheck", "./...", "./testdata/checks") })
	t.runTests()
	t.runBenchmarks()
	t.close(time.Since(start))
}

// step runs one check that either holds or doesn't.
func (t *tally) step(name string, check func() error) {
	start := time.Now()
	if err := check(); err != nil {
		t.failed++
		fmt.Printf("FAIL %s\n%s\n", name, strings.TrimRight(err.Error(), "\n"))
		return
	}
	t.passed++
	told(name, start)
}

func told(name string, start time.Time) {
	fmt.Printf("ok   %-32s %6.1fs\n", name, time.Since(start).Seconds())
}

// skip notes something that wasn't checked.
func (t *tally) skip(what string) {
	t.skipped = append(t.skipped, what)
	if t.noSkip {
		t.failed++
	}
}

// close prints what was skipped and the counts, and ends the program.
func (t *tally) close(took time.Duration) {
	fmt.Printf("\nall checks took %s\n", took.Round(time.Second))
	word := "skipped"
	skipped := len(t.skipped)
	if t.noSkip {
		word, skipped = "FAIL: skipped, and nothing may be", 0
	}
	for _, what := range t.skipped {
		fmt.Printf("%s: %s\n", word, what)
	}
	fmt.Printf("%d passed, %d failed, %d skipped\n", t.passed, t.failed, skipped)
	if t.failed > 0 {
		os.Exit(1)
	}
}

// checkFormat names the files that gofmt would change.
func checkFormat() error {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return err
	}
	gofmt := filepath.Join(strings.TrimSpace(string(root)), "bin", "gofmt")
	out, err := exec.Command(gofmt, "-l", ".").CombinedOutput()
	switch {
	case err != nil:
		return fmt.Errorf("%s%w", out, err)
	case len(out) > 0:
		return fmt.Errorf("not in gofmt's form:\n%s", out)
	}
	return nil
}

// quiet runs a command whose output matters only when it fails.
func quiet(name string, args ...string) error {
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s%w", out, err)
	}
	return nil
}

// hasCompiler says whether cgo, and with it the race detector, can be built.
func hasCompiler() bool {
	cc := os.Getenv("CC")
	if cc == "" {
		cc = "gcc"
		if _, err := exec.LookPath(cc); err != nil {
			cc = "clang"
		}
	}
	_, err := exec.LookPath(cc)
	return err == nil
}
