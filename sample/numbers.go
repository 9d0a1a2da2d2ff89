package sample

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// imei is a valid equipment identity: a type code, a serial number and the
// check digit of ITU-T E.118's kind (Luhn).
func imei(r *rand.Rand) string {
	return luhn("86576404" + digits(r, 6))
}

// iccid is a valid SIM card number of 19 digits: 89 for telecommunications,
// the country's calling code, an issuer, an account number, a check digit.
func iccid(r *rand.Rand, calling string) string {
	body := "89" + calling + "04"
	return luhn(body + digits(r, 18-len(body)))
}

// phone is the number of a SIM card, in international form.
func phone(r *rand.Rand, calling string) string {
	return "+" + calling + "5" + digits(r, 8)
}

// digits draws n decimal digits.
func digits(r *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(byte('0' + r.IntN(10)))
	}
	return b.String()
}

// luhn appends the check digit to a string of digits.
func luhn(body string) string {
	sum := 0
	for i := range len(body) {
		d := int(body[len(body)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return fmt.Sprintf("%s%d", body, (10-sum%10)%10)
}

// vinSigns are the signs that a vehicle identification number may hold: no I,
// O or Q, which look like 1 and 0 (ISO 3779).
const vinSigns = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"

// vin is a vehicle identification number with a maker's prefix, a valid check
// digit at its ninth place and the model year's sign at its tenth.
func vin(r *rand.Rand, maker string, year int) string {
	b := []byte(maker)
	for len(b) < 11 {
		b = append(b, vinSigns[r.IntN(len(vinSigns))])
	}
	b = append(b, digits(r, 6)...)
	b[9] = vinYear(year)
	b[8] = '0'
	b[8] = vinCheck(b)
	return string(b)
}

// vinYear is the sign of a model year from 2010 to 2039.
func vinYear(year int) byte {
	const signs = "ABCDEFGHJKLMNPRSTVWXY123456789"
	return signs[(year-2010)%len(signs)]
}

// vinCheck weighs the seventeen signs, the ninth with zero, and gives the sum's
// rest by eleven, X for ten.
func vinCheck(b []byte) byte {
	const values = "0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ"
	const weights = "8765432X098765432"
	sum := 0
	for i, sign := range b {
		weight := strings.IndexByte("0123456789X", weights[i])
		sum += strings.IndexByte(values, sign) % 10 * weight
	}
	return "0123456789X"[sum%11]
}

// plate is a licence plate in the country's form; "" where we know none.
func plate(r *rand.Rand, country string) string {
	form, known := plateForms[country]
	if !known {
		return ""
	}
	const letters = "ABCDEFGHJKLMNPRSTVXYZ"
	b := []byte(form)
	for i, sign := range b {
		switch sign {
		case '#':
			b[i] = byte('0' + r.IntN(10))
		case '@':
			b[i] = letters[r.IntN(len(letters))]
		}
	}
	return string(b)
}

// plateForms holds one current form of each country: @ is a letter, # a digit.
var plateForms = map[string]string{
	"DK": "@@ ## ###", "SE": "@@@ ###", "NO": "@@ #####", "FI": "@@@-###",
	"DE": "HH-@@ ####", "AT": "W-#####@", "CH": "ZH ######", "PL": "EL #####",
	"NL": "V-###-@@", "BE": "2-@@@-###", "GB": "YK2# @@@", "IE": "221-D-####",
	"ES": "#### @@@", "PT": "##-@@-##", "FR": "@@-###-@@", "IT": "@@ ###@@",
	"EE": "### @@@", "LV": "@@-####", "LT": "@@@ ###",
}

// callingCodes are the countries' telephone codes.
var callingCodes = map[string]string{
	"DK": "45", "SE": "46", "NO": "47", "FI": "358", "DE": "49", "AT": "43",
	"CH": "41", "PL": "48", "NL": "31", "BE": "32", "GB": "44", "IE": "353",
	"ES": "34", "PT": "351", "FR": "33", "IT": "39", "EE": "372", "LV": "371", "LT": "370",
}
