package store

import (
	"strings"
	"testing"

	"tenantry/domain"
)

func TestPasswordRules(t *testing.T) {
	u := &domain.User{Username: "olga", Email: "olga.petersen@acme.example", FullName: "Olga Petersen"}
	a := &domain.Account{Name: "Acme Fleet", Email: "ops@acme.example"}
	for password, good := range map[string]bool{
		goodPassword:                                 true,
		"fourteen-chars":                             false,
		"fifteen-chars-x":                            true,
		"ååååååå-øøøøøøø-ñü":                         true,
		strings.Repeat("x", 40):                      false,
		strings.Repeat("ab", 20):                     false,
		"olga petersen 1234":                         false,
		"Petersen@AcmeFleet1":                        false,
		"acme acme acme fleet":                       false,
		"Acme drives in the snow":                    true,
		"passwordpassword":                           false,
		"tenantrytenantry":                           false,
		"\xff\xfe not text at all":                   false,
		"§±!@£$%^&*()_+{}|":                          true,
		strings.Repeat("0123456789abcdef", 16):       true,
		strings.Repeat("0123456789abcdef", 16) + "x": false,
	} {
		if err := checkPassword(password, PasswordLeast(false), u, a); (err == nil) != good {
			t.Errorf("%q: %v", password, err)
		}
	}
	for password, good := range map[string]bool{
		"kq7#wp2m":  true,
		"kelp-moss": true,
		"!@£$%^&*":  true,
		"kq7#wp2":   false, // seven
		"kkkkkkkq":  false,
		"olga1234":  false,
		"acme-2026": true, // four besides
		"password":  false,
		"PrinCess1": false,
		"trustno1":  false,
		"jennifer":  false,
		"Qwerty123": false,
		"12345678":  false,
	} {
		if err := checkPassword(password, PasswordLeast(true), u, a); (err == nil) != good {
			t.Errorf("%q: %v", password, err)
		}
	}
}

// TestTheCommonestPasswordsAreRefused whatever their case.
func TestTheCommonestPasswordsAreRefused(t *testing.T) {
	if listed := strings.Count(commonText, "\n"); listed != 10_000 || len(commonPasswords()) < 3_000 {
		t.Fatalf("%d listed, %d long enough", listed, len(commonPasswords()))
	}
	u, a := &domain.User{Username: "olga"}, &domain.Account{Name: "Acme"}
	for password := range commonPasswords() {
		for _, typed := range []string{password, strings.ToUpper(password)} {
			if err := checkPassword(typed, PasswordLeast(true), u, a); err == nil {
				t.Fatalf("%q is taken", typed)
			}
		}
	}
}

// TestOnePasswordInTwoSpellings: keyboards differ in how they make an é.
func TestOnePasswordInTwoSpellings(t *testing.T) {
	f := create(t)
	n := newAccount("Acme")
	n.Password = "caf\u00e9 au lait le matin"
	_, _, _, err := f.Init(f.ctx, operator, n)
	f.must(err)
	f.DB.cost.Passes = 2 // hashed anew, in whichever spelling
	for range 2 {
		for _, password := range []string{"cafe\u0301 au lait le matin", n.Password} {
			_, err = f.SignIn(f.ctx, domain.DoorConsole, "", "owner-acme", password)
			f.must(err)
		}
	}
}

func TestMadePasswords(t *testing.T) {
	f := create(t)
	u, a := &domain.User{Username: "olga"}, &domain.Account{Name: "Acme"}
	seen := map[string]bool{}
	letters := map[rune]int{}
	for range 200 {
		password, err := f.MakePassword()
		f.must(err)
		if seen[password] || len(password) != 34 || strings.Count(password, "-") != 4 {
			t.Fatalf("%q", password)
		}
		seen[password] = true
		f.must(checkPassword(password, PasswordLeast(false), u, a))
		for _, r := range password {
			letters[r]++
		}
	}
	for _, r := range madeConsonants { // 3000 syllables: about 214 each
		if n := letters[r]; n < 140 || n > 300 {
			t.Errorf("%c comes %d times", r, n)
		}
	}
}

// TestALowerCostIsMadeUpFor: how soon a wrong password is refused must not say
// that somebody is there, who hasn't signed in since the cost was raised.
func TestALowerCostIsMadeUpFor(t *testing.T) {
	for _, c := range []struct {
		lower PasswordCost
		want  uint32
	}{
		{defaultCost, 0},
		{PasswordCost{Memory: 64 << 10, Passes: 4, Threads: 1}, 0},
		{PasswordCost{Memory: 64 << 10, Passes: 2, Threads: 4}, 1},
		{PasswordCost{Memory: 32 << 10, Passes: 2, Threads: 4}, 2},
		{PasswordCost{Memory: 8, Passes: 1, Threads: 1}, 3},
	} {
		if got := defaultCost.beyond(c.lower); got != c.want {
			t.Errorf("%+v lacks %d passes, not %d", c.lower, got, c.want)
		}
	}
}
