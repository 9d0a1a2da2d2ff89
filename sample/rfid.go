package sample

// badge is an RFID token of the sample: its digits as a reader sends them, and
// what it is.
type badge struct {
	holder, digits, note string
	off                  bool
}

// acmeBadges are cards and fobs of drivers, of the depots and of people who
// never sign in. One that was lost and one that broke are switched off.
var acmeBadges = []badge{
	{holder: "ann", digits: "0000000017", note: "master card"},
	{holder: "lars", digits: "0004815162", note: "blue fob"},
	{holder: "lars", digits: "0004815099", note: "lost in Göteborg", off: true},
	{holder: "tom", digits: "0009042716", note: "workshop card"},
	{holder: "felix", digits: "0012886340", note: "blue fob"},
	{holder: "diego", digits: "0012886351", note: "card"},
	{holder: "carla", digits: "0000000042", note: "office card"},
	{holder: "henrik", digits: "0000000043", note: "office card"},
	{holder: "maja", digits: "0009042717", note: "van key fob"},
	{holder: "olav", digits: "0009042718", note: "van key fob"},
	{holder: "peder", digits: "0009042730", note: "gate card"},
	{holder: "kirsten", digits: "0009042731", note: "workshop card"},
	{holder: "jonas", digits: "0009042744", note: "harbour card"},
	{holder: "ida", digits: "04827361950", note: "bike rack chip"},
	{holder: "jutta", digits: "0031770012", note: "port card"},
	{holder: "emre", digits: "0031770013", note: "van key fob"},
	{holder: "emre", digits: "0031769988", note: "broken", off: true},
	{holder: "marek", digits: "0031770040", note: "cold store card"},
	{holder: "joost", digits: "0012886399", note: "port card"},
	{holder: "callum", digits: "0047110815", note: "van key fob"},
	{holder: "ines", digits: "0012886402", note: "card"},
	{holder: "bent", digits: "0009042750", note: "night shift card"},
	{holder: "rosa", digits: "0012886377", note: "cleaner's card"},
}

// badges gives out the RFID tokens.
func (l *life) badges() error {
	for i, b := range acmeBadges {
		l.clock.to(badgesDay-i/3, 9+17*i)
		holder := l.actors[b.holder].User
		if _, err := l.db.AddRFID(l.ctx, l.boss(), holder, b.digits, b.note); err != nil {
			return err
		}
		if !b.off {
			continue
		}
		if _, err := l.db.SetRFID(l.ctx, l.boss(), holder, b.digits, false); err != nil {
			return err
		}
	}
	return nil
}
