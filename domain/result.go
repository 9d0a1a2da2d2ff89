package domain

// Result is what a bulk change did, or would do, with one row of its input.
type Result uint8

const (
	ResultMoved        Result = iota + 1 // to another customer, or another location
	ResultAlreadyThere                   // nothing to move
	ResultNotFound                       // unknown, or out of reach: one class
	ResultAmbiguous                      // a prefix of several
	ResultMalformed
	ResultRepeated
	ResultChanged   // its fields
	ResultAlreadySo // nothing to change
	ResultRefused   // it can't be done to this device; why is told with it
)

var resultNames = [...]string{
	ResultMoved: "moved", ResultAlreadyThere: "already_there", ResultNotFound: "not_found",
	ResultAmbiguous: "ambiguous", ResultMalformed: "malformed", ResultRepeated: "repeated",
	ResultChanged: "changed", ResultAlreadySo: "already_so", ResultRefused: "refused",
}

// Does says whether something is done to the row's device.
func (r Result) Does() bool { return r == ResultMoved || r == ResultChanged }

// Fails says whether the row is one that somebody has to look at: nothing was
// done, though it was meant to be.
func (r Result) Fails() bool {
	return r == ResultNotFound || r == ResultAmbiguous || r == ResultMalformed || r == ResultRefused
}

// String is the result's name in JSON.
func (r Result) String() string {
	if int(r) < len(resultNames) {
		return resultNames[r]
	}
	return ""
}

// Words say it to people; before anything was written, it is still to come.
func (r Result) Words(done bool) string {
	switch r {
	case ResultMoved:
		if done {
			return "moved"
		}
		return "will move"
	case ResultChanged:
		if done {
			return "changed"
		}
		return "will change"
	case ResultAlreadyThere:
		return "already there"
	case ResultAlreadySo:
		return "already so"
	case ResultRefused:
		if done {
			return "couldn't"
		}
		return "can't"
	case ResultNotFound:
		return "not found"
	}
	return r.String()
}
