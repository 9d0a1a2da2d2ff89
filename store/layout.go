package store

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"

	"tenantry/domain"
)

// The layout of the file. Every table is a bucket of bbolt. Keys are IDs of 16
// bytes laid end to end, without delimiters, the account first, so that a scan
// of one account's data can't run into another's; seq and at (a
// time in nanoseconds) are 8 bytes, big endian.
// fold(x) is domain.Fold(x), always the last part of a key. Account zero holds
// what belongs to the installation. A record is a CBOR structure of codec.go.
// Every value, also an empty one (-), ends in the checksum of engine.go.
//
//	table              key                                  value
//	meta               "version" | "installation" | "key"   format version, 4 bytes | ID | fingerprint of the key file
//	account            account                              record
//	account.generation account                              8 bytes, rises with every change of the account or its customers
//	account.name       fold(name)                           account
//	customer           account customer                     record
//	customer.name      account parent fold(name)            customer; parent zero for main customers
//	customer.count     account customer                     its own users and devices, 4 bytes each; not there when both are 0
//	location           account location                     record
//	location.customer  account customer location            -
//	user               account user                         record
//	user.name          fold(username)                       account user; unique in the installation
//	user.email         fold(email)                          account user; unique in the installation
//	user.customer      account customer user                -
//	password           account user                         record: hash, salt, cost
//	failure            account user                         record: failed sign-ins in a row, and those that no audit entry tells of; user zero: how many entries told of some
//	device             account device                       record, without the owner
//	device.owner       account device                       customer, or customer location
//	unit               unit                                 account device; unique in the installation
//	unit.account       account unit                         device; for prefixes, and for pasted IDs in order
//	audit              account seq                          hash, record; seq rises by one
//	audit.head         account                              last seq, its hash
//	audit.id           account entry                        seq
//	audit.object       account object seq                   -
//	audit.bulk         account seq                          -; entries that list devices
//	audit.devices      account seq first                    chunk: devices in order, 20 bytes each: device, place
//	session            account user session                 record: door, from, times, what was proven
//	failure.address    address                              record: failed sign-ins from there, whoever they meant, and of those that meant nobody what no audit entry tells
//	factor             account user                         record: sealed secret, last step, hashes of recovery codes
//	invitation         account user                         record: hash of the code, until when, its mail
//	outbox             account mail                         record: a mail that waits, its code sealed
//	ssh_key            account user key                     record: the public key, its name, when added and used
//	token              account user token                   record: name, hash of the secret, until when, last use
//	token.owner        token                                account user; by which a shown token is found
//	audit.where        account customer seq                 -; the entries that concern a customer
//	audit.user         account user seq                     -; the entries of what somebody did
//	location.count     account location                     its devices, 4 bytes; not there when there are none
//	rfid               account digits                       record: whose it is, since when, whether it is switched off
//	rfid.user          account user digits                  -
//	access             account at event                     record: who passed where, with which outcome
//	access.id          account event                        at; by which an event that comes twice is found. event begins as its device does
//	access.holder      account user at event                -
//	access.device      account device at event              -
//	access.customer    account customer at event            -
//	saved_filter       account user filter                  record: a name and the words that it stands for
//	user.view          account user                         record: how somebody looks at lists
//	audit.changes      account seq first                    record: what changed of each device of that chunk of audit.devices
//	access.rfid        account hash(digits) at event        -
//	access.location    account location at event            -
//	access.heir        account customer                     record: a deleted customer with access events, who has them now
//
// The owner lies apart from the device, so that assigning 100,000 devices
// writes 100,000 short values and nothing else: there is no index of devices by
// customer. Lists come from the fleet in memory, numbers from customer.count,
// and the rare operation that needs one customer's devices scans the account's
// owners, a tenth of a second for a million.
//
// The number of a table is part of every checksum in it: append, never reorder.
type table uint8

const (
	tableMeta table = iota
	tableAccount
	tableGeneration
	tableAccountName
	tableCustomer
	tableCustomerName
	tableCustomerCount
	tableLocation
	tableLocationCustomer
	tableUser
	tableUserName
	tableUserEmail
	tableUserCustomer
	tablePassword
	tableFailure
	tableDevice
	tableOwner
	tableUnit
	tableUnitAccount
	tableAudit
	tableAuditHead
	tableAuditID
	tableAuditObject
	tableAuditBulk
	tableAuditDevices
	tableSession
	tableFailureAddress
	tableFactor
	tableInvitation
	tableOutbox
	tableSSHKey
	tableToken
	tableTokenOwner
	tableAuditWhere
	tableAuditUser
	tableLocationCount
	tableRFID
	tableRFIDUser
	tableAccess
	tableAccessID
	tableAccessHolder
	tableAccessDevice
	tableAccessCustomer
	tableSavedFilter
	tableUserView
	tableAuditChanges
	tableAccessRFID
	tableAccessLocation
	tableAccessHeir
)

// tables says what each table is called in the file and in words, and what its
// keys are made of.
var tables = [...]struct {
	name, words string
	key         []part
}{
	tableMeta:             {"meta", "the database's own note", []part{partText}},
	tableAccount:          {"account", "the record", []part{partAccount}},
	tableGeneration:       {"account.generation", "the change counter", []part{partAccount}},
	tableAccountName:      {"account.name", "the index entry of the account name", []part{partText}},
	tableCustomer:         {"customer", "the record", []part{partAccount, partCustomer}},
	tableCustomerName:     {"customer.name", "the index entry of the customer name", []part{partAccount, partCustomer, partText}},
	tableCustomerCount:    {"customer.count", "the counts", []part{partAccount, partCustomer}},
	tableLocation:         {"location", "the record", []part{partAccount, partLocation}},
	tableLocationCustomer: {"location.customer", "the index entry of the location", []part{partAccount, partCustomer, partLocation}},
	tableUser:             {"user", "the record", []part{partAccount, partUser}},
	tableUserName:         {"user.name", "the index entry of the username", []part{partText}},
	tableUserEmail:        {"user.email", "the index entry of the email", []part{partText}},
	tableUserCustomer:     {"user.customer", "the index entry of the user", []part{partAccount, partCustomer, partUser}},
	tablePassword:         {"password", "the password", []part{partAccount, partUser}},
	tableFailure:          {"failure", "the failed sign-ins", []part{partAccount, partUser}},
	tableDevice:           {"device", "the record", []part{partAccount, partDevice}},
	tableOwner:            {"device.owner", "the owner", []part{partAccount, partDevice}},
	tableUnit:             {"unit", "the index entry of the unit ID", []part{partUnit}},
	tableUnitAccount:      {"unit.account", "the account's index entry of the unit ID", []part{partAccount, partUnit}},
	tableAudit:            {"audit", "the audit entry", []part{partAccount, partNumber}},
	tableAuditHead:        {"audit.head", "the end of the audit trail", []part{partAccount}},
	tableAuditID:          {"audit.id", "the index entry of the audit entry", []part{partAccount, partEntry}},
	tableAuditObject:      {"audit.object", "the index entry of the audited object", []part{partAccount, partObject, partNumber}},
	tableAuditBulk:        {"audit.bulk", "the index entry of the bulk audit entry", []part{partAccount, partNumber}},
	tableAuditDevices:     {"audit.devices", "the device list of the audit entry", []part{partAccount, partNumber, partDevice}},
	tableSession:          {"session", "the record", []part{partAccount, partUser, partSession}},
	tableFailureAddress:   {"failure.address", "the failed sign-ins", []part{partText}},
	tableFactor:           {"factor", "the second factor", []part{partAccount, partUser}},
	tableInvitation:       {"invitation", "the invitation", []part{partAccount, partUser}},
	tableOutbox:           {"outbox", "the waiting mail", []part{partAccount, partMail}},
	tableSSHKey:           {"ssh_key", "the record", []part{partAccount, partUser, partKey}},
	tableToken:            {"token", "the record", []part{partAccount, partUser, partToken}},
	tableTokenOwner:       {"token.owner", "the index entry of the token", []part{partToken}},
	tableAuditWhere:       {"audit.where", "the index entry of the customer's audit entry", []part{partAccount, partCustomer, partNumber}},
	tableAuditUser:        {"audit.user", "the index entry of the user's audit entry", []part{partAccount, partUser, partNumber}},
	tableLocationCount:    {"location.count", "the count", []part{partAccount, partLocation}},
	tableRFID:             {"rfid", "the RFID token", []part{partAccount, partText}},
	tableRFIDUser:         {"rfid.user", "the index entry of the RFID token", []part{partAccount, partUser, partText}},
	tableAccess:           {"access", "the access event", []part{partAccount, partNumber, partEvent}},
	tableAccessID:         {"access.id", "the index entry of the access event", []part{partAccount, partEvent}},
	tableAccessHolder:     {"access.holder", "the index entry of the holder's access event", []part{partAccount, partUser, partNumber, partEvent}},
	tableAccessDevice:     {"access.device", "the index entry of the device's access event", []part{partAccount, partDevice, partNumber, partEvent}},
	tableAccessCustomer:   {"access.customer", "the index entry of the customer's access event", []part{partAccount, partCustomer, partNumber, partEvent}},
	tableSavedFilter:      {"saved_filter", "the record", []part{partAccount, partUser, partFilter}},
	tableUserView:         {"user.view", "the record", []part{partAccount, partUser}},
	tableAuditChanges:     {"audit.changes", "the changes of the device list of the audit entry", []part{partAccount, partNumber, partDevice}},
	tableAccessRFID:       {"access.rfid", "the index entry of the RFID token's access event", []part{partAccount, partDigits, partNumber, partEvent}},
	tableAccessLocation:   {"access.location", "the index entry of the location's access event", []part{partAccount, partLocation, partNumber, partEvent}},
	tableAccessHeir:       {"access.heir", "the heir of the access events", []part{partAccount, partCustomer}},
}

// part is a piece of a key: 16 bytes, but 8 for a number, and the rest for text.
type part uint8

const (
	partAccount part = iota
	partCustomer
	partLocation
	partUser
	partDevice
	partUnit
	partEntry
	partObject
	partSession
	partMail
	partKey
	partToken
	partEvent
	partFilter
	partDigits
	partNumber
	partText
)

var partWords = [...]string{
	partAccount: "account", partCustomer: "customer", partLocation: "location", partUser: "user", partDevice: "device",
	partUnit: "unit", partEntry: "entry", partObject: "object", partSession: "session", partMail: "mail", partKey: "key", partToken: "token",
	partEvent: "event", partFilter: "filter", partDigits: "RFID token", partNumber: "number", partText: "",
}

// where names a value of the database to a person: "the record of customer 01…
// (account 02…)".
func where(t table, key []byte) string {
	var last string
	var before []string
	for _, p := range tables[t].key {
		var word string
		word, key = takePart(p, key)
		if last != "" {
			before = append(before, last)
		}
		last = strings.TrimSpace(partWords[p] + " " + word)
	}
	text := tables[t].words + " of " + last
	if len(before) > 0 {
		text += " (" + strings.Join(before, ", ") + ")"
	}
	return text
}

// takePart puts the first part of a key in words and returns the rest.
func takePart(p part, key []byte) (string, []byte) {
	switch {
	case p == partText:
		return strconv.Quote(domain.CleanCut(string(key), 60)), nil
	case p == partNumber && len(key) >= 8:
		return strconv.FormatUint(binary.BigEndian.Uint64(key), 10), key[8:]
	case p != partNumber && len(key) >= 16:
		if id := domain.ID(key[:16]); !id.IsZero() {
			return id.String(), key[16:]
		}
		return "zero", key[16:]
	}
	return "with the key " + hex.EncodeToString(key), nil
}

// restoreHint ends every sentence about damage.
const restoreHint = "Close Tenantry and put back a copy of the file from before the damage, with: tenantry db restore BACKUP --replace (the damaged file is kept)."

// damaged is the error of a value that can't be believed. what goes on from the
// value's name: "fails its checksum".
func damaged(t table, key []byte, what string) *domain.Error {
	return domain.Errorf(domain.Damaged, "", "The database is damaged: %s %s. %s", where(t, key), what, restoreHint)
}

// key1 is a key of one ID: an account, or a unit.
func key1[A ~[16]byte](a A) []byte { return a[:] }

// key2 is a key of two IDs, the account first.
func key2[A, B ~[16]byte](a A, b B) []byte {
	key := make([]byte, 0, 32)
	return append(append(key, a[:]...), b[:]...)
}

// key3 is a key of three IDs, the account first.
func key3[A, B, C ~[16]byte](a A, b B, c C) []byte {
	key := make([]byte, 0, 48)
	return append(append(append(key, a[:]...), b[:]...), c[:]...)
}

// keyNumber is a key of an ID and a number.
func keyNumber(account domain.ID, number uint64) []byte {
	return binary.BigEndian.AppendUint64(append(make([]byte, 0, 40), account[:]...), number)
}

// keyName is the key of a name among its siblings. The parent of a main
// customer is zero.
func keyName(account, parent domain.ID, name string) []byte {
	return domain.AppendFold(key2(account, parent), name)
}

// idAt is the n-th ID of a key or a value that holds only IDs, zero where it
// is too short.
func idAt(b []byte, n int) domain.ID {
	if len(b) < 16*(n+1) {
		return domain.ID{}
	}
	return domain.ID(b[16*n:])
}
