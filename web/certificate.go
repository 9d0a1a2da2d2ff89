package web

import (
	"crypto/tls"
	"errors"
	"log/slog"
	"os"
	"sync"

	"tenantry/domain"
)

// Certificate is the one of a server, read again when its files change, so that
// renewing it needs no restart.
type Certificate struct {
	cert, key string
	log       *slog.Logger

	mu   sync.Mutex
	seen [2]os.FileInfo // nil for a file that isn't there
	now  *tls.Certificate
}

// ReadCertificate reads a certificate with those above it, and its key, both in
// PEM. Invalid where they can't be read or don't belong together.
func ReadCertificate(cert, key string, log *slog.Logger) (*Certificate, error) {
	c := &Certificate{cert: cert, key: key, log: log}
	c.seen = c.look()
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		var path *os.PathError
		if errors.As(err, &path) {
			return nil, domain.Errorf(domain.Invalid, "serve.tls_cert", "The file %s can't be read: %w. Check --tls-cert and --tls-key.", path.Path, path.Err)
		}
		return nil, domain.Errorf(domain.Invalid, "serve.tls_cert", "The certificate %s and the key %s can't be used: %w. Check --tls-cert and --tls-key.", cert, key, err)
	}
	c.now = &pair
	return c, nil
}

// get is the certificate as it is in the files now. While they can't be used,
// as between the writing of one and of the other, the last good one stays.
func (c *Certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if seen := c.look(); changed(seen[0], c.seen[0]) || changed(seen[1], c.seen[1]) {
		c.seen = seen
		pair, err := tls.LoadX509KeyPair(c.cert, c.key)
		if err != nil {
			c.log.Warn("the new certificate can't be used, the old one stays", "file", c.cert, "error", err.Error())
		} else {
			c.now = &pair
			c.log.Info("the certificate was read again", "file", c.cert, "until", pair.Leaf.NotAfter)
		}
	}
	return c.now, nil
}

// look looks at both files.
func (c *Certificate) look() (seen [2]os.FileInfo) {
	for i, name := range []string{c.cert, c.key} {
		if info, err := os.Stat(name); err == nil {
			seen[i] = info
		}
	}
	return seen
}

// changed says whether a file isn't what it was: written to, or another one of its
// name, as whoever renews a certificate puts there within one tick of the clock.
func changed(now, before os.FileInfo) bool {
	if now == nil || before == nil {
		return now != before
	}
	return !os.SameFile(now, before) || !now.ModTime().Equal(before.ModTime()) || now.Size() != before.Size()
}
