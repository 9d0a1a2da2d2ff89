package mail

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"tenantry/domain"
	"tenantry/store"
)

// hostile is what anybody may call themselves, and what no mail may do with it.
const hostile = "Eve\r\nBcc: all@acme.example\r\n\r\n<img src=http://evil.example/x>\u202e\x1b[2J{{.Code}} https://evil.example"

func TestNamesStayNames(t *testing.T) {
	o := Options{From: "fleet@acme.example", FromName: hostile, Connect: "ssh {username}@fleet.example", Now: newOutside().Now}
	for _, reset := range []bool{false, true} {
		m, err := o.message(&store.Mail{
			To: "eve@acme.example", Username: "eve", FullName: hostile, Tenant: hostile, Inviter: hostile, Reset: reset,
			Code: "7K3M-9QTX-0C4H-VD2W", Until: time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC),
		})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if _, err := m.WriteTo(&out); err != nil {
			t.Fatal(err)
		}
		header, text, html := received{data: out.String()}.parts(t)
		if header.Get("Bcc") != "" || len(header["To"]) != 1 || header.Get("To") != "<eve@acme.example>" {
			t.Errorf("headers: %v", header)
		}
		if from, err := header.AddressList("From"); err != nil || len(from) != 1 || from[0].Address != "fleet@acme.example" {
			t.Errorf("from %v, %v", from, err)
		}
		for _, part := range []string{text, html, header.Get("Subject")} {
			if strings.ContainsAny(part, "\x1b\u202e") || strings.Contains(part, "://evil") {
				t.Errorf("it says %q", part)
			}
		}
		if strings.Contains(html, "<img") || strings.Count(html, "7K3M-9QTX-0C4H-VD2W") != 1 {
			t.Errorf("the page is %s", html)
		}
		if strings.Contains(text, "\nBcc") {
			t.Errorf("the text is %s", text)
		}
	}
}

func TestAMomentNamesItsZone(t *testing.T) {
	at := time.Date(2026, 11, 26, 17, 4, 0, 0, time.UTC)
	for want, s := range map[string]domain.Settings{
		"Thursday 26 November 2026, 18:04 (Europe/Copenhagen, UTC+01:00)":   {TimeZone: "Europe/Copenhagen", Clock: domain.Clock24},
		"Thursday 26 November 2026, 8:04 am (America/Anchorage, UTC-09:00)": {TimeZone: "America/Anchorage", Clock: domain.Clock12},
		"Thursday 26 November 2026, 17:04 (UTC)":                            {},
	} {
		if got := moment(at, s); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestWithoutAServerToConnectTo(t *testing.T) {
	o := Options{From: "fleet@acme.example", Now: newOutside().Now}
	m, err := o.message(&store.Mail{To: "eve@acme.example", Username: "eve", Tenant: "Acme", Code: "7K3M-9QTX-0C4H-VD2W"})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	m.WriteTo(&out)
	_, text, html := received{data: out.String()}.parts(t)
	for _, part := range []string{text, html} {
		if !strings.Contains(part, "on the machine where Acme runs it") || strings.Contains(part, "terminal") {
			t.Errorf("it says %s", part)
		}
	}
}

func TestTheHostKeyIsTold(t *testing.T) {
	const key = "SHA256:T1WySkU4HM/Z0ANbhyUXghYkkR4Ke0I4qAOOmzIs0E"
	for _, told := range []string{key, ""} {
		o := Options{From: "fleet@acme.example", Connect: "ssh {username}@fleet.example", HostKey: told, Now: newOutside().Now}
		for _, reset := range []bool{false, true} {
			m, err := o.message(&store.Mail{To: "eve@acme.example", Username: "eve", Tenant: "Acme", Code: "7K3M-9QTX-0C4H-VD2W", Reset: reset})
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if _, err := m.WriteTo(&out); err != nil {
				t.Fatal(err)
			}
			_, text, html := received{data: out.String()}.parts(t)
			for _, part := range []string{text, html} {
				if strings.Contains(part, key) != (told != "") || strings.Contains(part, "The first time") != (told != "") {
					t.Errorf("told %q, it says %s", told, part)
				}
			}
		}
	}
}
