package store

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"

	"tenantry/domain"
)

// commonText is the 10,000 commonest passwords of lists that were stolen
// elsewhere, a line each: the first of those that the library zxcvbn-ts ranks
// (@zxcvbn-ts/language-common 3.0.4, under the licence beside the file).
//
//go:embed common_passwords.txt
var commonText string

// commonPasswords are those of them that are long enough to be taken for a
// password here, folded. They are unpacked when the first new one is looked at.
var commonPasswords = sync.OnceValue(func() map[string]struct{} {
	common := map[string]struct{}{}
	for password := range strings.Lines(commonText) {
		if folded := domain.Fold(strings.TrimRight(password, "\n")); utf8.RuneCountInString(folded) >= PasswordLeast(true) {
			common[folded] = struct{}{}
		}
	}
	return common
})

// isCommon says whether a password is one of those, in any case of its letters.
func isCommon(password string) bool {
	_, there := commonPasswords()[domain.Fold(password)]
	return there
}
