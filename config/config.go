// Package config reads how Tenantry is set up on a machine: one file in TOML,
// and for each of its keys a variable of the environment, which wins.
//
// It is given the text of the file and the environment and reaches for nothing
// itself; main finds them. It knows what a setting may be, and nothing of what
// is done with it. A new setting is a line in the table of keys.go.
package config

import (
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"tenantry/domain"
)

// Config is everything that is set up. The zero value is what holds without a
// file.
type Config struct {
	// Connect is what somebody types to get to the console, for the welcome
	// mail: "ssh -p 2222 {username}@fleet.example.com". Empty where there is
	// nothing but the console on the machine.
	Connect string
	// SSHUser is who one is at the SSH door of a server on this machine. Empty:
	// the machine's user, where the server knows one of that name.
	SSHUser string
	Mail    Mail
	Serve   Serve
	Log     Log
	Limits  Limits
}

// Mail is the server that mails go out by.
type Mail struct {
	Host           string // empty: no mail is sent
	Port           int    // 0: the usual one of the security
	Security       Security
	AllowPlaintext bool // with Plaintext, to a server that isn't on this machine
	Auth           Auth
	Username       string
	Password       string
	PasswordFile   string // which holds the password, instead of Password
	From           string // the sender's address, without a name
	FromName       string
	CAFile         string        // certificates to trust instead of the system's
	Timeout        time.Duration // for each step; 0: 20 seconds
}

// On says whether mail can be sent.
func (m Mail) On() bool { return m.Host != "" }

// Security is how the connection to the mail server is kept from others.
type Security uint8

const (
	STARTTLS  Security = iota // begins in the open and must switch to TLS
	TLS                       // is TLS from the beginning
	Plaintext                 // is readable by anyone on the way
)

// Auth is how the mail server is shown who sends.
type Auth uint8

const (
	AuthAuto Auth = iota // the best that the server offers
	AuthPlain
	AuthLogin
	AuthCRAM
)

// System is the machine as far as this package needs it.
type System struct {
	File     io.Reader // the configuration file; nil for none
	Name     string    // its name, for sentences
	Readable bool      // by others than its owner
	Environ  []string  // NAME=value
	// Flags are settings of the command line, by key. They win over all else.
	Flags map[string]string
	// ReadFile reads a file that a setting names.
	ReadFile func(name string) (data []byte, readable bool, err error)
}

// Read reads the file and the environment. An error says where the mistake is
// and what to write instead; its kind is Invalid.
func Read(s System) (Config, error) {
	var c Config
	if err := readFile(&c, s); err != nil {
		return Config{}, err
	}
	if err := readEnvironment(&c, s.Environ); err != nil {
		return Config{}, err
	}
	if err := readFlags(&c, s.Flags); err != nil {
		return Config{}, err
	}
	if err := c.finishMail(s); err != nil {
		return c, err
	}
	return c, c.finishServe()
}

// source says in an error where a value came from.
type source struct{ file, variable, flag string }

func (s source) errorf(key, format string, args ...any) error {
	place := "In " + s.file + ", " + key
	switch {
	case s.flag != "":
		place = "The flag --" + s.flag
	case s.variable != "":
		place = "The variable " + s.variable
	}
	return domain.Errorf(domain.Invalid, key, "%s: "+format, append([]any{place}, args...)...)
}

func readFile(c *Config, s System) error {
	if s.File == nil {
		return nil
	}
	var values map[string]any
	if _, err := toml.NewDecoder(s.File).Decode(&values); err != nil {
		return unreadable(s.Name, err)
	}
	return readTable(c, source{file: s.Name}, "", values)
}

// unreadable says where the file isn't TOML. The line itself isn't told: it may
// hold a password.
func unreadable(name string, err error) error {
	var parse toml.ParseError
	if errors.As(err, &parse) {
		return domain.Errorf(domain.Invalid, "", "In %s, line %d can't be understood as TOML. A line looks like host = \"smtp.example.com\".", name, parse.Position.Line)
	}
	return domain.Errorf(domain.Invalid, "", "The configuration file %s can't be read: %w.", name, err)
}

// readTable sets what a table of the file says, under the prefix of its name.
func readTable(c *Config, from source, prefix string, values map[string]any) error {
	for _, name := range sorted(values) {
		key := prefix + name
		if inner, ok := values[name].(map[string]any); ok && isSection(key) {
			if err := readTable(c, from, key+".", inner); err != nil {
				return err
			}
			continue
		}
		k := find(key)
		if k == nil {
			return from.errorf(key, "there is no such setting. There are %s.", known())
		}
		text, ok := k.text(values[name])
		if !ok {
			return from.errorf(key, "write %s.", k.write)
		}
		if !k.set(c, text) {
			return from.errorf(key, "write %s.", k.write)
		}
	}
	return nil
}

func sorted(values map[string]any) []string {
	var names []string
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// sections are the tables of the file. A variable that begins with the name of
// one must be known, so that a slip of the pen is told; others of Tenantry's
// have nothing to do with this file.
var sections = []string{"mail", "serve", "log", "limits"}

func isSection(key string) bool { return slices.Contains(sections, key) }

func readEnvironment(c *Config, environ []string) error {
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		k := findVariable(name)
		from := source{variable: name}
		if k == nil {
			for _, section := range sections {
				if strings.HasPrefix(name, variable(section)+"_") {
					return from.errorf("", "there is no such variable. There are %s.", variables())
				}
			}
			continue
		}
		if !k.set(c, strings.TrimSpace(value)) {
			return from.errorf(k.name, "write %s.", k.write)
		}
	}
	return nil
}

// readFlags sets what the command line says.
func readFlags(c *Config, flags map[string]string) error {
	for key, value := range flags {
		_, name, _ := strings.Cut(key, ".")
		name = strings.ReplaceAll(name, "_", "-")
		if k := find(key); !k.set(c, value) {
			return source{flag: name}.errorf(key, "write %s.", k.write)
		}
	}
	return nil
}

// finishMail reads the password's file and checks what only makes sense together.
func (c *Config) finishMail(s System) error {
	m := &c.Mail
	invalid := func(key, format string, args ...any) error {
		return domain.Errorf(domain.Invalid, key, format+" (The mail settings are in %s, or in "+variable("mail.host")+" and so on.)", append(args, s.Name)...)
	}
	if !m.On() {
		if m.From != "" || m.Username != "" || m.Port != 0 {
			return invalid("mail.host", "There are mail settings but no mail.host. Name the mail server: host = \"smtp.example.com\".")
		}
		return nil
	}
	switch {
	case m.From == "":
		return invalid("mail.from", "The setting mail.from is missing. Give the address that mails come from: from = \"fleet@example.com\".")
	case m.Password != "" && m.PasswordFile != "":
		return invalid("mail.password", "The settings mail.password and mail.password_file are both there. Keep one.")
	case m.Security == Plaintext && !m.AllowPlaintext && !local(m.Host):
		return invalid("mail.security", "The setting mail.security is \"none\", but the mail server isn't on this machine: codes and the password could be read on the way. Write \"starttls\" or \"tls\", or allow it on purpose with allow_plaintext = true.")
	}
	if m.PasswordFile != "" {
		if err := m.readPassword(s, invalid); err != nil {
			return err
		}
	} else if m.Password != "" && s.Readable && !inEnvironment(s.Environ, "mail.password") {
		return invalid("mail.password", "The file %s holds a password and can be read by other users of this machine. Take that away: chmod 600 %s", s.Name, s.Name)
	}
	if (m.Username == "") != (m.Password == "") {
		return invalid("mail.username", "The settings mail.username and mail.password belong together: give both, or neither for a server that asks for none.")
	}
	return nil
}

func (m *Mail) readPassword(s System, invalid func(key, format string, args ...any) error) error {
	data, readable, err := s.ReadFile(m.PasswordFile)
	switch {
	case err != nil:
		return invalid("mail.password_file", "The password file %s can't be read: %w.", m.PasswordFile, err)
	case readable:
		return invalid("mail.password_file", "The password file %s can be read by other users of this machine. Take that away: chmod 600 %s", m.PasswordFile, m.PasswordFile)
	}
	m.Password = strings.TrimRight(string(data), "\r\n")
	if m.Password == "" || strings.ContainsAny(m.Password, "\r\n\x00") {
		return invalid("mail.password_file", "The password file %s must hold the password on one line and nothing else.", m.PasswordFile)
	}
	return nil
}

func inEnvironment(environ []string, key string) bool {
	return slices.ContainsFunc(environ, func(line string) bool { return strings.HasPrefix(line, variable(key)+"=") })
}
