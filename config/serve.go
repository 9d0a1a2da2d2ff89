package config

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"tenantry/domain"
)

// Serve is how a server is reached.
type Serve struct {
	SSH       string // where the SSH door listens: ":2222"; Off for none, empty for DefaultSSH
	HTTP      string // where the REST door listens; empty or Off for none
	Metrics   string // where health and metrics are told; empty or Off for nowhere
	TLSCert   string // the certificate's file, with those above it, in PEM
	TLSKey    string // its key's file
	PlainHTTP bool   // without TLS, to others than this machine
	Proxies   string // whose word about where a request comes from is taken: addresses and networks, with commas
	HostKey   string // the file of the SSH host key; empty: beside the database
}

const (
	// Off stands for an address where a door stays shut.
	Off = "off"
	// Passed begins the name of a socket that systemd passes on: "systemd:ssh".
	Passed = "systemd:"
	// DefaultSSH is where the SSH door listens if nobody says otherwise.
	DefaultSSH = ":2222"
)

// Log is how a server's log is written.
type Log struct {
	Level  Level
	Format Format
}

// Level is how important a line must be to be written.
type Level uint8

const (
	Info Level = iota
	Debug
	Warn
	Error
)

// Format is how a line of the log looks.
type Format uint8

const (
	FormatAuto Format = iota // text on a terminal, JSON elsewhere
	FormatText
	FormatJSON
)

// Limits are how much of everything the doors let in. Zero is the usual number.
type Limits struct {
	Sessions                 int
	SessionsPerUser          int
	Channels                 int
	Unauthenticated          int
	UnauthenticatedPerSource int
	Tries                    int
	Handshake                time.Duration
	BeforeShell              int // bytes
	Width, Height            int // cells
	Resizes                  int // a second
	Keys                     int // a second
	HTTPConnections          int
	Requests                 int // of a token, a minute
	RequestsAtOnce           int // of a token, before that counts
	RequestsParallel         int // of a token
}

// serveKeys are the settings of a server.
func serveKeys() []key {
	const listen = `an address to listen at, such as "127.0.0.1:8080" or ":2222", or "off"`
	list := []key{
		{"serve.ssh", listen, text, address(func(c *Config) *string { return &c.Serve.SSH })},
		{"serve.http", listen, text, address(func(c *Config) *string { return &c.Serve.HTTP })},
		{"serve.metrics", listen, text, address(func(c *Config) *string { return &c.Serve.Metrics })},
		{"serve.tls_cert", "the name of a file with the certificate, in PEM", text, file(func(c *Config) *string { return &c.Serve.TLSCert })},
		{"serve.tls_key", "the name of a file with the certificate's key, in PEM", text, file(func(c *Config) *string { return &c.Serve.TLSKey })},
		{"serve.plain_http", "true or false", truth, func(c *Config, v string) bool {
			c.Serve.PlainHTTP = v == "true"
			return v == "true" || v == "false"
		}},
		{"serve.proxies", `the addresses or networks of your proxies, such as "127.0.0.1, 10.0.0.0/8"`, text, func(c *Config, v string) bool {
			_, err := ParseProxies(v)
			c.Serve.Proxies = v
			return err == nil
		}},
		{"serve.host_key", "the name of a file for the SSH host key", text, file(func(c *Config) *string { return &c.Serve.HostKey })},
		{"log.level", `"debug", "info", "warn" or "error"`, text, func(c *Config, v string) bool {
			return choose(&c.Log.Level, v, map[string]Level{"debug": Debug, "info": Info, "warn": Warn, "error": Error})
		}},
		{"log.format", `"auto", "text" or "json"`, text, func(c *Config, v string) bool {
			return choose(&c.Log.Format, v, map[string]Format{"auto": FormatAuto, "text": FormatText, "json": FormatJSON})
		}},
		{"limits.handshake_seconds", "seconds from 1 to 300", number, func(c *Config, v string) bool {
			n, err := strconv.Atoi(v)
			c.Limits.Handshake = time.Duration(n) * time.Second
			return err == nil && n >= 1 && n <= 300
		}},
	}
	for _, limit := range []struct {
		name string
		most int
		of   func(l *Limits) *int
	}{
		{"sessions", 100_000, func(l *Limits) *int { return &l.Sessions }},
		{"sessions_per_user", 100_000, func(l *Limits) *int { return &l.SessionsPerUser }},
		{"channels", 100, func(l *Limits) *int { return &l.Channels }},
		{"unauthenticated", 100_000, func(l *Limits) *int { return &l.Unauthenticated }},
		{"unauthenticated_per_source", 100_000, func(l *Limits) *int { return &l.UnauthenticatedPerSource }},
		{"tries", 10, func(l *Limits) *int { return &l.Tries }},
		{"before_shell_bytes", 1 << 24, func(l *Limits) *int { return &l.BeforeShell }},
		{"width", 1000, func(l *Limits) *int { return &l.Width }},
		{"height", 500, func(l *Limits) *int { return &l.Height }},
		{"resizes", 1000, func(l *Limits) *int { return &l.Resizes }},
		{"keys", 1_000_000, func(l *Limits) *int { return &l.Keys }},
		{"http_connections", 100_000, func(l *Limits) *int { return &l.HTTPConnections }},
		{"requests", 1_000_000, func(l *Limits) *int { return &l.Requests }},
		{"requests_at_once", 100_000, func(l *Limits) *int { return &l.RequestsAtOnce }},
		{"requests_parallel", 1000, func(l *Limits) *int { return &l.RequestsParallel }},
	} {
		list = append(list, key{"limits." + limit.name, "a number from 1 to " + strconv.Itoa(limit.most), number, func(c *Config, v string) bool {
			n, err := strconv.Atoi(v)
			*limit.of(&c.Limits) = n
			return err == nil && n >= 1 && n <= limit.most
		}})
	}
	return list
}

func address(at func(*Config) *string) func(*Config, string) bool {
	return func(c *Config, v string) bool {
		*at(c) = v
		return isListen(v)
	}
}

func file(at func(*Config) *string) func(*Config, string) bool {
	return func(c *Config, v string) bool {
		*at(c) = v
		return plainLine(v)
	}
}

// isListen says whether something can listen at an address: a port with or
// without an IP address or name before it.
func isListen(v string) bool {
	if v == "" || v == Off {
		return true
	}
	if name, passed := strings.CutPrefix(v, Passed); passed {
		return name != "" && plainLine(name) && !strings.ContainsAny(name, ": ")
	}
	host, port, err := net.SplitHostPort(v)
	if err != nil || !plainLine(host) || strings.ContainsAny(host, " /@") {
		return false
	}
	if strings.Contains(host, ":") {
		if _, err := netip.ParseAddr(host); err != nil {
			return false
		}
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

// ParseProxies reads addresses and networks.
func ParseProxies(text string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if at, err := netip.ParseAddr(part); err == nil {
			list = append(list, netip.PrefixFrom(at.Unmap(), at.Unmap().BitLen()))
			continue
		}
		network, err := netip.ParsePrefix(part)
		if err != nil {
			return nil, err
		}
		list = append(list, network)
	}
	return list, nil
}

// finishServe checks what only makes sense together.
func (c *Config) finishServe() error {
	if (c.Serve.TLSCert == "") != (c.Serve.TLSKey == "") {
		return domain.Errorf(domain.Invalid, "serve.tls_cert", "The settings serve.tls_cert and serve.tls_key belong together: give both, or neither.")
	}
	return nil
}
