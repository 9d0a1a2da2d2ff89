package mail

import (
	"embed"
	"html/template"
	"net/mail"
	"strings"
	texttemplate "text/template"
	"time"

	gomail "github.com/wneessen/go-mail"

	"tenantry/domain"
	"tenantry/store"
)

// letters are the words of the mails: each as text and as HTML.
//
//go:embed letters
var letters embed.FS

// longestName bounds a name from data in a mail, in characters.
const longestName = 100

// letter is what a mail says, cleaned of everything that isn't text.
type letter struct {
	Subject  string
	Name     string // of the reader
	Username string
	Tenant   string // the account
	Inviter  string // empty for nobody in particular
	Connect  string // what to type to get there; empty for the console on the machine
	HostKey  string // what ssh must show the first time; empty where nobody knows it
	Code     string
	Until    string
}

// letterOf puts a mail that waits into words.
func (o Options) letterOf(m *store.Mail) letter {
	l := letter{
		Name: name(m.FullName), Username: name(m.Username), Tenant: name(m.Tenant), Inviter: name(m.Inviter),
		Code: m.Code, Until: moment(m.Until, m.Settings),
	}
	if l.Name == "" {
		l.Name = l.Username
	}
	l.Connect = strings.ReplaceAll(domain.Clean(o.Connect), "{username}", l.Username)
	l.HostKey = domain.Clean(o.HostKey)
	l.Subject = "Your way in to " + l.Tenant
	if m.Reset {
		l.Subject = "A new password for " + l.Tenant
	}
	return l
}

// name is a name from data on one line. What could be taken for the beginning of
// an address on the web is taken apart, since mail programs turn these into
// links and anybody may choose their own name.
func name(text string) string {
	return strings.ReplaceAll(domain.CleanCut(text, longestName), "://", ": //")
}

// moment writes a time as its reader has set it, with the zone named.
func moment(at time.Time, s domain.Settings) string {
	layout := "Monday 2 January 2006, 15:04"
	if s.Clock == domain.Clock12 {
		layout = "Monday 2 January 2006, 3:04 pm"
	}
	zone := s.Zone()
	text := at.In(zone).Format(layout)
	if zone == time.UTC {
		return text + " (UTC)"
	}
	return text + at.In(zone).Format(" (") + zone.String() + at.In(zone).Format(", UTC-07:00)")
}

// write makes a message of a template and what it says.
func (o Options) write(file string, l letter, to, id string) (*gomail.Msg, error) {
	var text, html strings.Builder
	plain, err := texttemplate.ParseFS(letters, "letters/"+file+".txt")
	if err != nil {
		return nil, err
	}
	rich, err := template.ParseFS(letters, "letters/"+file+".html")
	if err != nil {
		return nil, err
	}
	if err := plain.Execute(&text, l); err != nil {
		return nil, err
	}
	if err := rich.Execute(&html, l); err != nil {
		return nil, err
	}
	if to, err = domain.CheckEmail(to, true); err != nil {
		return nil, err // never in a header what isn't one address
	}
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(&mail.Address{Name: name(o.FromName), Address: o.From})
	m.ToMailAddress(&mail.Address{Address: to})
	m.Subject(l.Subject)
	m.SetDateWithValue(o.Now())
	m.SetMessageIDWithValue(id + o.From[strings.LastIndex(o.From, "@"):]) // the same at every try: a second copy is known as one
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader(gomail.HeaderXAutoResponseSuppress, "All")
	m.SetBodyString(gomail.TypeTextPlain, text.String())
	m.AddAlternativeString(gomail.TypeTextHTML, html.String())
	return m, nil
}

// message is a waiting mail, ready to be sent.
func (o Options) message(m *store.Mail) (*gomail.Msg, error) {
	file := "welcome"
	if m.Reset {
		file = "reset"
	}
	return o.write(file, o.letterOf(m), m.To, m.ID.String())
}
