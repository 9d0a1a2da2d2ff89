package domain

import "time"

// Account is a tenant: an organisation with its own customers, users and
// devices, sealed off from every other account in the same database.
type Account struct {
	ID        ID
	Name      string
	Email     string
	Country   string   // ISO 3166-1 alpha-2, upper case
	Settings  Settings // complete: an account inherits from nobody
	Security  Security
	Limits    Limits
	AddOns    AddOns
	Owner     ID // the user who owns it; one always does
	CreatedAt time.Time
	Suspended bool // nobody signs in, tokens stop, nothing is lost
	Version   uint64
}

// AddOns are the paid extras of an account, switched by the machine's operator.
type AddOns struct {
	AccessControl bool // RFID access history
}

// CheckAccount puts an account's fields into the form in which they are stored,
// or refuses the first that is wrong with an Invalid error on it. An account
// needs them all, since nobody stands above it to inherit from; DefaultSettings
// offers settings.
func CheckAccount(a *Account) (err error) {
	if a.Name, err = CheckName("name", a.Name); err != nil {
		return err
	}
	if a.Email, err = CheckEmail(a.Email, true); err != nil {
		return err
	}
	if a.Country, err = CheckCountry(a.Country, true); err != nil {
		return err
	}
	if err = CheckSettings(&a.Settings); err != nil {
		return err
	}
	if err = CheckLimits(&a.Limits); err != nil {
		return err
	}
	switch s := a.Settings; {
	case s.TimeZone == "":
		return Errorf(Invalid, "time_zone", "Choose the account's time zone.")
	case s.Clock == 0:
		return Errorf(Invalid, "time_format", "Choose the account's time format.")
	case s.Units == 0:
		return Errorf(Invalid, "units", "Choose the account's units.")
	}
	return nil
}
