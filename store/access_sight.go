package store

import (
	"strings"

	"tenantry/domain"
)

// accessSight is what somebody may know of the access history. It remembers its
// answers, since many events are of the same few people and places.
type accessSight struct {
	tx    *tx
	may   *domain.Rights
	heirs map[domain.ID]accessHeir
	seen  map[place]bool
	known map[domain.ID]bool // people
	paths map[domain.ID]string
}

func (tx *tx) accessSight(may *domain.Rights) (*accessSight, error) {
	heirs, err := tx.accessHeirs(may.Account().ID)
	return &accessSight{
		tx: tx, may: may, heirs: heirs,
		seen: map[place]bool{}, known: map[domain.ID]bool{}, paths: map[domain.ID]string{},
	}, err
}

// whole says whether everything in the account is seen.
func (s *accessSight) whole() bool { return s.may.Owner() || s.may.Operator() }

// living is the customer that has the events of a customer today: itself, or
// where it was deleted the one above it that is left. Zero is the account.
func (s *accessSight) living(customer domain.ID) domain.ID {
	for range len(s.heirs) + 1 {
		heir, gone := s.heirs[customer]
		if !gone {
			break
		}
		customer = heir.parent
	}
	return customer
}

// sees says whether an event is there for the actor.
func (s *accessSight) sees(r *accessRecord) bool {
	at := place{customer: idFromRecord(r.Customer), location: idFromRecord(r.Location)}
	seen, asked := s.seen[at]
	if !asked {
		seen = s.may.SeesAccess(s.living(at.customer), at.location).Allowed
		s.seen[at] = seen
	}
	return seen
}

// knows says whether the actor may know of a user: they are in reach today, or
// were deleted and their customer of then is. Whoever sees the whole account
// knows everybody, and everybody themselves.
func (s *accessSight) knows(user, customer domain.ID) (bool, error) {
	if user.IsZero() || s.whole() {
		return !user.IsZero(), nil
	}
	known, asked := s.known[user]
	if asked {
		return known, nil
	}
	u, err := s.tx.user(s.may.Account().ID, user)
	if err != nil {
		return false, err
	}
	if u != nil {
		customer = u.Customer
	}
	known = !customer.IsZero() && s.may.Reaches(s.living(customer)) || user == s.may.User().ID
	s.known[user] = known
	return known, nil
}

// path is what a customer is called today, or was when it was deleted.
func (s *accessSight) path(customer domain.ID) string {
	path, known := s.paths[customer]
	if !known {
		path = s.may.Tree().Path(customer)
		if heir, gone := s.heirs[customer]; gone {
			path = heir.path
		}
		s.paths[customer] = path
	}
	return path
}

// row is an event as the actor is shown it.
func (s *accessSight) row(p accessPosition, r *accessRecord) (AccessEvent, error) {
	customer := idFromRecord(r.Customer)
	e := AccessEvent{
		ID: p.event(), Event: r.Event, At: timeFromRecord(int64(p.at())), RFID: r.RFID,
		Device: idFromRecord(r.Device), UnitID: domain.UnitID(idFromRecord(r.Unit)), DeviceName: r.DeviceName, Plate: r.Plate,
		Customer: s.living(customer), CustomerPath: s.path(customer), Location: idFromRecord(r.Location), LocationName: r.LocationName,
		Status: domain.AccessStatus(r.Status), ReceivedAt: timeFromRecord(r.ReceivedAt),
	}
	holder, err := s.knows(idFromRecord(r.Holder), idFromRecord(r.HolderCustomer))
	if err != nil {
		return e, err
	}
	if holder {
		e.Holder, e.HolderName = idFromRecord(r.Holder), r.HolderName
	}
	sender, err := s.knows(idFromRecord(r.Sender), domain.ID{})
	if sender || s.whole() {
		e.From = r.From
	}
	return e, err
}

// matches says whether an event, as it is shown, holds every word.
func (e *AccessEvent) matches(words []string) bool {
	if len(words) == 0 {
		return true
	}
	return hasWords(strings.Join([]string{
		e.HolderName, e.RFID, e.DeviceName, e.Plate, e.UnitID.String(), e.CustomerPath, e.LocationName, e.Status.Words(), e.Event,
	}, "\n"), words)
}

// hasWords says whether a text holds every word, all of them folded.
func hasWords(text string, words []string) bool {
	if len(words) == 0 {
		return true
	}
	text = domain.Fold(text)
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}
