package sshd

import (
	"context"
	"slices"
	"strings"
	"time"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"tenantry/domain"
)

// What is asked of whoever signs in without a key. The words are always the
// same, whoever it is.
const (
	askSecret = "Password or code: "
	askCode   = "Code of the second factor: "
)

// signOutPatience is how long the end of a session may take to be noted. Where
// it isn't, the session ends by itself after a while.
const signOutPatience = 10 * time.Second

// config is how the protocol is spoken: with modern algorithms only.
func (s *Server) config(ctx ssh.Context) *gossh.ServerConfig {
	all := gossh.SupportedAlgorithms()
	return &gossh.ServerConfig{
		Config: gossh.Config{
			KeyExchanges: modern(all.KeyExchanges), Ciphers: modern(all.Ciphers), MACs: modern(all.MACs),
		},
		PublicKeyAuthAlgorithms: modern(all.PublicKeyAuths),
		// Passwords and keys are counted each for itself; this is for the rest.
		MaxAuthTries: s.limits.Tries + s.limits.Offers + 2,
		VerifiedPublicKeyCallback: func(who gossh.ConnMetadata, _ gossh.PublicKey, p *gossh.Permissions, _ string) (*gossh.Permissions, error) {
			return p, s.proven(connOf(ctx), who.User())
		},
	}
}

// modern leaves out what is old: SHA-1, block chaining, DSA.
func modern(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return strings.Contains(name, "sha1") || strings.Contains(name, "-cbc") || strings.Contains(name, "dss") ||
			name == gossh.KeyAlgoRSA || name == gossh.CertAlgoRSAv01
	})
}

// errTooMany is said to somebody who is who they say, but has no room.
func errTooMany() error {
	return &gossh.BannerError{Err: ssh.ErrPermissionDenied, Message: "There are too many sessions already. Close one, or try again in a while.\r\n"}
}

// offered says whether a key is worth proving. It is called for keys that are
// merely offered too, and decides nothing.
func (s *Server) offered(ctx ssh.Context, key ssh.PublicKey) bool {
	c := connOf(ctx)
	c.signing()
	if c.countOffer() > s.limits.Offers {
		c.Close()
		return false
	}
	known, err := s.options.DB.KeyKnown(ctx, ctx.User(), key.Marshal())
	if err != nil {
		s.log.Error("a key can't be looked up", "from", c.from, "error", err.Error())
	}
	return known && err == nil
}

// proven is called when somebody has shown that they hold a key that was
// offered. Whose it is, is asked once more when the session begins.
func (s *Server) proven(c *conn, username string) error {
	if !c.become(domain.Fold(username), domain.Actor{}) {
		return errTooMany()
	}
	return nil
}

// asked lets somebody in by what they know: the password, or the code of a
// welcome or reset, and then the code of the second factor where they have one.
func (s *Server) asked(ctx ssh.Context, ask gossh.KeyboardInteractiveChallenge) bool {
	c := connOf(ctx)
	c.signing()
	if c.countTry() > s.limits.Tries {
		c.Close()
		return false
	}
	actor, err := s.know(ctx, c, ctx.User(), func(question string) (string, error) {
		answers, err := ask("", "", []string{question}, []bool{false})
		if err != nil || len(answers) != 1 {
			return "", ssh.ErrPermissionDenied
		}
		return answers[0], nil
	})
	if err == nil && !c.become(domain.Fold(ctx.User()), actor) {
		err = errTooMany()
	}
	if err != nil {
		s.signOut(c, actor)
		s.log.Info("a sign-in failed", "from", c.from, "user", domain.CleanCut(ctx.User(), 64))
		if kind := domain.KindOf(err); kind != 0 && kind != domain.Unauthenticated {
			s.log.Error("a sign-in can't be looked at", "from", c.from, "error", err.Error())
		}
		return false
	}
	return true
}

// know asks for what a user knows. With an error, an actor may come that must be
// signed out.
func (s *Server) know(ctx context.Context, c *conn, username string, ask func(question string) (string, error)) (domain.Actor, error) {
	db := s.options.DB
	secret, err := ask(askSecret)
	if err != nil {
		return domain.Actor{}, err
	}
	actor, err := db.SignIn(ctx, domain.DoorSSH, c.from, username, secret)
	if err != nil {
		return domain.Actor{}, err
	}
	standing, err := db.Standing(ctx, actor)
	if err != nil {
		return actor, err
	}
	if domain.Fold(standing.User.Username) != domain.Fold(username) {
		return actor, ssh.ErrPermissionDenied // an email address, which names somebody, but isn't their name
	}
	if standing.Gate != domain.GateCode {
		return actor, nil
	}
	code, err := ask(askCode)
	if err != nil {
		return actor, err
	}
	return actor, db.GiveCode(ctx, actor, code)
}

func (c *conn) countOffer() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offers++
	return c.offers
}

func (c *conn) countTry() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tries++
	return c.tries
}

// actorOf is who a session of the connection is of, by what the handshake has
// verified and nothing else: the key that was proven, or else what was known.
func (s *Server) actorOf(ctx context.Context, c *conn, session ssh.Session) (domain.Actor, error) {
	c.mu.Lock()
	actor, by, user := c.actor, c.key, c.user
	c.mu.Unlock()
	key := session.PublicKey()
	same := domain.Fold(session.User()) == user && (key == nil) == (by == "") && (key == nil || string(key.Marshal()) == by)
	switch {
	case !actor.Session.IsZero() && same:
		return actor, nil
	case !actor.Session.IsZero() || key == nil || domain.Fold(session.User()) != user:
		return domain.Actor{}, ssh.ErrPermissionDenied // can't be, and mustn't
	}
	c.signingIn.Lock()
	defer c.signingIn.Unlock()
	c.mu.Lock()
	actor = c.actor
	c.mu.Unlock()
	if !actor.Session.IsZero() {
		return actor, nil // another channel was faster
	}
	actor, err := s.options.DB.SignInWithKey(ctx, c.from, session.User(), key.Marshal())
	if err != nil {
		return domain.Actor{}, err
	}
	c.mu.Lock()
	closed := c.closed
	if !closed {
		c.actor, c.key = actor, string(key.Marshal())
	}
	c.mu.Unlock()
	if closed {
		s.signOut(c, actor)
		return domain.Actor{}, context.Canceled
	}
	return actor, nil
}

// signOut ends a session of which nobody is there any more.
func (s *Server) signOut(c *conn, actor domain.Actor) {
	if actor.Session.IsZero() {
		return
	}
	// The connection's own context has ended by now.
	ctx, cancel := context.WithTimeout(s.base, signOutPatience)
	defer cancel()
	if err := s.options.DB.SignOut(ctx, actor); err != nil && domain.KindOf(err) != domain.Unauthenticated {
		s.log.Warn("a session's end isn't noted", "from", c.from, "error", err.Error())
	}
}
