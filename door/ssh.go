package door

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"tenantry/domain"
)

// Call is one ssh through the door.
type Call struct {
	Sign    Sign
	User    string
	Words   []string // the command; empty for the console
	Program string   // the path of ssh
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
}

// unreached is ssh's own exit status where it didn't come to the command.
const unreached = 255

// environ are the variables that the door wants to hear of.
const environ = "LANG LC_* COLORTERM NO_COLOR CLICOLOR"

// Run runs ssh and answers the exit status of what ran behind the door.
// Unavailable, with the line to try by hand, where it didn't come so far.
func (c Call) Run(ctx context.Context) (int, error) {
	if !isName(c.User) {
		return 0, domain.Errorf(domain.Invalid, "as", "%q is no username. Say who you are with --as.", domain.CleanCut(c.User, 60))
	}
	folder, err := os.MkdirTemp("", "tenantry-ssh-") // mode 0700
	if err != nil {
		return 0, domain.Errorf(domain.Unavailable, "", "There is no place for the host key: %w. Type it yourself: (%s)", err, c.Line())
	}
	defer os.RemoveAll(folder)
	args, err := c.args(folder)
	if err != nil {
		return 0, err
	}
	command := exec.CommandContext(ctx, c.Program, args...)
	command.Stdin, command.Stdout, command.Stderr = c.Stdin, c.Stdout, c.Stderr
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = 2 * time.Second
	err = command.Run()
	var ended *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case err == nil:
		return 0, nil
	case !errors.As(err, &ended):
		return 0, domain.Errorf(domain.Unavailable, "", "The program ssh can't be run: %w. Type it yourself: (%s)", err, c.Line())
	case ended.ExitCode() == unreached || ended.ExitCode() < 0:
		return 0, domain.Errorf(domain.Unavailable, "", "The server's SSH door didn't let %s in: it takes an SSH key of their profile, or their password at a terminal. Say with --as who you are, or try it yourself: (%s)", c.User, c.Line())
	}
	return ended.ExitCode(), nil
}

// knownAs is the name under which the host key is known to this one ssh.
const knownAs = "tenantry"

// args are the arguments of ssh. The host key is the one that the sign tells,
// and nothing of what whoever calls has set up for other hosts gets in between.
func (c Call) args(folder string) ([]string, error) {
	known := folder + string(os.PathSeparator) + "known_hosts"
	if err := os.WriteFile(known, []byte(knownAs+" "+c.Sign.HostKey+"\n"), 0o600); err != nil {
		return nil, domain.Errorf(domain.Unavailable, "", "There is no place for the host key: %w. Type it yourself: (%s)", err, c.Line())
	}
	host, port, err := net.SplitHostPort(c.Sign.SSH)
	if err != nil {
		return nil, err
	}
	terminal := "-T"
	if len(c.Words) == 0 {
		terminal = "-t"
	}
	args := []string{terminal, "-p", port, "-l", c.User, "-e", "none"}
	for _, option := range []string{
		"UserKnownHostsFile=" + quoteOption(known), "GlobalKnownHostsFile=" + os.DevNull, "HostKeyAlias=" + knownAs, "StrictHostKeyChecking=yes",
		"UpdateHostKeys=no", "HostKeyAlgorithms=ssh-ed25519", "CheckHostIP=no", "VerifyHostKeyDNS=no", "ProxyCommand=none", "ProxyJump=none", "ControlPath=none",
		"ClearAllForwardings=yes", "ForwardAgent=no", "ForwardX11=no", "PermitLocalCommand=no", "RemoteCommand=none", "LogLevel=ERROR",
		"SendEnv=" + environ,
	} {
		args = append(args, "-o", option)
	}
	args = append(args, "--", host)
	for _, word := range c.Words {
		args = append(args, Quote(word))
	}
	return args, nil
}

// quoteOption keeps the spaces of a path together in ssh's way, and its percent
// signs from being taken for more.
func quoteOption(path string) string {
	return `"` + strings.ReplaceAll(path, "%", "%%") + `"`
}

// Line is the call as somebody types it.
func (c Call) Line() string {
	host, port, err := net.SplitHostPort(c.Sign.SSH)
	if err != nil {
		return "ssh"
	}
	user := c.User
	if user == "" {
		user = "USERNAME"
	}
	words := []string{"ssh", "-p", port, user + "@" + host}
	for _, word := range c.Words {
		words = append(words, Quote(Quote(word)))
	}
	return strings.Join(words, " ")
}

// Quote makes one word of a shell of any text.
func Quote(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:,=@+%", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'"'"'`) + "'"
}
