package main

import (
	"errors"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
)

// What systemd offers a service, by sd_notify(3) and sd_listen_fds(3).

// notify tells systemd, where it has started us, how we are.
func notify(state string) {
	socket := os.Getenv("NOTIFY_SOCKET")
	if socket == "" {
		return
	}
	if strings.HasPrefix(socket, "@") {
		socket = "\x00" + socket[1:]
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		return // it waits in vain, and says so
	}
	defer conn.Close()
	conn.Write([]byte(state))
}

// firstPassed is the first file descriptor that systemd passes on.
const firstPassed = 3

// passedListener is the socket of that name (FileDescriptorName=) that systemd
// has opened for us.
func passedListener(name string) (net.Listener, error) {
	if process, err := strconv.Atoi(os.Getenv("LISTEN_PID")); err != nil || process != os.Getpid() {
		return nil, errors.New("systemd passed no socket")
	}
	names := strings.Split(os.Getenv("LISTEN_FDNAMES"), ":")
	at := slices.Index(names, name)
	if n, err := strconv.Atoi(os.Getenv("LISTEN_FDS")); err != nil || at < 0 || at >= n {
		return nil, errors.New("systemd passed no socket of that name")
	}
	file := os.NewFile(uintptr(firstPassed+at), name)
	defer file.Close() // the listener has one of its own
	return net.FileListener(file)
}
