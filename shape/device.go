package shape

import (
	"tenantry/domain"
	"tenantry/store"
)

// Device is a device.
type Device struct {
	ID                domain.ID     `json:"id" doc:"The device ID"`
	Account           string        `json:"account,omitempty" doc:"The account's name, where several are listed"`
	UnitID            domain.UnitID `json:"unit_id" doc:"The ID printed on it"`
	Name              string        `json:"name"`
	CustomerID        domain.ID     `json:"customer_id"`
	CustomerPath      string        `json:"customer_path"`
	LocationID        *domain.ID    `json:"location_id" nullable:"true"`
	Location          string        `json:"location" doc:"The name of its location; empty for none, and where that is out of reach"`
	Make              string        `json:"make"`
	Model             string        `json:"model"`
	Year              *int          `json:"year"`
	Type              string        `json:"type"`
	BoardVersion      string        `json:"board_version"`
	Plate             string        `json:"plate"`
	IMEI              string        `json:"imei"`
	ICCID             string        `json:"iccid"`
	Phone             string        `json:"phone"`
	VIN               string        `json:"vin"`
	Tags              []string      `json:"tags" nullable:"false"`
	Status            string        `json:"status" doc:"new, online, offline or retired"`
	LastCommunication *string       `json:"last_communication"`
	RegisteredAt      *string       `json:"registered_at"`
	History           []Happening   `json:"history,omitempty" nullable:"false" doc:"The newest first"`
}

// Happening is one thing that happened to a device.
type Happening struct {
	Entry domain.ID `json:"entry" doc:"Of the audit trail"`
	At    *string   `json:"at"`
	Who   string    `json:"who"`
	Text  string    `json:"text"`
}

// NewDevice is the form of a device.
func NewDevice(d store.DeviceRow) *Device {
	var year *int
	if d.Year != 0 {
		year = &d.Year
	}
	return &Device{
		ID: d.ID, UnitID: d.UnitID, Name: d.Name,
		CustomerID: d.Customer, CustomerPath: d.CustomerPath, LocationID: Identity(d.Location), Location: d.LocationName,
		Make: d.Make, Model: d.Model, Year: year, Type: d.Type, BoardVersion: d.BoardVersion, Plate: d.Plate,
		IMEI: d.IMEI, ICCID: d.ICCID, Phone: d.Phone, VIN: d.VIN, Tags: List(d.Tags),
		Status: d.Status.String(), LastCommunication: Instant(d.LastCommunication), RegisteredAt: Instant(d.RegisteredAt),
	}
}

// NewHappenings is the form of a history.
func NewHappenings(rows []store.HistoryRow) []Happening {
	happenings := make([]Happening, 0, len(rows))
	for _, h := range rows {
		happenings = append(happenings, Happening{h.Entry, Instant(h.At), h.Who, h.Text})
	}
	return happenings
}
