package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"tenantry/domain"
)

// AuditHead is the end of an account's audit trail at some moment: the number of
// the last entry and its hash. Whoever has noted it elsewhere finds out later
// whether anything up to there was changed or cut, even by somebody who could
// write the whole file anew.
type AuditHead struct {
	Account domain.ID // zero for the trail of what happens outside every account
	Number  uint64
	Hash    [sha256.Size]byte
}

// String is the head as ParseAuditHead takes it: ACCOUNT:NUMBER:HASH.
func (h AuditHead) String() string {
	return h.Account.String() + ":" + strconv.FormatUint(h.Number, 10) + ":" + hex.EncodeToString(h.Hash[:])
}

// headText is a head in any text. That of the trail outside all accounts begins
// with the colon: an account without a name.
var headText = regexp.MustCompile(`(?:([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}):|((?:^|[\s"'=]):))?\b([0-9]{1,20}):([0-9A-Fa-f]{64})\b`)

// ParseAuditHead reads a head, with the account or without: named says which.
// Invalid for anything else.
func ParseAuditHead(text string) (head AuditHead, named bool, err error) {
	text = strings.TrimSpace(text)
	match := headText.FindStringSubmatch(text)
	if match == nil || match[0] != text {
		return head, false, domain.Errorf(domain.Invalid, "head", "%q isn't the head of an audit trail. It is NUMBER:HASH or ACCOUNT:NUMBER:HASH, as the server's log has it.", domain.CleanCut(text, 60))
	}
	return headOf(match)
}

// NotedHead is a head that stood somewhere, with its account or without.
type NotedHead struct {
	AuditHead
	Named bool
}

// FindAuditHeads are all heads that a text holds, such as a server's log.
func FindAuditHeads(text string) (heads []NotedHead) {
	for _, match := range headText.FindAllStringSubmatch(text, -1) {
		if head, named, err := headOf(match); err == nil {
			heads = append(heads, NotedHead{head, named})
		}
	}
	return heads
}

func headOf(match []string) (head AuditHead, named bool, err error) {
	named = match[1] != "" || match[2] != ""
	if match[1] != "" {
		if head.Account, err = domain.ParseID(match[1]); err != nil {
			return head, named, err
		}
	}
	if head.Number, err = strconv.ParseUint(match[3], 10, 64); err != nil {
		return head, named, domain.Errorf(domain.Invalid, "head", "%q is no number of an audit entry.", match[3])
	}
	_, err = hex.Decode(head.Hash[:], []byte(match[4]))
	return head, named, err
}

// AuditProblem is one thing that is wrong with an audit trail.
type AuditProblem struct {
	Number uint64 // of the entry
	What   string // goes on from its name: "follows number 3: …"
}

// AuditVerified is what following a trail found.
type AuditVerified struct {
	Account  domain.ID
	Entries  int
	Head     AuditHead // the end of now, to be noted somewhere else
	Noted    int       // heads noted earlier that are in the trail
	Problems []AuditProblem
	More     int // problems beyond these
}

const (
	auditProblems = 100    // that are told one by one
	verifiedStep  = 10_000 // entries that are read in one transaction
)

// VerifyAudit follows the audit trail of the actor's account from its first
// entry to its end, and says where anything was changed, removed, swapped or
// added. That its end was cut off, and that it was written anew from some entry
// on, shows only against heads noted earlier. Refused to all but the owner and
// the operator, who without an account verifies the trail of what happens outside
// every account.
func (db *DB) VerifyAudit(ctx context.Context, actor domain.Actor, heads []AuditHead, progress Progress) (AuditVerified, error) {
	v := verifier{heads: map[uint64][]AuditHead{}}
	for _, head := range heads {
		v.heads[head.Number] = append(v.heads[head.Number], head)
	}
	for !v.over {
		err := db.viewTrail(ctx, actor, func(tx *tx, account domain.ID) error {
			v.verified.Account = account
			return v.step(tx)
		})
		if err != nil {
			return AuditVerified{}, err
		}
		if progress != nil {
			progress(v.verified.Entries, int(v.verified.Head.Number))
		}
	}
	return v.verified, nil
}

// MayVerifyAudit is why somebody can't verify the audit trail of their account;
// nil where they can.
func MayVerifyAudit(may *domain.Rights) error {
	if may.Reaches(domain.ID{}) {
		return nil
	}
	return domain.Errorf(domain.Refused, "", "Only the owner of the account can verify its audit trail, for it is one chain. Ask them.")
}

// viewTrail is view for whoever may read all of a trail.
func (db *DB) viewTrail(ctx context.Context, actor domain.Actor, fn func(*tx, domain.ID) error) error {
	if actor.Operator && actor.Account.IsZero() {
		return db.viewFree(ctx, actor, func(tx *tx) error { return fn(tx, domain.ID{}) })
	}
	return db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		if err := MayVerifyAudit(may); err != nil {
			return err
		}
		return fn(tx, may.Account().ID)
	})
}

// verifier follows a trail in several transactions: what is written stays as it
// is.
type verifier struct {
	chain    auditChain
	from     []byte                 // the key to go on from
	heads    map[uint64][]AuditHead // noted earlier, by number
	verified AuditVerified
	over     bool
}

func (v *verifier) problem(number uint64, format string, args ...any) {
	if len(v.verified.Problems) == auditProblems {
		v.verified.More++
		return
	}
	v.verified.Problems = append(v.verified.Problems, AuditProblem{number, fmt.Sprintf(format, args...)})
}

// step follows the entries of one transaction.
func (v *verifier) step(tx *tx) error {
	account := v.verified.Account
	number, hash, err := tx.auditHead(account)
	if err != nil {
		v.problem(0, "fails its checksum")
	}
	v.verified.Head = AuditHead{account, number, hash}
	entries := tx.scan(tableAudit, key1(account))
	entries.spoiled = func(error) {} // the next one tells that it is missing
	lists := &chunkWalk{tx: tx, c: tx.scan(tableAuditDevices, key1(account)), v: v}
	lists.c.spoiled = func(error) {}
	if v.from == nil {
		v.from = key1(account)
	}
	lists.there = lists.c.seek(keyNumber(account, v.chain.number+1))
	if v.chain.number == 0 {
		lists.there = lists.c.seek(key1(account))
	}
	more := entries.seek(v.from)
	for read := 0; more && read < verifiedStep; read++ {
		if err := tx.ctx.Err(); err != nil {
			return err
		}
		v.entry(entries.key(), entries.value(), lists)
		v.from = append(bytes.Clone(entries.key()), 0)
		more = entries.next()
	}
	if more {
		return entries.err()
	}
	lists.upTo(^uint64(0))
	if what := v.chain.end(number, hash); what != "" {
		v.problem(number, "%s", what)
	}
	for number := range v.heads {
		v.problem(number, "was noted earlier and isn't there: the trail was cut")
	}
	v.over = true
	return firstOf(firstOf(entries.err(), lists.c.err()), v.strayChanges(tx))
}

// strayChanges tells of changes of devices that no list holds.
func (v *verifier) strayChanges(tx *tx) error {
	c := tx.scan(tableAuditChanges, key1(v.verified.Account))
	c.spoiled = func(error) {}
	for c.next() {
		if !tx.has(tableAuditDevices, c.key()) {
			v.problem(0, "has changes of devices that nothing lists")
		}
	}
	return c.err()
}

func (v *verifier) entry(key, value []byte, lists *chunkWalk) {
	v.verified.Entries++
	if len(key) != 24 {
		v.problem(0, "has a key of the wrong length")
		return
	}
	e, problems := v.chain.follow(key, value)
	number := v.chain.number
	for _, what := range problems {
		v.problem(number, "%s", what)
	}
	for _, head := range v.heads[number] {
		if head.Hash == v.chain.hash {
			v.verified.Noted++
		} else {
			v.problem(number, "has another hash than was noted earlier: it, or one before it, was changed")
		}
	}
	delete(v.heads, number)
	if e == nil {
		return
	}
	if what := lists.of(e, number); what != "" {
		v.problem(number, "%s", what)
	}
}

// chunkWalk goes along the lists of devices beside the entries.
type chunkWalk struct {
	tx    *tx
	c     *cursor
	v     *verifier
	there bool
}

// number is the entry of the chunk that the walk stands at.
func (w *chunkWalk) number() uint64 {
	key := w.c.key()
	if len(key) != 40 {
		return 0
	}
	return binary.BigEndian.Uint64(key[16:])
}

// upTo tells of lists before a number: they are of no entry.
func (w *chunkWalk) upTo(number uint64) {
	for w.there && w.number() < number {
		w.v.problem(w.number(), "has a list of devices and doesn't say so")
		w.there = w.c.next()
	}
}

// changes are what says what changed of the devices of the chunk; nothing where
// it can't be read, as it doesn't fit its digest then.
func (w *chunkWalk) changes(e *entry) []byte {
	value, err := w.tx.get(tableAuditChanges, w.c.key())
	if err != nil {
		return nil
	}
	if value != nil && !e.tellsChanges() {
		w.v.problem(w.number(), "has changes of devices and doesn't say so")
		return nil
	}
	return value
}

// of says what is wrong with the list of an entry.
func (w *chunkWalk) of(e *entry, number uint64) string {
	w.upTo(number)
	list := newAuditedList(e)
	for w.there && w.number() == number {
		list.add(w.c.key(), w.c.value(), w.changes(e))
		w.there = w.c.next()
	}
	return list.problem()
}

// AuditHeads are the ends of all audit trails of the database, that of what
// happens outside every account included, where there is any. Refused to all but
// the operator.
func (db *DB) AuditHeads(ctx context.Context, actor domain.Actor) ([]AuditHead, error) {
	if !actor.Operator {
		return nil, domain.Errorf(domain.Refused, "", "Only the operator of the machine reads the ends of all audit trails.")
	}
	var heads []AuditHead
	err := db.viewFree(ctx, actor, func(tx *tx) error {
		c := tx.scan(tableAuditHead, nil)
		for c.next() {
			account := idAt(c.key(), 0)
			number, hash, err := tx.auditHead(account)
			if err != nil {
				return err
			}
			heads = append(heads, AuditHead{account, number, hash})
		}
		return c.err()
	})
	return heads, err
}
