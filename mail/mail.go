// Package mail empties the outbox of the database over SMTP: it takes one mail
// after the other, writes it in words for its reader, hands it to the mail
// server, and tells the store what came of it.
//
// It decides nothing about who gets a mail or when one is given up: the store
// does. It reads no configuration and no clock but what Options give, and must
// let nothing secret into an error: neither the server's password nor a code.
package mail

import (
	"crypto/x509"
	"time"

	"tenantry/domain"
)

// Server is the mail server that mails go out by.
type Server struct {
	Host     string
	Port     int // 0: the usual one of the security
	Security Security
	Auth     Auth
	Username string // empty for a server that asks for none
	Password string
	Roots    *x509.CertPool // nil for the system's
	Timeout  time.Duration  // for each step; 0: 20 seconds
}

// Security is how the connection is kept from others.
type Security uint8

const (
	STARTTLS  Security = iota // begins in the open and must switch to TLS
	TLS                       // is TLS from the beginning
	Plaintext                 // is readable by anyone on the way
)

// Auth is how the server is shown who sends.
type Auth uint8

const (
	AuthAuto Auth = iota // the best that the server offers
	AuthPlain
	AuthLogin
	AuthCRAM
)

// Options are everything that sending needs from outside.
type Options struct {
	Server   Server
	From     string // the sender's address
	FromName string
	// Connect is what a reader types to get to the console, with {username}
	// for theirs; empty where there is only the console on the machine.
	Connect string
	HostKey string       // the fingerprint of the SSH door's host key; empty where nobody knows it
	Actor   domain.Actor // the operator, for the audit trail
	Now     func() time.Time
	After   func(time.Duration) <-chan time.Time
}

const defaultTimeout = 20 * time.Second

func (s Server) timeout() time.Duration {
	if s.Timeout <= 0 {
		return defaultTimeout
	}
	return s.Timeout
}

// port is the one to connect to.
func (s Server) port() int {
	switch {
	case s.Port != 0:
		return s.Port
	case s.Security == TLS:
		return 465
	case s.Security == Plaintext:
		return 25
	}
	return 587
}
