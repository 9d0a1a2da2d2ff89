package sshd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
	"time"

	"charm.land/ssh"
	"github.com/anmitsu/go-shlex"

	"tenantry/cli"
	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui"
)

// contain counts a session, and keeps what goes wrong in it from everybody else.
func (s *Server) contain(next ssh.Handler) ssh.Handler {
	return func(session ssh.Session) {
		c := callOf(session)
		defer close(c.finished)
		defer c.start.Reset(s.limits.Starting) // a client has to close its side, too
		defer c.cancel()
		user := domain.Fold(session.User())
		if !s.beginCall(c) {
			s.say(session, "The server has stopped. Sign in again in a while.", cli.Refused)
			return
		}
		defer s.endCall(c)
		if !s.sessions.enter(user) {
			s.say(session, "There are too many sessions already. Close one, or try again in a while.", cli.Refused)
			return
		}
		defer s.sessions.leave(user)
		c.number = s.number.Add(1)
		log := s.log.With("session", c.number)
		log.Info("a session begins", "user", domain.CleanCut(session.User(), 64), "from", c.conn.from, "terminal", c.term != "", "command", session.RawCommand() != "")
		defer log.Info("a session has ended")
		defer func() {
			if r := recover(); r != nil {
				log.Error("a session has crashed", "panic", domain.CleanCut(fmt.Sprint(r), 500), "stack", string(debug.Stack()))
				s.say(session, crashed, cli.Refused)
			}
		}()
		next(session)
	}
}

const crashed = "Something went wrong here, and only this session has ended. What was saved before is saved. Sign in again."

// serve gives a session what it is for.
func (s *Server) serve(ssh.Handler) ssh.Handler {
	return func(session ssh.Session) {
		c := callOf(session)
		words, err := shlex.Split(session.RawCommand(), true)
		if err != nil {
			s.say(session, "This command line can't be understood: a quote isn't closed.", cli.Misused)
			return
		}
		actor, err := s.actorOf(c.ctx, c.conn, session)
		if err != nil {
			if domain.KindOf(err) == 0 {
				err = domain.Errorf(domain.Unauthenticated, "", "The sign-in failed. Sign in again.")
			}
			_ = session.Exit(cli.Finish(words, err, session.Stderr()))
			c.conn.Close()
			return
		}
		caller := s.caller(c, session, actor)
		code, words, err := takeCode(words)
		if err == nil {
			err = s.giveCode(c.ctx, actor, code)
		}
		switch {
		case err != nil:
			_ = session.Exit(cli.Finish(words, err, session.Stderr()))
		case len(words) == 0:
			s.console(c, session, caller)
		default:
			s.command(c, session, caller, words)
		}
		s.endIfOver(c, actor)
	}
}

// caller is who calls, for those who make the console and the commands.
func (s *Server) caller(c *call, session ssh.Session, actor domain.Actor) Caller {
	c.mu.Lock()
	defer c.mu.Unlock()
	caller := Caller{Number: c.number, Actor: actor, Username: session.User(), From: c.conn.from, Environ: append([]string(nil), c.environ...), Terminal: c.term != ""}
	if caller.Terminal {
		caller.Environ = append(caller.Environ, "TERM="+c.term)
	}
	return caller
}

// say tells somebody a sentence, and ends their session.
func (s *Server) say(session ssh.Session, text string, status int) {
	fmt.Fprintln(session.Stderr(), domain.Clean(text))
	_ = session.Exit(status)
}

// endIfOver closes the connection where the session of its user is over: what
// comes next must sign in again.
func (s *Server) endIfOver(c *call, actor domain.Actor) {
	ctx, cancel := context.WithTimeout(s.base, signOutPatience)
	defer cancel()
	if _, err := s.options.DB.Standing(ctx, actor); domain.KindOf(err) == domain.Unauthenticated {
		c.conn.Close()
	}
}

// console shows the console until the caller leaves.
func (s *Server) console(c *call, session ssh.Session, caller Caller) {
	if !caller.Terminal {
		s.say(session, "The console needs a terminal: connect with ssh -t, or say what to do, such as: devices list", cli.Refused)
		return
	}
	o := s.options.Console(caller)
	actor := caller.Actor
	o.Actor, o.Door, o.From = &actor, actor.Door, actor.From
	o.Open = func(context.Context) (*store.DB, error) { return s.options.DB, nil }
	o.Create, o.Sample, o.Credentials = nil, nil, nil
	o.Save, o.Load, o.Leaving = nil, nil, nil // the files would be the server's
	if o.Now == nil {
		o.Now = s.options.Now
	}
	c.mu.Lock()
	size := c.size
	c.mu.Unlock()
	farewell, err := ui.Serve(c.ctx, o, ui.Terminal{
		In: session, Out: session, Environ: caller.Environ, Width: size.Width, Height: size.Height,
		Sizes: c.sizes(c.ctx), Notices: c.notices, Keys: s.limits.Keys, Brushes: &s.brushes,
	})
	if farewell.Over {
		s.signOut(c.conn, actor)
	}
	status := cli.Done
	switch {
	case err != nil && c.ctx.Err() == nil:
		s.log.Error("a console has crashed", "session", c.number, "error", err.Error())
		farewell.Why, status = crashed, cli.Refused
	case farewell.Why != "":
		status = cli.Refused
	}
	if farewell.Why != "" {
		fmt.Fprintln(session, domain.Clean(farewell.Why))
	}
	_ = session.Exit(status)
}

// command runs a plain command.
func (s *Server) command(c *call, session ssh.Session, caller Caller, words []string) {
	ctx, cancel := context.WithCancel(c.ctx)
	defer cancel()
	idle := time.AfterFunc(s.limits.Command, func() { c.conn.Close() })
	defer idle.Stop()
	busy := func() { idle.Reset(s.limits.Command) }
	out := bufio.NewWriterSize(writer(func(p []byte) (int, error) {
		busy()
		return session.Write(p)
	}), 16<<10)
	e := s.options.Commands(caller)
	e.Stdin = reader(func(p []byte) (int, error) {
		busy()
		return session.Read(p)
	})
	e.Stdout, e.Stderr = out, session.Stderr()
	e.Terminal, e.Watched, e.AskSecret = false, caller.Terminal, nil
	e.From, e.Path = caller.From, ""
	e.Open, e.Create, e.ReplaceKey, e.CheckStructure = nil, nil, nil, nil // nothing but the one database
	e.Configure, e.Console, e.Demo, e.FillSample = nil, nil, nil, nil
	e.Fixed = &cli.Fixed{DB: s.options.DB, Actor: caller.Actor}
	root := cli.New(e)
	root.SetArgs(words)
	err := root.ExecuteContext(ctx)
	if flushing := out.Flush(); err == nil {
		err = flushing
	}
	_ = session.Exit(cli.Finish(words, s.explained(ctx, caller.Actor, err), session.Stderr()))
}

// reader is a function that reads.
type reader func([]byte) (int, error)

func (r reader) Read(p []byte) (int, error) { return r(p) }

var _ io.Reader = reader(nil)

// takeCode takes the code of the second factor off the front of a command line,
// where it is given: --code 123456 devices list. A first word "tenantry" is left
// out, as it is the program itself.
func takeCode(words []string) (code string, rest []string, err error) {
	if len(words) > 0 && words[0] == "tenantry" {
		words = words[1:]
	}
	if len(words) == 0 {
		return "", words, nil
	}
	if value, ok := strings.CutPrefix(words[0], "--code="); ok {
		code, words = value, words[1:]
	} else if words[0] == "--code" {
		if len(words) < 2 {
			return "", words, domain.Errorf(domain.Invalid, "code", "What is missing: the code after --code.")
		}
		code, words = words[1], words[2:]
	} else {
		return "", words, nil
	}
	if code == "" {
		return "", words, domain.Errorf(domain.Invalid, "code", "What is missing: the code after --code.")
	}
	return code, words, nil
}

// giveCode gives the code of the second factor, where one comes with the command
// line: it is due, or else it confirms who calls.
func (s *Server) giveCode(ctx context.Context, actor domain.Actor, code string) error {
	if code == "" {
		return nil
	}
	err := s.options.DB.GiveCode(ctx, actor, code)
	if domain.KindOf(err) == domain.Conflict { // none is due
		return s.options.DB.Confirm(ctx, actor, code)
	}
	return err
}

// explained says of a refusal at a gate, or of an old sign-in, how to go on over
// SSH.
func (s *Server) explained(ctx context.Context, actor domain.Actor, err error) error {
	var refused *domain.Error
	if !errors.As(err, &refused) {
		return err
	}
	how := ""
	switch refused.Kind {
	case domain.Unproven:
		how = " Connect anew with your password: ssh -o PubkeyAuthentication=no."
		if standing, failed := s.options.DB.Standing(ctx, actor); failed == nil && standing.Enrolled {
			how = " Give a code as the first flag: --code 123456."
		}
	case domain.Gated:
		standing, failed := s.options.DB.Standing(ctx, actor)
		switch {
		case failed != nil:
		case standing.Gate == domain.GateCode:
			how = " Give it as the first flag: --code 123456."
		default:
			how = " Open the console for that: the same without a command."
		}
	}
	if how == "" {
		return err
	}
	return domain.Errorf(refused.Kind, refused.Field, "%s%s", refused.Text, how)
}
