package shape

import (
	"time"

	"tenantry/domain"
	"tenantry/store"
)

// AccessEvent is an entry of the access history.
type AccessEvent struct {
	ID           domain.ID     `json:"id"`
	Account      string        `json:"account,omitempty" doc:"The account's name, where several are listed"`
	Event        string        `json:"event" doc:"The sender's id of it"`
	At           *string       `json:"at"`
	RFID         string        `json:"rfid" doc:"The digits of the RFID token"`
	HolderID     *domain.ID    `json:"holder_id" nullable:"true" doc:"Who held it then; null where nobody did, or nobody that you may know of"`
	Holder       string        `json:"holder" doc:"Their name then"`
	DeviceID     domain.ID     `json:"device_id"`
	UnitID       domain.UnitID `json:"unit_id"`
	Device       string        `json:"device" doc:"The device's name then"`
	Plate        string        `json:"plate"`
	CustomerID   *domain.ID    `json:"customer_id" nullable:"true" doc:"Whose the device was; of a deleted customer the one above it"`
	CustomerPath string        `json:"customer_path"`
	LocationID   *domain.ID    `json:"location_id" nullable:"true" doc:"Where the device was"`
	Location     string        `json:"location"`
	Status       string        `json:"status" doc:"approved, rejected or logged_out"`
	ReceivedAt   *string       `json:"received_at"`
	From         string        `json:"from" doc:"Who sent it, where you may know of them"`
}

// NewAccessEvent is the form of an access event.
func NewAccessEvent(e store.AccessEvent) AccessEvent {
	return AccessEvent{
		ID: e.ID, Event: e.Event, At: Moment(e.At), RFID: e.RFID, HolderID: Identity(e.Holder), Holder: e.HolderName,
		DeviceID: e.Device, UnitID: e.UnitID, Device: e.DeviceName, Plate: e.Plate,
		CustomerID: Identity(e.Customer), CustomerPath: e.CustomerPath, LocationID: Identity(e.Location), Location: e.LocationName,
		Status: e.Status.String(), ReceivedAt: Instant(e.ReceivedAt), From: e.From,
	}
}

// Moment is a time to the nanosecond, where what is finer than a second tells
// two apart.
func Moment(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := t.UTC().Format(time.RFC3339Nano)
	return &text
}

// AccessColumns head the access history as CSV. Those that an import reads are
// among them.
func AccessColumns() []string {
	return []string{
		"at", "holder", "rfid", "status", "device", "plate", "customer", "location", "id", "unit_id", "device_id", "received_at",
	}
}

// AccessRecord is an access event in the order of AccessColumns. A spreadsheet
// takes no text in it for a formula.
func AccessRecord(e store.AccessEvent) []string {
	record := []string{
		*Moment(e.At), e.HolderName, e.RFID, e.Status.String(), e.DeviceName, e.Plate, e.CustomerPath, e.LocationName,
		e.Event, e.UnitID.String(), e.Device.String(), *Instant(e.ReceivedAt),
	}
	for i := range record {
		record[i] = domain.CSVField(record[i])
	}
	return record
}
