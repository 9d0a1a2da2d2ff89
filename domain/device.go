package domain

import (
	"strings"
	"time"
)

// Device is a physical unit. Exactly one customer owns it.
type Device struct {
	ID                ID
	Account           ID
	Customer          ID
	Location          ID // zero when at none
	UnitID            UnitID
	Name              string
	Make              string
	Model             string
	Year              int // model year, 0 when unknown
	Type              string
	BoardVersion      string
	Plate             string // the vehicle's licence plate
	IMEI              string
	ICCID             string
	Phone             string
	VIN               string
	Tags              []string
	Status            Status
	LastCommunication time.Time // zero when it has never spoken
	RegisteredAt      time.Time
	Version           uint64
}

// Status says how a device is doing.
type Status uint8

const (
	StatusNew     Status = iota // registered, never heard of
	StatusOnline                // speaks
	StatusOffline               // silent for longer than it should be
	StatusRetired               // taken out of use

	statuses = iota // how many there are, to size tables
)

var statusNames = [statuses]string{
	StatusNew: "new", StatusOnline: "online", StatusOffline: "offline", StatusRetired: "retired",
}

// String is the status in JSON and on screen.
func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return ""
}

// Statuses are all there are, in their order.
func Statuses() []Status {
	all := make([]Status, statuses)
	for i := range all {
		all[i] = Status(i)
	}
	return all
}

// ParseStatus reads a status in either case; "" is new. Anything else is an
// Invalid error on field "status".
func ParseStatus(text string) (Status, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return StatusNew, nil
	}
	for s, name := range statusNames {
		if strings.EqualFold(text, name) {
			return Status(s), nil
		}
	}
	return 0, Errorf(Invalid, "status", "%q is no status. A device is %s.", CleanCut(text, 30), strings.Join(statusNames[:], ", "))
}

// CheckDevice puts a device's fields into the form in which they are stored, or
// refuses the first that is wrong with an Invalid error on it. Whose it is and
// where is for the rules. A device needs no name; without one its unit ID names
// it.
func CheckDevice(d *Device) (err error) {
	for _, f := range []struct {
		field string
		text  *string
		limit int
	}{
		{"name", &d.Name, MaxName},
		{"make", &d.Make, MaxText},
		{"model", &d.Model, MaxText},
		{"type", &d.Type, MaxText},
		{"board_version", &d.BoardVersion, MaxText},
		{"plate", &d.Plate, MaxText},
	} {
		if *f.text, err = CheckText(f.field, *f.text, f.limit); err != nil {
			return err
		}
	}
	if d.IMEI, err = CheckIMEI(d.IMEI); err != nil {
		return err
	}
	if d.ICCID, err = CheckICCID(d.ICCID); err != nil {
		return err
	}
	if d.Phone, err = CheckPhone(d.Phone); err != nil {
		return err
	}
	if d.VIN, err = CheckVIN(d.VIN); err != nil {
		return err
	}
	if err = checkYear(d.Year); err != nil {
		return err
	}
	if d.Tags, err = CheckTags(d.Tags); err != nil {
		return err
	}
	if d.Status.String() == "" {
		return Errorf(Invalid, "status", "A device is %s.", strings.Join(statusNames[:], ", "))
	}
	return nil
}
