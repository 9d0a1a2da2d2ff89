package store

import (
	"bytes"

	"tenantry/domain"
)

// What becomes of each table when an account leaves: when it is exported,
// imported elsewhere, or deleted. A new table says it here, and a test asks.

// travel is how the entries of a table go along with their account.
type travel uint8

const (
	_ travel = iota // what isn't said
	// travelCopied is a table whose keys begin with the account: what follows
	// goes along as it is.
	travelCopied
	// travelSealed is such a table with a secret in its records. It is opened on
	// the way out and sealed with the key file of where it arrives.
	travelSealed
	// travelShared is an index of the whole installation, whose values begin with
	// the account. It goes along, and where a key of it is taken already, the
	// account isn't let in.
	travelShared
	// travelEnds is a table whose keys begin with the account and which ends
	// where the account leaves.
	travelEnds
	// travelStays is a table of the installation, or of nobody.
	travelStays
)

var travels = [len(tables)]travel{
	tableMeta:             travelStays,
	tableAccount:          travelCopied,
	tableGeneration:       travelEnds, // it begins anew, above what it ever was here
	tableAccountName:      travelShared,
	tableCustomer:         travelCopied,
	tableCustomerName:     travelCopied,
	tableCustomerCount:    travelCopied,
	tableLocation:         travelCopied,
	tableLocationCustomer: travelCopied,
	tableUser:             travelCopied,
	tableUserName:         travelShared,
	tableUserEmail:        travelShared,
	tableUserCustomer:     travelCopied,
	tablePassword:         travelCopied,
	tableFailure:          travelCopied, // or a move would lift a lock
	tableDevice:           travelCopied,
	tableOwner:            travelCopied,
	tableUnit:             travelShared,
	tableUnitAccount:      travelCopied,
	tableAudit:            travelCopied,
	tableAuditHead:        travelCopied,
	tableAuditID:          travelCopied,
	tableAuditObject:      travelCopied,
	tableAuditBulk:        travelCopied,
	tableAuditDevices:     travelCopied,
	tableSession:          travelEnds, // everybody signs in anew
	tableFailureAddress:   travelStays,
	tableFactor:           travelSealed,
	tableInvitation:       travelCopied,
	tableOutbox:           travelSealed, // an invitation without its mail would wait for ever
	tableSSHKey:           travelCopied,
	tableToken:            travelCopied,
	tableTokenOwner:       travelShared,
	tableAuditWhere:       travelCopied,
	tableAuditUser:        travelCopied,
	tableLocationCount:    travelCopied,
	tableRFID:             travelCopied,
	tableRFIDUser:         travelCopied,
	tableAccess:           travelCopied,
	tableAccessID:         travelCopied,
	tableAccessHolder:     travelCopied,
	tableAccessDevice:     travelCopied,
	tableAccessCustomer:   travelCopied,
	tableSavedFilter:      travelCopied,
	tableUserView:         travelCopied,
	tableAuditChanges:     travelCopied,
	tableAccessRFID:       travelCopied,
	tableAccessLocation:   travelCopied,
	tableAccessHeir:       travelCopied,
}

// leaves says whether entries of a table go along when their account is
// exported.
func (t table) leaves() bool {
	return travels[t] == travelCopied || travels[t] == travelSealed || travels[t] == travelShared
}

// isSeen says whether something reads a table across accounts, so that entries
// of an account that isn't whole may never lie in it: they come with the account
// itself, in one step, and go with it. They are few enough for that; the
// unit IDs aren't, and are only asked whether they are taken.
func (t table) isSeen() bool {
	switch t {
	case tableAccount, tableAccountName, tableUserName, tableUserEmail, tableTokenOwner, tableOutbox, tableSession:
		return true
	}
	return false
}

// owned walks over the entries of one account in a table.
type owned struct {
	*cursor
	account domain.ID
	shared  bool
}

// owned returns a walk over an account's entries in a table that has some. It
// stands before the first.
func (k *kv) owned(t table, account domain.ID) *owned {
	if travels[t] == travelShared {
		return &owned{cursor: k.scan(t, nil), account: account, shared: true}
	}
	return &owned{cursor: k.scan(t, key1(account)), account: account}
}

// next moves on to the account's next entry.
func (o *owned) next() bool {
	for o.cursor.next() {
		if !o.shared || bytes.HasPrefix(o.cursor.value(), o.account[:]) {
			return true
		}
	}
	return false
}

// accountOf is whose an entry is; zero where it is the installation's.
func accountOf(t table, key, value []byte) domain.ID {
	switch travels[t] {
	case travelStays:
		return domain.ID{}
	case travelShared:
		return idAt(value, 0)
	}
	return idAt(key, 0)
}

// rest is the walk's key and value without the account.
func (o *owned) rest() (key, value []byte) {
	if o.shared {
		return o.key(), o.value()[len(o.account):]
	}
	return o.key()[len(o.account):], o.value()
}

// withAccount puts the account back into a key and value that rest took it out of.
func withAccount(t table, account domain.ID, key, value []byte) ([]byte, []byte) {
	if travels[t] == travelShared {
		return key, append(key1(account), value...)
	}
	return append(key1(account), key...), value
}
