package domain

// Result is what an assignment did, or would do, with one row of its input.
type Result uint8

const (
	ResultMoved Result = iota + 1
	ResultAlreadyThere
	ResultNotFound  // unknown, or out of reach: one class
	ResultAmbiguous // a prefix of several
	ResultMalformed
	ResultRepeated
)

var resultNames = [...]string{
	ResultMoved: "moved", ResultAlreadyThere: "already_there", ResultNotFound: "not_found",
	ResultAmbiguous: "ambiguous", ResultMalformed: "malformed", ResultRepeated: "repeated",
}

// String is the result's name in JSON.
func (r Result) String() string {
	if int(r) < len(resultNames) {
		return resultNames[r]
	}
	return ""
}

// Words say it to people; before anything was written, "moved" is still to come.
func (r Result) Words(done bool) string {
	switch r {
	case ResultMoved:
		if done {
			return "moved"
		}
		return "will move"
	case ResultAlreadyThere:
		return "already there"
	case ResultNotFound:
		return "not found"
	}
	return r.String()
}
