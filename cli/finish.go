package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tenantry/domain"
)

// Exit statuses.
const (
	Done    = 0
	Refused = 1 // refused, not found, or some rows failed and every row is told
	Misused = 2 // the command line, or a value in it, is wrong
)

// errRowsFailed is the error of a command that did what it could and has told
// about the rest.
var errRowsFailed = errors.New("some rows failed")

// answerRows is answer for what was done row by row: where some failed, so has
// the command.
func (s *session) answerRows(document any, failed int, text func() error) error {
	err := s.answer(document, text)
	if err == nil && failed > 0 {
		return errRowsFailed
	}
	return err
}

// Finish tells on stderr why a command failed, in one sentence, or as a JSON
// object where args ask for JSON, and answers the exit status.
func Finish(args []string, err error, stderr io.Writer) int {
	if err == nil {
		return Done
	}
	if errors.Is(err, errRowsFailed) {
		return Refused
	}
	var elsewhere passed
	if errors.As(err, &elsewhere) {
		return elsewhere.status
	}
	said, status := explain(err)
	if slices.Contains(args, "--json") {
		writeJSON(stderr, map[string]any{"error": said})
	} else {
		fmt.Fprintln(stderr, said.Text)
	}
	return status
}

// Explanation is an error as JSON shows it.
type Explanation struct {
	Kind  string `json:"kind"`
	Field string `json:"field"`
	Text  string `json:"text"`
}

// AsError is the error that e tells of, in another process.
func (e Explanation) AsError() error {
	for k := domain.Invalid; k <= domain.Uncertain; k++ {
		if k.String() == e.Kind {
			return domain.Errorf(k, e.Field, "%s", e.Text)
		}
	}
	return errors.New(e.Text)
}

func explain(err error) (Explanation, int) {
	var refusal *domain.Error
	var misuse *usageError
	switch {
	case errors.As(err, &misuse):
		return Explanation{"usage", "", sentence(misuse.text)}, Misused
	case errors.As(err, &refusal):
		return Explanation{refusal.Kind.String(), refusal.Field, closed(refusal.Text)}, status(refusal.Kind)
	case errors.Is(err, context.Canceled):
		return Explanation{"stopped", "", "Stopped."}, Refused
	}
	return Explanation{"error", "", sentence(err.Error())}, Refused
}

// status maps an error's kind to the exit status, the one place that does.
func status(k domain.Kind) int {
	if k == domain.Invalid {
		return Misused
	}
	return Refused
}

// sentence makes one clean line of a text that may not be one yet: it starts
// with a capital and is closed.
func sentence(text string) string {
	text = closed(text)
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// closed makes one clean line of a text: nothing in it can reach a terminal as
// anything but letters, and it is closed. It may start with a name, which is
// left as it is.
func closed(text string) string {
	text = strings.TrimSpace(domain.Clean(text))
	if text == "" {
		return "Something went wrong."
	}
	if !strings.ContainsRune(".?:)", rune(text[len(text)-1])) {
		text += "."
	}
	return text
}
