package main

import (
	"context"
	"errors"
	"io"
	"net"
	"runtime/debug"
	"sync"

	"tenantry/cli"
	"tenantry/door"
)

// order gives a command line to the server that holds the database, where it has
// a door for the operator of the machine; done says that it was given.
func order(ctx context.Context, path string, words []string) (status int, done bool, err error) {
	conn, err := door.CallOperator(ctx, path)
	if conn == nil || err != nil {
		return 0, false, err
	}
	defer conn.Close()
	e := environment()
	hands := door.Hands{
		Stdin: e.Stdin, Stdout: e.Stdout, Stderr: e.Stderr, Ask: e.AskSecret,
		Open:  cli.MachineFiles{}.Open,
		Draft: func(name string) (door.Draft, error) { return cli.MachineFiles{}.Draft(name) },
	}
	status, err = door.Give(ctx, conn, door.Order{Words: words, From: e.From, Terminal: e.Terminal, Watched: e.Watched}, hands)
	return status, true, err
}

// obey carries out what the machine's operator orders, until ctx ends.
func (s *server) obey(ctx context.Context, listener net.Listener) {
	stop := context.AfterFunc(ctx, func() { listener.Close() })
	defer stop()
	var orders sync.WaitGroup
	defer orders.Wait()
	for {
		conn, err := listener.Accept()
		if err != nil {
			if !errors.Is(err, net.ErrClosed) {
				s.log.Warn("the operator's door failed", "reason", err)
			}
			return
		}
		orders.Go(func() {
			if err := door.Receive(ctx, conn, s.carryOut); err != nil && ctx.Err() == nil {
				s.log.Info("an order of the operator was cut short", "reason", err)
			}
		})
	}
}

// carryOut runs one order. What goes wrong in it ends it, and not the server.
func (s *server) carryOut(ctx context.Context, c *door.Caller) (status int) {
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("an order of the operator failed", "reason", p, "stack", string(debug.Stack()))
			status = cli.Refused
		}
	}()
	e := cli.Environment{
		Stdin: c.Stdin(), Stdout: c.Stdout(), Stderr: c.Stderr(), Terminal: c.Order.Terminal, Watched: c.Order.Watched,
		Path: s.db.Path(), From: c.Order.From, Version: versionText(), Held: s.db, Files: callersFiles{c}, Drain: s.commands().Drain,
	}
	if c.Order.Terminal {
		e.AskSecret = c.Ask
	}
	root := cli.New(e)
	root.SetArgs(c.Order.Words)
	return cli.Finish(c.Order.Words, root.ExecuteContext(ctx), c.Stderr())
}

// callersFiles are the files of whoever gives an order.
type callersFiles struct{ *door.Caller }

func (f callersFiles) Open(name string) (io.ReadCloser, error) { return f.Caller.Open(name) }

func (f callersFiles) Draft(name string) (cli.Draft, error) { return f.Caller.Draft(name) }

// openOperatorsDoor opens it where the system has such a thing. A server without
// one serves all the same.
func (s *server) openOperatorsDoor(ctx context.Context) {
	listener, err := door.ListenOperator(ctx, s.db.Path())
	if err != nil {
		s.log.Warn("there is no door for the operator: backups and account commands need the server stopped", "reason", err)
		return
	}
	s.doors.Go(func() { s.obey(ctx, listener) })
}
