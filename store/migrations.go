package store

import (
	"context"
	"encoding/binary"

	"tenantry/domain"
)

// migrations bring a file from one format to the next: migrations[0] from 1 to
// 2, and so on. Append only; each is tested on a file that the format before it
// wrote (testdata/store). The format of a new file is one more than there are.
var migrations = []func(*kv) error{addSignInTables, addFleetTables}

// addSignInTables makes the tables of sessions, second factors, invitations,
// mail, SSH keys and API tokens, which format 1 didn't have.
func addSignInTables(k *kv) error {
	for _, t := range []table{tableSession, tableFailureAddress, tableFactor, tableInvitation, tableOutbox, tableSSHKey, tableToken, tableTokenOwner} {
		if err := k.makeTable(t); err != nil {
			return err
		}
	}
	return nil
}

// addFleetTables makes the tables of what format 2 couldn't find or keep: audit
// entries by customer and by person, counts of locations, RFID tokens and access
// events, and how people look at lists.
func addFleetTables(k *kv) error {
	for _, t := range []table{
		tableAuditWhere, tableAuditUser, tableLocationCount, tableRFID, tableRFIDUser, tableAccess, tableAccessID,
		tableAccessHolder, tableAccessDevice, tableAccessCustomer, tableSavedFilter, tableUserView, tableAuditChanges,
		tableAccessRFID, tableAccessLocation, tableAccessHeir,
	} {
		if err := k.makeTable(t); err != nil {
			return err
		}
	}
	return firstOf(addConcerns(k), countLocated(k))
}

// newestFormat is the format that this program writes.
func newestFormat() uint32 { return uint32(len(migrations)) + 1 }

var (
	keyFormat       = []byte("version")
	keyInstallation = []byte("installation")
	keyFingerprint  = []byte("key")
)

// format is the file's format; 0 when it is a bbolt file of another program.
func (k *kv) format() (uint32, error) {
	if k.bolt.Bucket([]byte(tables[tableMeta].name)) == nil {
		return 0, nil
	}
	value, err := k.get(tableMeta, keyFormat)
	if err != nil || len(value) != 4 {
		return 0, err
	}
	return binary.BigEndian.Uint32(value), nil
}

func (k *kv) putFormat(format uint32) error {
	return k.put(tableMeta, keyFormat, binary.BigEndian.AppendUint32(nil, format))
}

// lay makes the tables of a new file.
func (k *kv) lay(installation domain.ID, key fileKey) error {
	for t := range tables {
		if err := k.makeTable(table(t)); err != nil {
			return err
		}
	}
	if err := k.put(tableMeta, keyInstallation, installation[:]); err != nil {
		return err
	}
	if err := k.put(tableMeta, keyFingerprint, key.fingerprint()); err != nil {
		return err
	}
	return k.putFormat(newestFormat())
}

// migrate brings the file to the newest format, each step in a transaction of
// its own, so that a crash between two leaves a whole file of a known format.
func (e *engine) migrate(ctx context.Context) error {
	var format uint32
	err := e.read(ctx, func(k *kv) (err error) {
		if format, err = k.format(); err != nil {
			return err
		}
		switch {
		case format == 0:
			return notADatabase(e.path)
		case format > newestFormat():
			return domain.Errorf(domain.Unavailable, "",
				"The database %s was written by a newer Tenantry (format %d; this one knows up to %d). Install that version, or a later one.", e.path, format, newestFormat())
		case format == newestFormat():
			return k.checkTables()
		}
		return nil
	})
	for ; err == nil && format < newestFormat(); format++ {
		err = e.write(ctx, func(k *kv) error {
			if err := migrations[format-1](k); err != nil {
				return err
			}
			return k.putFormat(format + 1)
		}, func(error) {})
	}
	return err
}

// checkTables makes sure that every table is there.
func (k *kv) checkTables() error {
	for t := range tables {
		if k.bolt.Bucket([]byte(tables[t].name)) == nil {
			return domain.Errorf(domain.Damaged, "", "The database is damaged: its table %s is missing. %s", tables[t].name, restoreHint)
		}
	}
	return nil
}
