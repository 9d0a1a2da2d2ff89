package sshd

import "time"

// Limits are how much of everything the door lets in. What is zero takes its
// default.
type Limits struct {
	Sessions        int // consoles and commands, and connections of those who have signed in
	SessionsPerUser int
	Channels        int // at once in a connection

	Unauthenticated          int // connections of nobody yet
	UnauthenticatedPerSource int

	Tries  int // at a password or code in a connection
	Offers int // of keys in a connection: agents offer all that they have

	Handshake time.Duration // until whoever connects says who they are
	SignIn    time.Duration // until they have signed in: a code takes a while to find and type
	Starting  time.Duration // until a channel says what it is for
	Quiet     time.Duration // a connection without a channel
	Command   time.Duration // a command that reads and writes nothing
	Stall     time.Duration // a write that nobody reads
	Grace     time.Duration // for finishing, when the server stops
	Leaving   time.Duration // for closing a screen after that

	BeforeShell int // bytes of what is asked before the console or command begins
	Width       int // cells of a terminal
	Height      int
	Resizes     int // in a second
	Keys        int // in a second
}

// DefaultLimits are those of a door that nobody has set up otherwise.
func DefaultLimits() Limits {
	return Limits{
		Sessions: 500, SessionsPerUser: 10, Channels: 2,
		Unauthenticated: 64, UnauthenticatedPerSource: 10,
		Tries: 3, Offers: 20,
		Handshake: 20 * time.Second, SignIn: 2 * time.Minute, Starting: 20 * time.Second, Quiet: time.Minute,
		Command: 15 * time.Minute, Stall: 30 * time.Second, Grace: 5 * time.Second, Leaving: 2 * time.Second,
		BeforeShell: 64 << 10, Width: 500, Height: 200, Resizes: 20, Keys: 5000,
	}
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	return Limits{
		Sessions: or(l.Sessions, d.Sessions), SessionsPerUser: or(l.SessionsPerUser, d.SessionsPerUser), Channels: or(l.Channels, d.Channels),
		Unauthenticated:          or(l.Unauthenticated, d.Unauthenticated),
		UnauthenticatedPerSource: or(l.UnauthenticatedPerSource, d.UnauthenticatedPerSource),
		Tries:                    or(l.Tries, d.Tries), Offers: or(l.Offers, d.Offers),
		Handshake: or(l.Handshake, d.Handshake), SignIn: or(l.SignIn, d.SignIn), Starting: or(l.Starting, d.Starting), Quiet: or(l.Quiet, d.Quiet),
		Command: or(l.Command, d.Command), Stall: or(l.Stall, d.Stall), Grace: or(l.Grace, d.Grace), Leaving: or(l.Leaving, d.Leaving),
		BeforeShell: or(l.BeforeShell, d.BeforeShell), Width: or(l.Width, d.Width), Height: or(l.Height, d.Height),
		Resizes: or(l.Resizes, d.Resizes), Keys: or(l.Keys, d.Keys),
	}
}

// or is what is set, or the default where nothing is.
func or[T int | time.Duration](set, usual T) T {
	if set > 0 {
		return set
	}
	return usual
}
