package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"syscall"

	"tenantry/domain"
)

// failure is why a mail didn't go out, in words for whoever set up the server.
type failure struct {
	text string
	// forever says that this mail never will: the server refused its recipient
	// or its contents for good.
	forever bool
	// server says that the next mail would fail the same way.
	server bool
}

// longestAnswer bounds what a server said, in characters.
const longestAnswer = 160

// explain puts an error of a talk with the server in words.
func (s Server) explain(at step, err error) failure {
	place := fmt.Sprintf("The mail server %s (port %d)", domain.CleanCut(s.Host, 60), s.port())
	var answer *textproto.Error
	if errors.As(err, &answer) {
		return s.explainAnswer(place, at, answer)
	}
	said := func(format string, args ...any) failure {
		return failure{text: place + " " + fmt.Sprintf(format, args...), server: true}
	}
	var unknown *net.DNSError
	var record tls.RecordHeaderError
	var authority x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var certificate x509.CertificateInvalidError
	var network net.Error
	switch {
	case errors.As(err, &unknown):
		return said("can't be found: its name is unknown. Check mail.host.")
	case errors.Is(err, syscall.ECONNREFUSED):
		return said("refuses the connection. Check mail.host and mail.port, and that it is running.")
	case errors.As(err, &record):
		return said("doesn't begin with TLS. Set mail.security to \"starttls\", or mail.port to the port that it uses TLS on, usually 465.")
	case errors.As(err, &authority):
		return said("shows a certificate that nobody known has signed. Name the certificate to trust with mail.ca_file.")
	case errors.As(err, &hostname):
		return said("shows a certificate for another name: %s. Set mail.host to the name in the certificate.", domain.CleanCut(strings.Join(hostname.Certificate.DNSNames, ", "), longestAnswer))
	case errors.As(err, &certificate):
		return said("shows a certificate that isn't valid: %s.", s.clean(certificate.Error()))
	case strings.Contains(err.Error(), "does not support STARTTLS"): // go-mail gives it no type
		return said("offers no STARTTLS. Set mail.security to \"tls\" and mail.port to the port for it, usually 465.")
	case strings.Contains(err.Error(), "SMTP AUTH") || strings.Contains(err.Error(), "SMTP Auth"):
		return said("offers no way to sign in that is allowed here (%s). Set mail.auth, or take mail.username away if it needs none.", s.clean(err.Error()))
	case errors.As(err, &network) && network.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return said("didn't answer within %d seconds. If it uses TLS from the beginning, as port 465 does, set mail.security to \"tls\".", int(s.timeout().Seconds()))
	}
	return said("broke off: %s.", s.clean(err.Error()))
}

// explainAnswer is explain for what the server itself answered.
func (s Server) explainAnswer(place string, at step, answer *textproto.Error) failure {
	words := s.clean(strconv.Itoa(answer.Code)+" "+answer.Msg) + "."
	permanent := answer.Code >= 500
	switch {
	case answer.Code == 535 || answer.Code == 534 || answer.Code == 538 || at == stepConnect && permanent:
		return failure{text: fmt.Sprintf("%s refuses the sign-in. Check mail.username and mail.password. It said: %s", place, words), server: true}
	case answer.Code == 530:
		return failure{text: fmt.Sprintf("%s wants a sign-in first. Set mail.username and mail.password. It said: %s", place, words), server: true}
	case at == stepSender && permanent:
		return failure{text: fmt.Sprintf("%s doesn't accept the sender. Check mail.from. It said: %s", place, words), server: true}
	case at == stepConnect || at == stepSender:
		return failure{text: fmt.Sprintf("%s can't take mail now. It said: %s", place, words), server: true}
	case at == stepRecipient && permanent:
		return failure{text: fmt.Sprintf("%s refuses the address. It said: %s", place, words), forever: true}
	case permanent:
		return failure{text: fmt.Sprintf("%s refuses the mail. It said: %s", place, words), forever: true}
	}
	return failure{text: fmt.Sprintf("%s can't take this mail now. It said: %s", place, words)}
}

// clean makes one harmless line of what a server said, without the password,
// should it have said that.
func (s Server) clean(text string) string {
	if s.Password != "" {
		text = strings.ReplaceAll(text, s.Password, "…")
	}
	return strings.TrimRight(domain.CleanCut(text, longestAnswer), ".")
}
