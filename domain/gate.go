package domain

// Gate is what stands between a sign-in and the console. While one is closed,
// the account answers nothing but what opens it.
type Gate uint8

// The gates, in the order in which they are passed.
const (
	GateOpen     Gate = iota
	GateCode          // the code of the second factor is due
	GatePassword      // a new password is due
	GateEnrol         // a second factor is forced, and none is enrolled
)

var gateNames = [...]string{GateOpen: "open", GateCode: "code", GatePassword: "password", GateEnrol: "enrol"}

// String is the gate's name in JSON.
func (g Gate) String() string {
	if int(g) < len(gateNames) {
		return gateNames[g]
	}
	return ""
}

// Err is the answer to everything while the gate is closed, a Gated error; nil
// when it is open.
func (g Gate) Err() error {
	switch g {
	case GateCode:
		return Errorf(Gated, "code", "The code of the second factor is due first.")
	case GatePassword:
		return Errorf(Gated, "password", "A new password is due first.")
	case GateEnrol:
		return Errorf(Gated, "second_factor", "A second factor is due first: your customer forces it.")
	}
	return nil
}
