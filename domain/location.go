package domain

// Location is a place of a customer, where devices may be and to which users
// may be limited.
type Location struct {
	ID       ID
	Account  ID
	Customer ID
	Name     string
	Email    string // contact address, required
	Phone    string
	Address  string
	Notes    string
	Version  uint64
}

// CheckLocation puts a location's fields into the form in which they are stored,
// or refuses the first that is wrong with an Invalid error on it. Name and
// contact address are required.
func CheckLocation(l *Location) (err error) {
	if l.Name, err = CheckName("name", l.Name); err != nil {
		return err
	}
	if l.Email, err = CheckEmail(l.Email, true); err != nil {
		return err
	}
	if l.Phone, err = CheckPhone(l.Phone); err != nil {
		return err
	}
	if l.Address, err = CheckText("address", l.Address, MaxAddress); err != nil {
		return err
	}
	l.Notes, err = CheckText("notes", l.Notes, MaxNotes)
	return err
}
