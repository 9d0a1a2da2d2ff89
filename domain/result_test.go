package domain

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

func TestResults(t *testing.T) {
	for r, want := range map[Result]string{
		ResultMoved: "moved will move moved", ResultAlreadyThere: "already_there already there already there",
		ResultNotFound: "not_found not found not found", ResultAmbiguous: "ambiguous ambiguous ambiguous",
		ResultMalformed: "malformed malformed malformed", ResultRepeated: "repeated repeated repeated",
		ResultChanged: "changed will change changed", ResultAlreadySo: "already_so already so already so", ResultRefused: "refused can't couldn't", 0: "  ", 99: "  ",
	} {
		if got := fmt.Sprint(r, " ", r.Words(false), " ", r.Words(true)); got != want {
			t.Errorf("result %d: %q, want %q", r, got, want)
		}
	}
}

func TestErrors(t *testing.T) {
	err := fmt.Errorf("while saving: %w", Errorf(Unavailable, "", "The disk is full: %w. Free some space.", io.ErrShortWrite))
	if KindOf(err) != Unavailable || !errors.Is(err, io.ErrShortWrite) || KindOf(nil) != 0 || KindOf(io.EOF) != 0 {
		t.Error(err, KindOf(err))
	}
	for k := Invalid; k <= Uncertain; k++ {
		if k.String() == "error" {
			t.Errorf("kind %d has no name", k)
		}
	}
	if Kind(0).String() != "error" || Kind(99).String() != "error" {
		t.Error("unknown kinds have names")
	}
	if err := NoSuch("device"); err.Kind != NotFound || err.Field != "device" || err.Error() != "There is no such device, or it is outside what you may see." {
		t.Error(err)
	}
}
