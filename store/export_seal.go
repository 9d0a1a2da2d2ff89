package store

import (
	"bufio"
	"bytes"
	"context"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"io"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"
	"golang.org/x/text/unicode/norm"

	"tenantry/domain"
)

// An export of an account holds what its people sign in with, so it is sealed
// under a passphrase: argon2id makes a key of it, with a salt of the file's own,
// and XChaCha20-Poly1305 seals the contents in pieces, so that neither side
// holds more than one. A piece's nonce is its number and whether it is the last,
// by which pieces that changed places and a file cut short don't open; what
// comes before the first piece is sealed along with each.
//
//	heading "tenantry account 1 sealed\n"
//	salt 16, passes 4, KiB 4, threads 1
//	an empty piece, by which a wrong passphrase is known
//	pieces of 64 KiB, the last one shorter
//
// A plain one is "tenantry account 1 plain\n" and the contents.

const (
	exportHeading = "tenantry account 1 "
	headingSealed = exportHeading + "sealed\n"
	headingPlain  = exportHeading + "plain\n"
	pieceLength   = 64 << 10
	costLength    = saltLength + 4 + 4 + 1

	longestHeading = 64
)

// exportMostCost is what an export may ask for to make its key: a file must not
// be able to take all memory of a server at work, nor hours. It is four times what
// this program asks for.
var exportMostCost = PasswordCost{Memory: 256 << 10, Passes: 12, Threads: 16}

// pieces seals or opens one piece after another.
type pieces struct {
	box    cipher.AEAD
	before []byte // what stands before the first piece
	number uint64
}

// nonce is of the next piece.
func (p *pieces) nonce(last bool) []byte {
	nonce := make([]byte, chacha20poly1305.NonceSizeX)
	binary.BigEndian.PutUint64(nonce[len(nonce)-9:], p.number)
	if last {
		nonce[len(nonce)-1] = 1
	}
	p.number++
	return nonce
}

func (p *pieces) seal(plain []byte, last bool) []byte {
	return p.box.Seal(nil, p.nonce(last), plain, p.before)
}

func (p *pieces) open(sealed []byte, last bool) ([]byte, error) {
	return p.box.Open(nil, p.nonce(last), sealed, p.before)
}

// exportKey makes the key of a passphrase, which takes long.
func (db *DB) exportKey(ctx context.Context, passphrase string, salt []byte, cost PasswordCost) (cipher.AEAD, error) {
	select {
	case db.hashing <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-db.hashing }()
	return newBox(fileKey(argon2.IDKey([]byte(norm.NFC.String(passphrase)), salt, cost.Passes, cost.Memory, cost.Threads, chacha20poly1305.KeySize))), nil
}

// sealTo begins a sealed export. What is written to it must be closed, which
// writes the last piece.
func (db *DB) sealTo(ctx context.Context, w io.Writer, passphrase string) (io.WriteCloser, error) {
	salt := make([]byte, saltLength)
	if _, err := db.random.Read(salt); err != nil {
		return nil, noRandomness(err)
	}
	before := append([]byte(headingSealed), salt...)
	before = binary.BigEndian.AppendUint32(before, db.cost.Passes)
	before = binary.BigEndian.AppendUint32(before, db.cost.Memory)
	before = append(before, db.cost.Threads)
	box, err := db.exportKey(ctx, passphrase, salt, db.cost)
	if err != nil {
		return nil, err
	}
	s := &sealedWriter{w: w, pieces: pieces{box: box, before: before}, piece: make([]byte, 0, pieceLength)}
	if _, err := w.Write(append(bytes.Clone(before), s.seal(nil, false)...)); err != nil {
		return nil, err
	}
	return s, nil
}

// sealedWriter gathers pieces and seals them.
type sealedWriter struct {
	pieces
	w     io.Writer
	piece []byte
}

func (s *sealedWriter) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		if len(s.piece) == pieceLength { // only now, for the last may be full too
			if err := s.flush(false); err != nil {
				return 0, err
			}
		}
		taken := min(len(p), pieceLength-len(s.piece))
		s.piece, p = append(s.piece, p[:taken]...), p[taken:]
	}
	return n, nil
}

func (s *sealedWriter) flush(last bool) error {
	_, err := s.w.Write(s.seal(s.piece, last))
	s.piece = s.piece[:0]
	return err
}

func (s *sealedWriter) Close() error { return s.flush(true) }

// Passphrase asks for the passphrase of an export.
type Passphrase func(context.Context) (string, error)

// openExport reads the heading of an export, sealed or plain, and answers its
// contents. ask is only called for a sealed one.
func (db *DB) openExport(ctx context.Context, r io.Reader, ask Passphrase) (io.Reader, error) {
	in := bufio.NewReaderSize(r, 2*pieceLength)
	heading, err := readHeading(in)
	switch {
	case err != nil:
		return nil, exportUnreadable(err)
	case heading == headingPlain:
		return in, nil
	case heading != headingSealed:
		return nil, notAnExport(heading)
	}
	settled := make([]byte, costLength+chacha20poly1305.Overhead)
	if _, err := io.ReadFull(in, settled); err != nil {
		return nil, exportCut(err)
	}
	salt, rest := settled[:saltLength], settled[saltLength:]
	cost := PasswordCost{Passes: binary.BigEndian.Uint32(rest), Memory: binary.BigEndian.Uint32(rest[4:]), Threads: rest[8]}
	most := exportMostCost
	if cost.Passes == 0 || cost.Threads == 0 || cost.Passes > most.Passes || cost.Memory > most.Memory || cost.Threads > most.Threads {
		return nil, exportDamaged("what its key takes can't be right")
	}
	if ask == nil {
		return nil, domain.Errorf(domain.Invalid, "passphrase", "The export is sealed. Give its passphrase.")
	}
	passphrase, err := ask(ctx)
	if err != nil {
		return nil, err
	}
	box, err := db.exportKey(ctx, passphrase, salt, cost)
	if err != nil {
		return nil, err
	}
	s := &sealedReader{r: in, pieces: pieces{box: box, before: append([]byte(heading), settled[:costLength]...)}}
	if _, err := s.open(settled[costLength:], false); err != nil {
		return nil, domain.Errorf(domain.Invalid, "passphrase", "That isn't the passphrase of the export, or the first bytes of the file are damaged.")
	}
	return s, nil
}

// readHeading reads a first line. What has none so far is no heading, however
// much of it there is.
func readHeading(in *bufio.Reader) (string, error) {
	start, err := in.Peek(longestHeading)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	if end := bytes.IndexByte(start, '\n'); end >= 0 {
		start = start[:end+1]
	}
	n, err := in.Discard(len(start))
	return string(start[:n]), err
}

// notAnExport says what a file is that isn't one of this program's exports.
func notAnExport(heading string) error {
	if len(heading) < 40 && bytes.HasPrefix([]byte(heading), []byte("tenantry account ")) {
		return errExportNewer
	}
	return domain.Errorf(domain.Invalid, "file", "This is no export of an account. \"tenantry account export\" makes one.")
}

var errExportNewer = domain.Errorf(domain.Unavailable, "file", "The export was written by a newer Tenantry. Install that version, or a later one.")

func exportUnreadable(err error) error {
	return domain.Errorf(domain.Unavailable, "file", "The export can't be read: %w.", err)
}

// exportDamaged is the error of an export that can't be believed. Nothing of it
// is written then.
func exportDamaged(what string) error {
	return domain.Errorf(domain.Damaged, "file", "The export is damaged: %s. Nothing was imported. Copy the file again, or export the account again.", what)
}

// exportCut is the error of an export that ends too early, if err says so.
func exportCut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return exportDamaged("it is cut short")
	}
	return err
}

// sealedReader opens one piece after another.
type sealedReader struct {
	pieces
	r    *bufio.Reader
	left []byte
	last bool
}

func (s *sealedReader) Read(p []byte) (int, error) {
	for len(s.left) == 0 {
		if s.last {
			return 0, io.EOF
		}
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, s.left)
	s.left = s.left[n:]
	return n, nil
}

// fill opens the next piece. The last is the one after which nothing comes.
func (s *sealedReader) fill() error {
	sealed := make([]byte, pieceLength+chacha20poly1305.Overhead)
	n, err := io.ReadFull(s.r, sealed)
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		s.last = true
	case err != nil:
		return exportUnreadable(err)
	default:
		if _, err := s.r.Peek(1); errors.Is(err, io.EOF) {
			s.last = true
		} else if err != nil {
			return exportUnreadable(err)
		}
	}
	number := s.number
	if s.left, err = s.open(sealed[:n], s.last); err == nil {
		return nil
	}
	if s.last {
		s.number = number
		if _, err := s.open(sealed[:n], false); err == nil {
			return exportDamaged("it is cut short")
		}
	}
	return exportDamaged("a part of it was changed, or it is cut short")
}
