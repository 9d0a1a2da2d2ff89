package sshd

import (
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	gossh "golang.org/x/crypto/ssh"

	"tenantry/domain"
)

const hostKeyMode = 0o600

// HostKeyPath is where the host key of the door to the database at path lies:
// beside it, or beside the file that a link leads to.
func HostKeyPath(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return path + ".ssh"
}

// hostKey reads the host key at path, or makes one where there is none. It is
// made once: whoever connects knows the door by it.
func hostKey(path string, random io.Reader) (gossh.Signer, error) {
	signer, err := readHostKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeHostKey(path, random); err != nil {
			return nil, domain.Errorf(domain.Unavailable, "", "The host key %s can't be made: %w. Check that its folder can be written.", path, err)
		}
		signer, err = readHostKey(path)
	}
	return signer, err
}

func readHostKey(path string) (gossh.Signer, error) {
	file, err := os.Open(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		return nil, domain.Errorf(domain.Unavailable, "", "The host key %s can't be read: %w.", path, err)
	}
	defer file.Close()
	status, err := file.Stat()
	if err != nil {
		return nil, domain.Errorf(domain.Unavailable, "", "The host key %s can't be read: %w.", path, err)
	}
	if mode := status.Mode().Perm(); mode&^hostKeyMode != 0 && runtime.GOOS != "windows" {
		return nil, domain.Errorf(domain.Refused, "", "Others than its owner may use the host key %s. Take that away: chmod 600 %s", path, path)
	}
	text, err := io.ReadAll(io.LimitReader(file, 64<<10))
	if err != nil {
		return nil, domain.Errorf(domain.Unavailable, "", "The host key %s can't be read: %w.", path, err)
	}
	signer, err := gossh.ParsePrivateKey(text)
	if err != nil || signer.PublicKey().Type() != gossh.KeyAlgoED25519 {
		return nil, domain.Errorf(domain.Damaged, "", "%s is no host key, or a damaged one. Put back a copy of it; or move it away, and a new one is made, of which everybody who connected before is warned.", path)
	}
	return signer, nil
}

// makeHostKey writes a new key: whole or not at all, and never over another.
func makeHostKey(path string, random io.Reader) error {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return err
	}
	block, err := gossh.MarshalPrivateKey(ed25519.NewKeyFromSeed(seed), "tenantry")
	if err != nil {
		return err
	}
	folder := filepath.Dir(path)
	file, err := os.CreateTemp(folder, "."+filepath.Base(path)+".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	_, err = file.Write(pem.EncodeToMemory(block))
	if err == nil {
		err = file.Sync()
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	if err := os.Link(file.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(folder)
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	defer folder.Close()
	err = folder.Sync()
	if runtime.GOOS == "windows" {
		return nil // which has no such thing
	}
	return err
}
