package config

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"tenantry/domain"
)

// key is one setting.
type key struct {
	name  string // in the file: "mail.port"
	write string // what to write, for the sentence about a wrong value
	kind  kind   // of value in the file; the environment has text only
	set   func(c *Config, text string) bool
}

type kind uint8

const (
	text kind = iota
	number
	truth
)

// keys are all settings, those of a server in serve.go. Each is also a variable
// of the environment: mail.port is TENANTRY_MAIL_PORT.
var keys = append(baseKeys(), serveKeys()...)

func baseKeys() []key {
	return []key{
		{"connect", `what people type to connect, such as "ssh -p 2222 {username}@fleet.example.com"`, text, func(c *Config, v string) bool {
			c.Connect = v
			return plainLine(v)
		}},
		{"mail.host", `the mail server's name, such as "smtp.example.com"`, text, func(c *Config, v string) bool {
			c.Mail.Host = v
			return plainLine(v) && !strings.ContainsAny(v, " /:@") || isAddress(v)
		}},
		{"mail.port", "a port from 1 to 65535, or leave it out for the usual one", number, func(c *Config, v string) bool {
			n, err := strconv.ParseUint(v, 10, 16)
			c.Mail.Port = int(n)
			return err == nil && n > 0
		}},
		{"mail.security", `"starttls", "tls", or "none" for a server on this machine`, text, func(c *Config, v string) bool {
			return choose(&c.Mail.Security, v, map[string]Security{"starttls": STARTTLS, "tls": TLS, "none": Plaintext})
		}},
		{"mail.allow_plaintext", "true or false", truth, func(c *Config, v string) bool {
			c.Mail.AllowPlaintext = v == "true"
			return v == "true" || v == "false"
		}},
		{"mail.auth", `"auto", "plain", "login" or "cram-md5"`, text, func(c *Config, v string) bool {
			return choose(&c.Mail.Auth, v, map[string]Auth{"auto": AuthAuto, "plain": AuthPlain, "login": AuthLogin, "cram-md5": AuthCRAM})
		}},
		{"mail.username", "the name that the mail server knows", text, func(c *Config, v string) bool {
			c.Mail.Username = v
			return plainLine(v)
		}},
		{"mail.password", "the password as text in quotes", text, func(c *Config, v string) bool {
			c.Mail.Password = v
			return !strings.ContainsAny(v, "\r\n\x00")
		}},
		{"mail.password_file", "the name of a file that holds the password", text, func(c *Config, v string) bool {
			c.Mail.PasswordFile = v
			return plainLine(v)
		}},
		{"mail.from", `the address that mails come from: "fleet@example.com" or "Acme Fleet <fleet@example.com>"`, text, setFrom},
		{"mail.ca_file", "the name of a file with the certificates to trust, in PEM", text, func(c *Config, v string) bool {
			c.Mail.CAFile = v
			return plainLine(v)
		}},
		{"mail.timeout_seconds", "seconds from 1 to 300", number, func(c *Config, v string) bool {
			n, err := strconv.Atoi(v)
			c.Mail.Timeout = time.Duration(n) * time.Second
			return err == nil && n >= 1 && n <= 300
		}},
		{"ssh_user", "the name that you have in Tenantry", text, func(c *Config, v string) bool {
			c.SSHUser = v
			return plainLine(v) && v != "" && !strings.HasPrefix(v, "-")
		}},
	}
}

// setFrom reads a sender, with a name or without.
func setFrom(c *Config, v string) bool {
	name, address := "", v
	if open := strings.LastIndex(v, "<"); open >= 0 && strings.HasSuffix(v, ">") {
		name, address = strings.Trim(strings.TrimSpace(v[:open]), `"`), v[open+1:len(v)-1]
	}
	address, err := checkSender(address)
	c.Mail.From, c.Mail.FromName = address, name
	return err == nil && plainLine(name)
}

// checkSender is the rule for users' addresses, but a name without a dot is
// good too: a machine may be its own mail domain.
func checkSender(address string) (string, error) {
	if at := strings.LastIndex(address, "@"); at >= 0 && !strings.Contains(address[at:], ".") {
		_, err := domain.CheckEmail(address+".example", true)
		return address, err
	}
	return domain.CheckEmail(address, true)
}

func choose[T any](into *T, word string, words map[string]T) bool {
	value, ok := words[strings.ToLower(word)]
	*into = value
	return ok
}

// plainLine says whether nothing in a text could break a line or a header.
func plainLine(v string) bool { return domain.Clean(v) == v && len(v) <= 500 }

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// local says whether a host is this machine.
func local(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsLoopback()
	}
	return strings.EqualFold(host, "localhost")
}

// text is a value of the file as text, false where it is of another kind.
func (k *key) text(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, k.kind == text
	case int64:
		return strconv.FormatInt(v, 10), k.kind == number
	case bool:
		return strconv.FormatBool(v), k.kind == truth
	}
	return "", false
}

// find is the setting of that name; nil for none.
func find(name string) *key {
	for i := range keys {
		if keys[i].name == name {
			return &keys[i]
		}
	}
	return nil
}

// findVariable is the setting of a variable; nil for none.
func findVariable(name string) *key {
	for i := range keys {
		if variable(keys[i].name) == name {
			return &keys[i]
		}
	}
	return nil
}

// variable is a setting's name in the environment.
func variable(name string) string {
	return "TENANTRY_" + strings.ToUpper(strings.ReplaceAll(name, ".", "_"))
}

func known() string { return listed(func(name string) string { return name }) }

func variables() string { return listed(variable) }

func listed(as func(string) string) string {
	var names []string
	for _, k := range keys {
		names = append(names, as(k.name))
	}
	return strings.Join(names, ", ")
}
