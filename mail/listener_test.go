package mail

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// listener is a mail server on this machine: it speaks as much of SMTP as a
// mail needs, over a real connection, and is as strict as one that is in use.
type listener struct {
	t        *testing.T
	port     int
	roots    *x509.CertPool
	tls      *tls.Config
	security Security
	username string // none: it asks for no sign-in
	password string

	mu      sync.Mutex
	answers map[string]string // by command, instead of the good ones
	silent  bool              // it says nothing any more
	heard   chan received     // each mail that was taken
	refused chan string       // each answer that wasn't the good one
	met     chan struct{}     // each connection
}

// received is a mail as it arrived.
type received struct {
	from, to, data string
	secure, known  bool
}

// listen begins a mail server.
func listen(t *testing.T, security Security) *listener {
	t.Helper()
	l := &listener{
		t: t, security: security, username: "tenantry", password: "post office 17",
		answers: map[string]string{}, heard: make(chan received, 100), refused: make(chan string, 100), met: make(chan struct{}, 100),
	}
	l.certify("localhost")
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.port = socket.Addr().(*net.TCPAddr).Port
	var open sync.WaitGroup
	open.Go(func() {
		for {
			c, err := socket.Accept()
			if err != nil {
				return
			}
			open.Go(func() { l.serve(c) })
		}
	})
	t.Cleanup(func() { socket.Close() })
	return l
}

// certify makes a certificate for a name, and the roots that trust it.
func (l *listener) certify(name string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		l.t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		l.t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		l.t.Fatal(err)
	}
	l.roots = x509.NewCertPool()
	l.roots.AddCert(certificate)
	l.tls = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

// server is how to reach it.
func (l *listener) server() Server {
	return Server{
		Host: "localhost", Port: l.port, Security: l.security, Username: l.username, Password: l.password,
		Roots: l.roots, Timeout: 5 * time.Second,
	}
}

// answer makes the server answer a command otherwise; "" as before.
func (l *listener) answer(command, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answers[command] = text
}

func (l *listener) hush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.silent = true
}

func (l *listener) instead(command, good string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if text := l.answers[command]; text != "" {
		select {
		case l.refused <- text:
		default:
		}
		return text
	}
	return good
}

// talk is one connection.
type talk struct {
	*listener
	net.Conn
	lines  *bufio.Reader
	secure bool
	known  bool
	mail   received
}

func (k *talk) say(text string) {
	k.mu.Lock()
	silent := k.silent
	k.mu.Unlock()
	if !silent {
		k.Conn.Write([]byte(text + "\r\n"))
	}
}

func (l *listener) serve(c net.Conn) {
	k := &talk{listener: l, Conn: c, secure: l.security == TLS}
	if k.secure {
		k.Conn = tls.Server(c, l.tls)
	}
	defer k.Conn.Close()
	l.met <- struct{}{}
	k.lines = bufio.NewReader(k.Conn)
	k.say(l.instead("", "220 localhost ready"))
	for {
		line, err := k.lines.ReadString('\n')
		if err != nil || !k.command(strings.TrimRight(line, "\r\n")) {
			return
		}
	}
}

// command answers one line, false to end the talk.
func (k *talk) command(line string) bool {
	word, rest, _ := strings.Cut(line, " ")
	switch word = strings.ToUpper(word); word {
	case "EHLO":
		k.say("250-localhost\r\n" + k.offers() + "250 8BITMIME")
	case "STARTTLS":
		k.say("220 go on")
		k.Conn = tls.Server(k.Conn, k.tls)
		k.lines = bufio.NewReader(k.Conn)
		k.secure = true
	case "AUTH":
		k.authenticate(rest)
	case "MAIL":
		if k.username != "" && !k.known {
			k.say("530 5.7.0 Authentication required")
			break
		}
		k.mail = received{from: between(rest), secure: k.secure, known: k.known}
		k.say(k.instead(word, "250 ok"))
	case "RCPT":
		k.mail.to = between(rest)
		k.say(k.instead(word, "250 ok"))
	case "DATA":
		k.say("354 go on")
		k.data()
	case "QUIT":
		k.say("221 bye")
		return false
	default:
		k.say("250 ok")
	}
	return true
}

// offers are the extensions that the server has at this point.
func (k *talk) offers() string {
	text := ""
	if k.security == STARTTLS && !k.secure {
		return "250-STARTTLS\r\n" // and no AUTH before it
	}
	if k.username != "" {
		text += "250-AUTH PLAIN LOGIN\r\n"
	}
	return text
}

func (k *talk) authenticate(rest string) {
	_, blob, _ := strings.Cut(rest, " ")
	words, _ := base64.StdEncoding.DecodeString(blob)
	k.known = string(words) == "\x00"+k.username+"\x00"+k.password
	if k.known {
		k.say("235 ok")
	} else {
		k.say("535 5.7.8 Wrong name or password")
	}
}

func (k *talk) data() {
	var text strings.Builder
	for {
		line, err := k.lines.ReadString('\n')
		if err != nil {
			return
		}
		if line == ".\r\n" {
			break
		}
		text.WriteString(strings.TrimPrefix(line, "."))
	}
	k.mail.data = text.String()
	answer := k.instead("DATA", "250 2.0.0 queued as 17")
	if strings.HasPrefix(answer, "250") {
		k.heard <- k.mail
	}
	k.say(answer)
}

func between(text string) string {
	_, text, _ = strings.Cut(text, "<")
	text, _, _ = strings.Cut(text, ">")
	return text
}
