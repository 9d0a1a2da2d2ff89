package mail

import (
	"context"
	"time"

	"tenantry/domain"
	"tenantry/store"
)

const (
	// pause is how long to wait after the server itself failed, or the
	// database, before anything is tried again.
	pause = time.Minute
	// grace is how long a mail on its way may take when sending is to end.
	grace = 2 * time.Second
)

// Drain sends what is in the outbox and what comes into it, one mail at a time,
// until ctx ends or the database closes. A mail on its way then has two seconds
// to arrive; whoever closes the database does so when Drain has returned.
func Drain(ctx context.Context, db *store.DB, o Options) {
	events, stop := db.Watch(domain.ID{})
	defer stop()
	p := &postman{Options: o, db: db}
	for {
		var due <-chan time.Time
		next, err := p.empty(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			due = o.After(pause)
		case !next.IsZero():
			due = o.After(max(next.Sub(o.Now()), time.Second))
		}
		// After a failure what changes meanwhile changes nothing about the
		// server, and the note about the failure is itself a change.
		if !wait(ctx, events, due, err == nil) {
			return
		}
	}
}

// wait waits until a mail is due, or may have come where changes count. It
// answers false when it is over: ctx has ended, or the database closed.
func wait(ctx context.Context, events <-chan store.Event, due <-chan time.Time, changes bool) bool {
	for {
		select {
		case <-ctx.Done():
			return false
		case <-due:
			return true
		case _, open := <-events:
			switch {
			case !open:
				return false
			case changes && len(events) == 0: // one look is for all of them
				return true
			}
		}
	}
}

// Empty sends every mail that is due and returns. Its error says why one didn't
// go out; that one waits in the outbox.
func Empty(ctx context.Context, db *store.DB, o Options) error {
	p := &postman{Options: o, db: db}
	_, err := p.empty(ctx)
	if err == nil {
		err = p.last
	}
	return err
}

// Test sends a test mail to an address and answers what the server said.
// Invalid on "email" where that is none, Unavailable where it failed.
func Test(ctx context.Context, o Options, to string) (answer string, err error) {
	id := "test." + o.Now().UTC().Format("20060102150405.000000000")
	m, err := o.write("test", letter{Subject: "A test mail from Tenantry"}, to, id)
	if err != nil {
		return "", err
	}
	answer, at, err := o.Server.send(ctx, m)
	if err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", domain.Errorf(domain.Unavailable, "", "%s", o.Server.explain(at, err).text)
	}
	return o.Server.clean(answer), nil
}

// postman is one round of sending after the other.
type postman struct {
	Options
	db *store.DB
	// handed are mails that the server took and the database couldn't note,
	// with a full disk perhaps. They must not go out again and again.
	handed map[domain.ID]bool
	last   error // why a mail didn't go out, of those that don't end the round
}

// empty sends what is due, and answers when the next mail will be (zero for
// none). An error means that it is no use to go on at once.
func (p *postman) empty(ctx context.Context) (time.Time, error) {
	for ctx.Err() == nil {
		m, next, err := p.db.NextMail(ctx, p.Actor)
		if m == nil || err != nil {
			return next, err
		}
		if err := p.deliver(ctx, m); err != nil {
			return time.Time{}, err
		}
	}
	return time.Time{}, ctx.Err()
}

// deliver sends one mail and notes what came of it.
func (p *postman) deliver(ctx context.Context, m *store.Mail) error {
	noting := context.WithoutCancel(ctx) // what has happened is noted, also at the end
	switch {
	case p.handed[m.ID]:
		return p.sent(noting, m)
	case !p.Now().Before(m.Until):
		return p.db.MailFailed(noting, p.Actor, *m, "The code ran out before the mail could go out.", true)
	case m.To == "":
		return p.db.MailFailed(noting, p.Actor, *m, "The user has no email address any more.", true)
	}
	message, err := p.message(m)
	if err != nil {
		return p.db.MailFailed(noting, p.Actor, *m, "The mail can't be written: "+err.Error(), true)
	}
	sending, end := p.lasting(ctx)
	defer end()
	_, at, err := p.Server.send(sending, message)
	switch {
	case err == nil:
		return p.sent(noting, m)
	case sending.Err() != nil:
		return ctx.Err() // cut off by us: it is still due, and no failure of anybody's
	}
	failed := p.Server.explain(at, err)
	p.last = domain.Errorf(domain.Unavailable, "", "%s", failed.text)
	if err := p.db.MailFailed(noting, p.Actor, *m, failed.text, failed.forever); err != nil {
		return err
	}
	if failed.server {
		return p.last
	}
	return nil
}

// sent notes that the server has taken a mail.
func (p *postman) sent(ctx context.Context, m *store.Mail) error {
	err := p.db.MailSent(ctx, p.Actor, *m)
	if err != nil {
		if p.handed == nil {
			p.handed = map[domain.ID]bool{}
		}
		p.handed[m.ID] = true
		return err
	}
	delete(p.handed, m.ID)
	return nil
}

// lasting is a context that ends a moment after ctx does.
func (p *postman) lasting(ctx context.Context) (context.Context, func()) {
	lasting, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-p.After(grace):
			cancel()
		case <-lasting.Done():
		}
	})
	return lasting, func() {
		stop()
		cancel()
	}
}
