package store

import (
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"tenantry/domain"
)

// What people paste where a public key is asked for. No error repeats any of it:
// it may be a private key.

const (
	maxKeyText = 64 << 10 // of a whole paste; 50 long keys and their comments
	maxKeyName = 60
	leastRSA   = 3072 // bits; NIST SP 800-57 part 1, for use beyond 2030
)

// keyTypes are the kinds of keys that may sign in.
var keyTypes = []string{
	ssh.KeyAlgoED25519, ssh.KeyAlgoSKED25519,
	ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521, ssh.KeyAlgoSKECDSA256,
	ssh.KeyAlgoRSA,
}

func badKey(format string, args ...any) error {
	return domain.Errorf(domain.Invalid, "key", format, args...)
}

// readPublicKeys reads public keys, a line each; blank lines and those that
// begin with # are left out. name, where given, is for a single one.
func readPublicKeys(text, name string) ([]publicKey, error) {
	if err := refuseOtherFiles(text); err != nil {
		return nil, err
	}
	name, err := domain.CheckText("name", name, maxKeyName)
	if err != nil {
		return nil, err
	}
	var keys []publicKey
	for number, line := range strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if len(keys) == maxSSHKeys {
			return nil, domain.Errorf(domain.Conflict, "key", "A user takes at most %d keys, and there are more here.", maxSSHKeys)
		}
		key, err := readPublicKey(number+1, line)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	switch {
	case len(keys) == 0:
		return nil, badKey("Paste a public key: the line in a file such as id_ed25519.pub.")
	case name != "" && len(keys) > 1:
		return nil, domain.Errorf(domain.Invalid, "name", "A name is for a single key, and there are %d here. Leave it empty: each takes its comment.", len(keys))
	case name != "":
		keys[0].name = name
	}
	return keys, nil
}

// refuseOtherFiles knows other files than public keys by how they begin.
func refuseOtherFiles(text string) error {
	upper := strings.ToUpper(text)
	switch {
	case strings.Contains(upper, "PRIVATE KEY"), strings.Contains(upper, "PRIVATE-LINES"), strings.Contains(upper, "PUTTY-USER-KEY-FILE"):
		return badKey("This is a private key. Nothing of it was kept, but nobody else may ever see it: if it was on a screen that others share, make a new one. Paste the public key, from the file that ends in .pub.")
	case len(text) > maxKeyText:
		return badKey("This is too long for public keys: at most 64 KiB.")
	case strings.Contains(upper, "SSH2 PUBLIC KEY"), strings.Contains(upper, "BEGIN PUBLIC KEY"), strings.Contains(upper, "BEGIN RSA PUBLIC KEY"):
		return badKey("This public key is in another form. Turn it into a line with: ssh-keygen -i -f FILE")
	case strings.Contains(upper, "-----BEGIN"):
		return badKey("This is no public key for SSH. Paste the line in a file such as id_ed25519.pub.")
	}
	return nil
}

// readPublicKey reads a line: type, key, comment.
func readPublicKey(number int, line string) (publicKey, error) {
	parsed, comment, options, _, err := ssh.ParseAuthorizedKey([]byte(line))
	if err != nil {
		return publicKey{}, badKey("Line %d is no public key that can be read. It begins with a word such as ssh-ed25519, and must be whole.", number)
	}
	if len(options) > 0 {
		return publicKey{}, badKey("Line %d begins with options, which have no meaning here. Paste the key alone, from its type on.", number)
	}
	if _, certified := parsed.(*ssh.Certificate); certified {
		return publicKey{}, badKey("Line %d is a certificate. Paste the public key that it was made for.", number)
	}
	if !slices.Contains(keyTypes, parsed.Type()) {
		return publicKey{}, badKey("Line %d is a key of the type %s, which isn't safe enough. Make one with: ssh-keygen -t ed25519", number, domain.CleanCut(parsed.Type(), maxKeyName))
	}
	if bits := rsaBits(parsed); parsed.Type() == ssh.KeyAlgoRSA && bits < leastRSA {
		return publicKey{}, badKey("Line %d is an RSA key of %d bits; it takes %d. Make one with: ssh-keygen -t ed25519", number, bits, leastRSA)
	}
	name := strings.TrimSpace(domain.CleanCut(comment, maxKeyName))
	if name == "" {
		name = parsed.Type()
	}
	return publicKey{parsed, name}, nil
}
