//go:build unix

package door

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tenantry/domain"
)

// given gives an order to a server that runs it, and answers what came of it.
func given(t *testing.T, hands Hands, run func(context.Context, *Caller) int) (int, error) {
	t.Helper()
	here, there := net.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- Receive(t.Context(), there, run) }()
	status, err := Give(t.Context(), here, Order{Words: []string{"db", "check"}, From: "root"}, hands)
	<-ended
	return status, err
}

type draft struct {
	bytes.Buffer
	kept, dropped bool
}

func (d *draft) Keep() error { d.kept = true; return nil }
func (d *draft) Drop()       { d.dropped = true }

func TestAnOrderIsCarriedOutWithTheHandsOfWhoeverGaveIt(t *testing.T) {
	var out bytes.Buffer
	kept, left := &draft{}, &draft{}
	hands := Hands{
		Stdin: strings.NewReader("typed\n"), Stdout: &out, Stderr: io.Discard,
		Ask: func(_ context.Context, prompt string) (string, error) { return "answer to " + prompt, nil },
		Open: func(name string) (io.ReadCloser, error) {
			if name != "there" {
				return nil, domain.Errorf(domain.NotFound, "file", "There is no file %s.", name)
			}
			return io.NopCloser(strings.NewReader(strings.Repeat("x", 3*longestRead))), nil
		},
		Draft: func(name string) (Draft, error) {
			if name == "kept" {
				return kept, nil
			}
			return left, nil
		},
	}
	status, err := given(t, hands, func(ctx context.Context, c *Caller) int {
		typed, err := io.ReadAll(c.Stdin())
		if string(typed) != "typed\n" || err != nil || c.Order.Words[1] != "check" || c.Order.From != "root" {
			t.Errorf("%q, %v, %+v", typed, err, c.Order)
		}
		if line, err := c.Ask(ctx, "what"); line != "answer to what" || err != nil {
			t.Errorf("%q, %v", line, err)
		}
		if _, err := c.Open("missing"); domain.KindOf(err) != domain.NotFound {
			t.Errorf("%v", err)
		}
		file, err := c.Open("there")
		if err != nil {
			t.Error(err)
			return 1
		}
		d, err := c.Draft("kept")
		if err != nil {
			t.Error(err)
			return 1
		}
		if n, err := io.Copy(d, file); n != 3*longestRead || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		if err := d.Keep(); err != nil {
			t.Error(err)
		}
		if _, err := c.Draft("left"); err != nil {
			t.Error(err)
		}
		io.WriteString(c.Stdout(), "done")
		return 3
	})
	if status != 3 || err != nil || out.String() != "done" {
		t.Errorf("%d, %v, %q", status, err, out.String())
	}
	if !kept.kept || kept.Len() != 3*longestRead || left.kept || !left.dropped {
		t.Errorf("kept %v (%d), left behind %v %v", kept.kept, kept.Len(), left.kept, left.dropped)
	}
}

// TestAnOrderIsCalledOff: it ends, though it waits for a person, and whoever called
// it off hears what became of it.
func TestAnOrderIsCalledOff(t *testing.T) {
	here, there := net.Pipe()
	ctx, leave := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		Receive(t.Context(), there, func(ctx context.Context, c *Caller) int {
			_, err := c.Ask(ctx, "what")
			ended <- errors.Join(err, ctx.Err())
			io.WriteString(c.Stderr(), "half of it is done")
			return 3
		})
	}()
	var told bytes.Buffer
	never := func(context.Context, string) (string, error) {
		leave()
		<-t.Context().Done()
		return "", nil
	}
	if err := asFault(domain.Errorf(domain.Unavailable, "", "%w", context.Canceled)).err(); !errors.Is(err, context.Canceled) {
		t.Errorf("the person stops it: %v", err)
	}
	if status, err := Give(ctx, here, Order{}, Hands{Stderr: &told, Ask: never}); status != 3 || err != nil || told.String() != "half of it is done" {
		t.Errorf("%d, %v, %q", status, err, told.String())
	}
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the server goes on: %v", err)
	}
}

// TestWhoeverGoesEndsTheirOrder: a transaction must not wait for them.
func TestWhoeverGoesEndsTheirOrder(t *testing.T) {
	here, there := net.Pipe()
	ended := make(chan error, 1)
	go func() {
		Receive(t.Context(), there, func(ctx context.Context, c *Caller) int {
			here.Close()
			<-ctx.Done()
			_, err := io.WriteString(c.Stdout(), "nobody hears it")
			ended <- errors.Join(ctx.Err(), err)
			return 0
		})
	}()
	if _, err := Give(t.Context(), here, Order{}, Hands{}); domain.KindOf(err) != domain.Unavailable {
		t.Errorf("%v", err)
	}
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the server goes on: %v", err)
	}
}

// TestAServerThatGoesIsTold to whoever gave it an order.
func TestAServerThatGoesIsTold(t *testing.T) {
	here, there := net.Pipe()
	go there.Close()
	_, err := Give(t.Context(), here, Order{}, Hands{})
	if domain.KindOf(err) != domain.Unavailable {
		t.Errorf("%v", err)
	}
}

// TestTheOperatorsDoorIsNobodyElses: others can't use it, and one that others
// might have put there isn't used.
func TestTheOperatorsDoorIsNobodyElses(t *testing.T) {
	database := filepath.Join(t.TempDir(), "t.db")
	if err := os.WriteFile(database, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if conn, err := CallOperator(t.Context(), database); conn != nil || err != nil {
		t.Errorf("no door: %v, %v", conn, err)
	}
	listener, err := ListenOperator(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	path := OperatorPath(database)
	if status, err := os.Lstat(path); err != nil || status.Mode() != os.ModeSocket|0o600 {
		t.Errorf("%v, %v", status.Mode(), err)
	}
	conn, err := CallOperator(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := CallOperator(t.Context(), database); domain.KindOf(err) != domain.Unavailable {
		t.Errorf("a door that is everybody's: %v", err)
	}
	listener.Close()
	if _, err := os.Lstat(path); err == nil {
		t.Error("it is still there")
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := CallOperator(t.Context(), database); domain.KindOf(err) != domain.Unavailable {
		t.Errorf("no socket: %v", err)
	}
	if again, err := ListenOperator(t.Context(), database); err != nil {
		t.Errorf("what is left of another is in the way: %v", err)
	} else {
		again.Close()
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(database), ".*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
