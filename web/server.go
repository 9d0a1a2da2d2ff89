// Package web is what a server needs of HTTP besides its API: a listener with
// limits and TLS out of files, and pages for whoever watches over the server.
//
// It knows nothing of customers, users or devices: the API is a handler that it
// is given. Nothing secret and no name of anybody may come into its metrics.
package web

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Options are how HTTP is served.
type Options struct {
	Certificate *Certificate // nil for plain HTTP
	Connections int          // at once; zero takes DefaultConnections
	Log         *slog.Logger
	Grace       time.Duration // for requests under way when the server stops; zero takes five seconds
}

// DefaultConnections is how many connections may be open at once.
const DefaultConnections = 1000

// What a client may take its time for. A header that trickles in holds nothing
// but its connection, and that only until somebody else needs the place.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 2 * time.Minute
	writeTimeout  = 10 * time.Minute // an export of a million devices over a slow line
	idleTimeout   = 2 * time.Minute
	maxHeader     = 32 << 10
	usualGrace    = 5 * time.Second
)

// Serve answers requests from a listener until ctx ends, and lets those under
// way end. Its error is that of the listener.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler, o Options) error {
	most := o.Connections
	if most == 0 {
		most = DefaultConnections
	}
	door := newCrowded(listener, most)
	listener = door
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader, ConnState: door.become, ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
		// What is under way when the server is told to stop may end.
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	if o.Certificate != nil {
		server.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: o.Certificate.get}
		listener = tls.NewListener(listener, withHTTP2(server.TLSConfig))
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		server.Close()
		return err
	case <-ctx.Done():
	}
	grace := o.Grace
	if grace == 0 {
		grace = usualGrace
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := server.Shutdown(last); err != nil {
		server.Close()
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// withHTTP2 offers HTTP/2, as http.Server does by itself where it makes the TLS
// listener.
func withHTTP2(c *tls.Config) *tls.Config {
	c.NextProtos = []string{"h2", "http/1.1"}
	return c
}
