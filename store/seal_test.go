package store

import (
	"bytes"
	"strings"
	"testing"

	"tenantry/domain"
)

// TestASealedSecretOpensInItsOwnPlaceOnly: not under another purpose, user or
// account, not changed, not cut.
func TestASealedSecretOpensInItsOwnPlaceOnly(t *testing.T) {
	f := create(t)
	a, u, other := domain.ID{1}, domain.ID{2}, domain.ID{3}
	plain := []byte("a secret of twenty b")
	sealed, err := f.seal(sealFactor, a, u, plain)
	f.must(err)
	again, err := f.seal(sealFactor, a, u, plain)
	f.must(err)
	if bytes.Equal(sealed, again) || bytes.Contains(sealed, plain) {
		t.Errorf("%x and %x", sealed, again)
	}
	got, err := f.unseal(sealFactor, a, u, sealed)
	f.must(err)
	if !bytes.Equal(got, plain) {
		t.Errorf("%q", got)
	}
	flipped := bytes.Clone(sealed)
	flipped[len(flipped)-1] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"another user":    func() ([]byte, error) { return f.unseal(sealFactor, a, other, sealed) },
		"another account": func() ([]byte, error) { return f.unseal(sealFactor, other, u, sealed) },
		"changed places":  func() ([]byte, error) { return f.unseal(sealFactor, u, a, sealed) },
		"another purpose": func() ([]byte, error) { return f.unseal(sealMail, a, u, sealed) },
		"a flipped bit":   func() ([]byte, error) { return f.unseal(sealFactor, a, u, flipped) },
		"cut":             func() ([]byte, error) { return f.unseal(sealFactor, a, u, sealed[:len(sealed)-1]) },
		"hardly anything": func() ([]byte, error) { return f.unseal(sealFactor, a, u, sealed[:5]) },
		"nothing":         func() ([]byte, error) { return f.unseal(sealFactor, a, u, nil) },
	} {
		got, err := open()
		if got != nil {
			t.Errorf("%s: %q", name, got)
		}
		kind(t, err, domain.Damaged)
		if !strings.Contains(err.Error(), KeyPath(f.Path())) || strings.Contains(err.Error(), string(plain)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestASecondFactorPutInAnothersPlaceIsFound: whoever can write the file can't
// give themselves somebody's second factor, and the check says so.
func TestASecondFactorPutInAnothersPlaceIsFound(t *testing.T) {
	f := create(t)
	f.damaged = true
	a := f.tenant("Acme")
	ann, bob := f.user(a.owner, a.main.ID, "ann", 0), f.user(a.owner, a.main.ID, "bob", 0)
	secret, _ := f.enrols(ann)
	f.enrols(bob)
	f.clock.add(factorStep * 3e9)
	var code string
	f.inTx(func(tx *tx) error {
		code = f.codeIn(secret, 0)
		theirs, err := tx.factor(ann.Account, ann.User)
		if err != nil {
			return err
		}
		return tx.putFactor(bob.Account, bob.User, theirs)
	})
	err := f.updateFree(f.ctx, operator, func(tx *tx) error {
		tx.quiet = true
		right, err := tx.useCode(bob.Account, bob.User, code)
		if right {
			t.Error("ann's code is bob's too")
		}
		return err
	})
	kind(t, err, domain.Damaged)
	report, err := f.Check(f.ctx, nil)
	f.must(err)
	if len(report.Problems) != 1 || !strings.Contains(report.Problems[0].What, "doesn't open") {
		t.Errorf("%+v", report.Problems)
	}
}
