package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// testTimeout ends a hanging test run while there is still time to say so.
const testTimeout = "12m"

// partOf is how a test excuses itself that is no test by itself but the other
// process of one.
const partOf = "part of "

// event is one line of `go test -json`.
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
	Elapsed float64
}

// runTests runs every test, with the race detector where it can be built.
func (t *tally) runTests() {
	args := []string{"test", "-json", "-timeout", testTimeout}
	if hasCompiler() {
		args = append(args, "-race")
	} else {
		t.skip("race detector: no C compiler (gcc or clang)")
	}
	cmd := exec.Command("go", append(args, "./...")...)
	if hasCompiler() {
		cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
	}
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.failed++
		fmt.Println("FAIL go test:", err)
		return
	}
	before := t.failed
	t.readEvents(out)
	if err := cmd.Wait(); err != nil && t.failed == before {
		t.failed++
		fmt.Println("FAIL go test:", err)
	}
}

// readEvents counts tests as they end, prints a line for each package, and all
// that a failed test said.
func (t *tally) readEvents(r io.Reader) {
	said := map[string][]string{} // by package and test, until that ends
	counts := map[string]*packageCount{}
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		var e event
		if json.Unmarshal(line, &e) == nil {
			t.take(e, said, counts)
		} else if len(line) > 0 {
			fmt.Print(string(line))
		}
		if err != nil {
			return
		}
	}
}

// packageCount is what one package's tests have come to.
type packageCount struct{ passed, failed, skipped int }

func (t *tally) take(e event, said map[string][]string, counts map[string]*packageCount) {
	key := e.Package + " " + e.Test
	count := counts[e.Package]
	if count == nil {
		count = &packageCount{}
		counts[e.Package] = count
	}
	switch e.Action {
	case "output":
		said[key] = append(said[key], e.Output)
	case "build-output": // names no package, so it is told as it comes
		fmt.Print(e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			t.endPackage(e, append(unfinished(said, e.Package), said[key]...), count)
		} else {
			t.endTest(e, said[key], count)
		}
		delete(said, key)
	}
}

func (t *tally) endTest(e event, said []string, count *packageCount) {
	switch e.Action {
	case "pass":
		t.passed++
		count.passed++
	case "fail":
		t.failed++
		count.failed++
		fmt.Printf("FAIL %s %s\n%s", e.Package, e.Test, strings.Join(said, ""))
	case "skip":
		if why := reason(said); !strings.HasPrefix(why, partOf) {
			count.skipped++
			t.skip(e.Test + ": " + why)
		}
	}
}

// unfinished is what the tests of a package said that never ended, because
// their process did.
func unfinished(said map[string][]string, name string) []string {
	var all []string
	for key, lines := range said {
		if strings.HasPrefix(key, name+" ") && key != name+" " {
			all = append(all, lines...)
			delete(said, key)
		}
	}
	return all
}

// endPackage prints the package's line. A package can fail with no test that
// did: it didn't build, ran out of time, or its process died.
func (t *tally) endPackage(e event, said []string, count *packageCount) {
	switch {
	case e.Action == "fail" && count.failed == 0:
		t.failed++
		fmt.Printf("FAIL %s\n%s", e.Package, strings.Join(said, ""))
	case e.Action == "fail":
		fmt.Printf("FAIL %-32s %6.1fs  %d of %d failed\n", e.Package, e.Elapsed, count.failed, count.failed+count.passed)
	case count.passed+count.skipped > 0:
		fmt.Printf("ok   %-32s %6.1fs  %d tests\n", e.Package, e.Elapsed, count.passed)
	}
}

// reason is what a skipped test said, without go test's own lines and the
// place in the file.
func reason(said []string) string {
	for i := len(said) - 1; i >= 0; i-- {
		line := strings.TrimSpace(said[i])
		if line == "" || strings.HasPrefix(line, "---") || strings.HasPrefix(line, "===") {
			continue
		}
		if _, after, found := strings.Cut(line, ".go:"); found {
			if _, text, found := strings.Cut(after, ": "); found {
				return text
			}
		}
		return line
	}
	return "no reason given"
}

// runBenchmarks runs each benchmark once, at the small size that -short asks
// for: it proves that they work, not how fast.
func (t *tally) runBenchmarks() {
	start := time.Now()
	cmd := exec.Command("go", "test", "-run", "^$", "-bench", ".", "-benchtime", "1x", "-short", "-timeout", testTimeout, "./...")
	out, err := cmd.CombinedOutput()
	ran := 0
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "Benchmark") {
			ran++
			fmt.Print("     ", line)
		}
	}
	if err != nil {
		t.failed++
		fmt.Printf("FAIL benchmarks\n%s%v\n", out, err)
		return
	}
	t.passed += ran
	told(fmt.Sprintf("%d benchmarks, once each", ran), start)
}
