//go:build unix

package door

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"

	"tenantry/domain"
)

// OperatorPath is where the operator's door of a database is.
func OperatorPath(database string) string {
	if real, err := filepath.EvalSymlinks(database); err == nil {
		database = real
	}
	return database + ".socket"
}

// ListenOperator opens the operator's door of a database that this process
// holds. The socket is made in a folder that nobody else may enter, and gets its
// name when nobody else may use it. Closing the listener takes it away.
func ListenOperator(ctx context.Context, database string) (net.Listener, error) {
	path := OperatorPath(database)
	folder, err := os.MkdirTemp(filepath.Dir(path), ".s-*") // mode 0700
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	at := filepath.Join(folder, "s")
	listener, err := new(net.ListenConfig).Listen(ctx, "unix", at)
	if err != nil {
		return nil, err
	}
	listener.(*net.UnixListener).SetUnlinkOnClose(false)
	if err := errors.Join(os.Chmod(at, 0o600), os.Rename(at, path)); err != nil {
		listener.Close()
		return nil, err
	}
	return &operatorListener{listener, path}, nil
}

type operatorListener struct {
	net.Listener
	path string
}

func (l *operatorListener) Close() error {
	os.Remove(l.path)
	return l.Listener.Close()
}

// CallOperator goes to the operator's door of a database that a server holds;
// nil without an error where there is none. Unavailable where it can't be
// trusted: somebody else's would hear passphrases.
func CallOperator(ctx context.Context, database string) (net.Conn, error) {
	path := OperatorPath(database)
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err := trustKind(path, database, os.ModeSocket, "it is no socket"); err != nil {
		return nil, domain.Errorf(domain.Unavailable, "", "A server seems to hold the database %s, but its operator's door %s can't be trusted: %w.", database, path, err)
	}
	conn, err := new(net.Dialer).DialContext(ctx, "unix", path)
	if errors.Is(err, fs.ErrPermission) {
		return nil, domain.Errorf(domain.Refused, "", "Only who runs the server that holds the database %s, and root, may do this while it runs.", database)
	}
	if err != nil {
		return nil, nil // a server that has gone left it
	}
	return conn, nil
}
