//go:build !unix

package door

import (
	"context"
	"errors"
	"net"
)

// ListenOperator opens no door here: a socket would be anybody's.
func ListenOperator(context.Context, string) (net.Listener, error) {
	return nil, errors.ErrUnsupported
}

// CallOperator finds no door here.
func CallOperator(context.Context, string) (net.Conn, error) { return nil, nil }
