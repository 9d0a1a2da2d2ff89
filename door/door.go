// Package door is how somebody on the same machine finds the SSH door of the
// server that holds a database: the server leaves a small file beside it, and
// whoever may read the database may read that.
//
// It knows the file and the command line of OpenSSH's client. It must not know
// what is said through the door, and starts no server.
package door

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"tenantry/domain"
)

// Sign is what a server tells beside its database.
type Sign struct {
	Process     int      `json:"process"`
	SSH         string   `json:"ssh"`         // where to connect on this machine: "127.0.0.1:2222"; empty for nowhere
	HostKey     string   `json:"host_key"`    // "ssh-ed25519 AAAA…"
	Fingerprint string   `json:"fingerprint"` // "SHA256:…"
	Users       []string `json:"users"`       // of the machine's users those that are users here too
}

// Path is where the sign for a database hangs: beside it, or beside the file
// that a link leads to.
func Path(database string) string {
	if real, err := filepath.EvalSymlinks(database); err == nil {
		database = real
	}
	return database + ".server"
}

// longest is how large a sign may be.
const longest = 64 << 10

// Hang writes a sign, readable by its owner alone, in one step.
func Hang(database string, s Sign) error {
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	path := Path(database)
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // mode 0600
	if err == nil {
		defer os.Remove(file.Name()) // where it hasn't got its name
		_, err = file.Write(append(data, '\n'))
		if closing := file.Close(); err == nil {
			err = closing
		}
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return domain.Errorf(domain.Unavailable, "", "The file %s can't be written: %w.", path, err)
	}
	return nil
}

// Exists says whether there is a sign. It may be one that a server left when it
// crashed: what counts is whether anybody holds the database.
func Exists(database string) bool {
	_, err := os.Lstat(Path(database))
	return err == nil
}

// Read reads the sign for a database that is held. Unavailable where there is
// none to believe: one that others may write would lead passwords astray.
func Read(database string) (Sign, error) {
	path := Path(database)
	if err := trust(path, database); err != nil {
		return Sign{}, domain.Errorf(domain.Unavailable, "", "A server seems to hold the database %s, but the file %s that says where its door is can't be trusted: %w.", database, path, err)
	}
	data, err := os.ReadFile(path)
	var s Sign
	if err == nil {
		err = json.Unmarshal(data[:min(len(data), longest)], &s)
	}
	if err != nil || !s.isWhole() {
		return Sign{}, domain.Errorf(domain.Unavailable, "", "A server seems to hold the database %s, but the file %s that says where its door is can't be understood. Start the server again.", database, path)
	}
	return s, nil
}

// Take takes a sign down.
func Take(database string) { os.Remove(Path(database)) }

var hostKeyLine = regexp.MustCompile(`^ssh-ed25519 [A-Za-z0-9+/]{40,200}={0,2}$`)

// isWhole says whether nothing in a sign could be anything but what it says.
func (s Sign) isWhole() bool {
	if s.SSH == "" {
		return true
	}
	host, port, err := net.SplitHostPort(s.SSH)
	return err == nil && net.ParseIP(host) != nil && strings.Trim(port, "0123456789") == "" && port != "" && hostKeyLine.MatchString(s.HostKey) &&
		!slices.ContainsFunc(s.Users, func(name string) bool { return !isName(name) })
}

// isName says whether ssh takes a text for a user's name and nothing else.
func isName(name string) bool {
	return name != "" && !strings.HasPrefix(name, "-") && domain.Clean(name) == name && !strings.ContainsAny(name, " \"'`$\\;&|<>(){}*?#~\n")
}

// Near is where on this machine to connect to a door that listens at an
// address; empty where it listens at none of ours.
func Near(listens net.Addr) string {
	at, ok := listens.(*net.TCPAddr)
	if !ok {
		return ""
	}
	ip := at.IP
	if ip == nil || ip.IsUnspecified() {
		ip = net.IPv4(127, 0, 0, 1)
	}
	return (&net.TCPAddr{IP: ip, Port: at.Port, Zone: at.Zone}).String()
}
