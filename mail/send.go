package mail

import (
	"context"
	"crypto/tls"
	"net"
	"strconv"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// step is where in the talk with a server something went wrong.
type step uint8

const (
	stepConnect step = iota
	stepSender
	stepRecipient
	stepContent
)

// send hands one message to the server and answers what it said. When ctx ends
// the connection is cut, whatever the server is waiting for.
func (s Server) send(ctx context.Context, m *gomail.Msg) (answer string, at step, err error) {
	from, err := m.GetSender(false)
	if err != nil {
		return "", stepSender, err
	}
	to, err := m.GetRecipients()
	if err != nil {
		return "", stepRecipient, err
	}
	client, cut, err := s.dial(ctx)
	defer cut()
	if err != nil {
		return "", stepConnect, err
	}
	defer client.Quit() // the mail is handed over by then: what it answers changes nothing
	client.UpdateDeadline(s.timeout())
	if err := client.Mail(from); err != nil {
		return "", stepSender, err
	}
	for _, address := range to {
		if err := client.Rcpt(address); err != nil {
			return "", stepRecipient, err
		}
	}
	body, err := client.Data()
	if err != nil {
		return "", stepContent, err
	}
	client.UpdateDeadline(s.timeout())
	if _, err := m.WriteTo(body); err != nil {
		return "", stepContent, err
	}
	if err := body.Close(); err != nil {
		return "", stepContent, err
	}
	if closed, ok := body.(*smtp.DataCloser); ok {
		answer = closed.ServerResponse()
	}
	return answer, stepContent, nil
}

// dial connects, switches to TLS and signs in. cut ends the connection, at any
// time; so does the end of ctx.
func (s Server) dial(ctx context.Context) (client *smtp.Client, cut func(), err error) {
	ctx, cancel := context.WithCancel(ctx)
	var connection net.Conn
	cut = func() {
		cancel()
		if connection != nil {
			connection.Close()
		}
	}
	options := []gomail.Option{
		gomail.WithTimeout(s.timeout()), gomail.WithTLSConfig(s.tls()),
		gomail.WithDialContextFunc(func(dialing context.Context, _, _ string) (net.Conn, error) {
			var dialer net.Dialer
			var err error
			connection, err = dialer.DialContext(dialing, "tcp", net.JoinHostPort(s.Host, strconv.Itoa(s.port())))
			if err != nil {
				return nil, err
			}
			raw := connection
			context.AfterFunc(ctx, func() { raw.Close() })
			if s.Security != TLS {
				return raw, nil
			}
			secure := tls.Client(raw, s.tls())
			return secure, secure.HandshakeContext(dialing)
		}),
	}
	switch s.Security {
	case STARTTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case TLS:
		options = append(options, gomail.WithSSL())
	case Plaintext:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if s.Username != "" {
		options = append(options, gomail.WithUsername(s.Username), gomail.WithPassword(s.Password), s.auth())
	}
	sender, err := gomail.NewClient(s.Host, options...)
	if err != nil {
		return nil, cut, err
	}
	client, err = sender.DialToSMTPClientWithContext(ctx)
	return client, cut, err
}

func (s Server) tls() *tls.Config {
	return &tls.Config{ServerName: s.Host, MinVersion: tls.VersionTLS12, RootCAs: s.Roots}
}

// auth is the way to sign in. Where the connection is readable, that was allowed
// on purpose or it doesn't leave the machine.
func (s Server) auth() gomail.Option {
	plain, login := gomail.SMTPAuthPlain, gomail.SMTPAuthLogin
	if s.Security == Plaintext {
		plain, login = gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc
	}
	switch s.Auth {
	case AuthPlain:
		return gomail.WithSMTPAuth(plain)
	case AuthLogin:
		return gomail.WithSMTPAuth(login)
	case AuthCRAM:
		return gomail.WithSMTPAuth(gomail.SMTPAuthCramMD5)
	}
	return gomail.WithOpportunisticSMTPAuth(
		gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, plain, login, gomail.SMTPAuthCramMD5)
}
