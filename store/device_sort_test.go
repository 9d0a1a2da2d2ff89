package store

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNaturalOrder(t *testing.T) {
	piece := rapid.SampledFrom([]string{"a", "van", " ", "0", "00", "1", "2", "9", "10", "002", "-", "/", ":", "ü", "🚚"})
	text := rapid.Map(rapid.SliceOfN(piece, 0, 8), func(p []string) string { return strings.Join(p, "") })
	sign := func(n int) int { return max(-1, min(n, 1)) }
	rapid.Check(t, func(rt *rapid.T) {
		a, b := text.Draw(rt, "a"), text.Draw(rt, "b")
		want := sign(naiveNatural(a, b))
		if got := sign(compareNatural([]byte(a), []byte(b))); got != want {
			rt.Fatalf("%q and %q compare %d, want %d", a, b, got, want)
		}
		if got := bytes.Compare(appendNatural(nil, []byte(a)), appendNatural(nil, []byte(b))); got != want {
			rt.Fatalf("the keys of %q and %q compare %d, want %d", a, b, got, want)
		}
	})
	if compareNatural([]byte("crane 2"), []byte("crane 10")) >= 0 {
		t.Error("crane 10 comes before crane 2")
	}
}
