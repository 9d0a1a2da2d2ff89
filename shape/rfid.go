package shape

import "tenantry/domain"

// RFID is an RFID token of a user.
type RFID struct {
	Digits  string  `json:"digits" doc:"As text: zeros in front belong to it"`
	Note    string  `json:"note"`
	On      bool    `json:"on" doc:"Whether it is switched on"`
	AddedAt *string `json:"added_at"`
}

// NewRFID is the form of an RFID token.
func NewRFID(t domain.RFID) RFID {
	return RFID{Digits: t.Digits, Note: t.Note, On: !t.Off, AddedAt: Instant(t.AddedAt)}
}

// RFIDs are the forms of RFID tokens: null where they are none of the reader's,
// or the account lacks the add-on.
func RFIDs(tokens []domain.RFID) []RFID {
	if tokens == nil {
		return nil
	}
	told := make([]RFID, 0, len(tokens))
	for _, t := range tokens {
		told = append(told, NewRFID(t))
	}
	return told
}
