package domain

import (
	"strconv"
	"strings"
	"unicode"
)

// CheckIMEI returns an IMEI as it is stored: 14 to 16 digits (without check
// digit, with it, or with a software version), freed of spaces, dots and dashes.
// The check digit isn't verified: what is printed on the device is what people
// look for. Empty stays empty; anything else is an Invalid error on "imei".
func CheckIMEI(text string) (string, error) {
	digits := compact(text)
	if digits == "" || allDigits(digits) && len(digits) >= 14 && len(digits) <= 16 {
		return digits, nil
	}
	return "", Errorf(Invalid, "imei", "%q is not an IMEI: it takes 15 digits.", CleanCut(text, 40))
}

// CheckICCID returns a SIM card's number as it is stored: 18 to 22 digits, of
// which the last may be the F that fills it up, freed of spaces and dashes.
// Empty stays empty; anything else is an Invalid error on "iccid".
func CheckICCID(text string) (string, error) {
	number := strings.ToUpper(compact(text))
	if number == "" || allDigits(strings.TrimSuffix(number, "F")) && len(number) >= 18 && len(number) <= 22 {
		return number, nil
	}
	return "", Errorf(Invalid, "iccid", "%q is not an ICCID: it takes 19 or 20 digits.", CleanCut(text, 40))
}

// CheckVIN returns a vehicle identification number as it is stored: upper case,
// freed of spaces and dashes. ISO 3779 gives 17 letters and digits without I, O
// and Q; trailers, machines and vehicles from before 1981 have others, so any 3
// to 20 letters and digits are taken. Empty stays empty; anything else is an
// Invalid error on "vin".
func CheckVIN(text string) (string, error) {
	vin := strings.ToUpper(compact(text))
	if vin == "" || len(vin) >= 3 && len(vin) <= 20 && allAlphanumeric(vin) {
		return vin, nil
	}
	return "", Errorf(Invalid, "vin", "%q is not a VIN: it takes 17 letters and digits.", CleanCut(text, 40))
}

// CheckPhone returns a phone number as it is stored: as typed, with single
// spaces. It takes 3 to 20 digits, a + in front, and the marks that people group
// digits with. Empty stays empty; anything else is an Invalid error on "phone".
func CheckPhone(text string) (string, error) {
	phone := tidyName(strings.TrimFunc(text, unicode.IsSpace))
	digits := 0
	for i, r := range phone {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '+' && i == 0, strings.ContainsRune(" -./()", r):
		default:
			return "", notPhone(text)
		}
	}
	if phone == "" || digits >= 3 && digits <= 20 && len(phone) <= 40 {
		return phone, nil
	}
	return "", notPhone(text)
}

func notPhone(text string) *Error {
	return Errorf(Invalid, "phone", "%q is not a phone number. It looks like +45 12 34 56 78.", CleanCut(text, 40))
}

// The model years that are taken: from the first cars to where a typing error
// is likelier than a vehicle.
const (
	MinYear = 1886
	MaxYear = 2100
)

// ParseYear reads a model year; empty text is 0, which means unknown. Anything
// else is an Invalid error on field "year".
func ParseYear(text string) (int, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, nil
	}
	year, err := strconv.Atoi(text)
	if err != nil || len(text) != 4 {
		return 0, notYear(CleanCut(text, 20))
	}
	return year, checkYear(year)
}

func checkYear(year int) error {
	if year == 0 || year >= MinYear && year <= MaxYear {
		return nil
	}
	return notYear(strconv.Itoa(year))
}

func notYear(text string) *Error {
	return Errorf(Invalid, "year", "%q is not a model year: it takes four digits, %d to %d.", text, MinYear, MaxYear)
}

// compact takes out what people put between the digits of a long number.
func compact(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' || r == '.' || r == '\u2011' || r == '–' {
			return -1
		}
		return r
	}, text)
}

func allDigits(text string) bool {
	for i := range len(text) {
		if text[i]-'0' > 9 {
			return false
		}
	}
	return text != ""
}

func allAlphanumeric(text string) bool {
	for i := range len(text) {
		if !isAlphanumeric(text[i]) {
			return false
		}
	}
	return true
}
