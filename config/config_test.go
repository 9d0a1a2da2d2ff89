package config

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"tenantry/domain"
)

// read reads a file's text and an environment.
func read(text string, environ ...string) (Config, error) {
	return Read(System{
		File: strings.NewReader(text), Name: "config.toml", Environ: environ,
		ReadFile: func(name string) ([]byte, bool, error) {
			switch name {
			case "secret":
				return []byte("from a file\n"), false, nil
			case "open":
				return []byte("from a file\n"), true, nil
			case "long":
				return []byte("two\nlines\n"), false, nil
			}
			return nil, false, errors.New("no such file")
		},
	})
}

func TestAWholeFile(t *testing.T) {
	got, err := read(`
connect = "ssh -p 2222 {username}@fleet.example.com"

[mail]
host = "smtp.example.com"
port = 2525
security = "tls"
auth = "login"
username = "fleet"
password = "not # a comment"
from = "Acme Fleet <fleet@example.com>"
ca_file = "ca.pem"
timeout_seconds = 7
`)
	want := Config{Connect: "ssh -p 2222 {username}@fleet.example.com", Mail: Mail{
		Host: "smtp.example.com", Port: 2525, Security: TLS, Auth: AuthLogin, Username: "fleet", Password: "not # a comment",
		From: "fleet@example.com", FromName: "Acme Fleet", CAFile: "ca.pem", Timeout: 7 * time.Second,
	}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read %+v, %v", got, err)
	}
}

func TestNothingIsSetUp(t *testing.T) {
	for _, s := range []System{{}, {File: strings.NewReader(""), Environ: []string{"HOME=/root", "TENANTRY_DB=x", "TENANTRY_ASCII=1"}}} {
		if got, err := Read(s); err != nil || got.Mail.On() || got != (Config{}) {
			t.Errorf("read %+v, %v", got, err)
		}
	}
}

func TestTheEnvironmentWins(t *testing.T) {
	got, err := read("[mail]\nhost = \"one\"\nfrom = \"a@one.example\"\n",
		"TENANTRY_MAIL_HOST=two", "TENANTRY_MAIL_PORT=26", "TENANTRY_MAIL_USERNAME=u", "TENANTRY_MAIL_PASSWORD=p=q", "TENANTRY_CONNECT=ssh x")
	if err != nil || got.Mail.Host != "two" || got.Mail.Port != 26 || got.Mail.Password != "p=q" || got.Connect != "ssh x" || got.Mail.From != "a@one.example" {
		t.Errorf("read %+v, %v", got, err)
	}
}

// TestEverySettingIsAVariable: the file and the environment hold the same
// settings, and each refuses what it can't mean in words that name it.
func TestEverySettingIsAVariable(t *testing.T) {
	for _, k := range keys {
		_, err := read("", variable(k.name)+"=\x01")
		if domain.KindOf(err) != domain.Invalid && k.name != "mail.password" || err != nil && !strings.Contains(err.Error(), variable(k.name)) {
			t.Errorf("%s: %v", variable(k.name), err)
		}
		table, name, inside := strings.Cut(k.name, ".")
		line := "[" + table + "]\n" + name + " = 1979-05-27\n"
		if !inside {
			line = k.name + " = 1979-05-27\n"
		}
		_, err = read(line)
		if domain.KindOf(err) != domain.Invalid || !strings.Contains(err.Error(), "In config.toml, "+k.name) || !strings.Contains(err.Error(), "write "+k.write) {
			t.Errorf("%s as a date: %v", k.name, err)
		}
	}
}

func TestMistakesAreNamed(t *testing.T) {
	const good = "[mail]\nhost = \"smtp.example.com\"\nfrom = \"a@example.com\"\n"
	for _, c := range []struct{ text, variable, says string }{
		{"[mail]\nhots = \"x\"\n", "", "In config.toml, mail.hots: there is no such setting. There are connect, mail.host"},
		{"[mial]\nhost = \"x\"\n", "", "In config.toml, mial: there is no such setting"},
		{"mail = 3\n", "", "In config.toml, mail: there is no such setting"},
		{"[mail.host]\nx = 1\n", "", "In config.toml, mail.host: write the mail server's name"},
		{"", "TENANTRY_MAIL_HSOT=x", "The variable TENANTRY_MAIL_HSOT: there is no such variable. There are TENANTRY_CONNECT, TENANTRY_MAIL_HOST"},
		{good + "port = \"587\"\n", "", "In config.toml, mail.port: write a port from 1 to 65535"},
		{good + "port = 0\n", "", "mail.port: write a port"},
		{good + "security = \"ssl\"\n", "", "mail.security: write \"starttls\", \"tls\", or \"none\""},
		{good + "password = secret words\n", "", "In config.toml, line 4 can't be understood as TOML"},
		{good + "username = \"u\"\n", "", "mail.username and mail.password belong together"},
		{good + "security = \"none\"\n", "", "could be read on the way"},
		{good + "password_file = \"nowhere\"\n", "", "The password file nowhere can't be read: no such file"},
		{good + "password_file = \"open\"\n", "", "chmod 600 open"},
		{good + "password_file = \"long\"\n", "", "on one line"},
		{good + "password_file = \"secret\"\npassword = \"x\"\n", "", "are both there"},
		{"[mail]\nfrom = \"a@example.com\"\n", "", "no mail.host"},
		{"[mail]\nhost = \"smtp.example.com\"\n", "", "mail.from is missing"},
		{good + "from_name = \"x\"\n", "", "mail.from_name: there is no such setting"},
		{"[mail]\nfrom = \"Acme\\nBcc: x@example.com <a@example.com>\"\n", "", "mail.from: write the address"},
		{"[mail]\nhost = \"https://example.com/\"\n", "", "mail.host: write the mail server's name"},
	} {
		var environ []string
		if c.variable != "" {
			environ = []string{c.variable}
		}
		_, err := read(c.text, environ...)
		if domain.KindOf(err) != domain.Invalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q %s: %v, want %q", c.text, c.variable, err, c.says)
			continue
		}
		if strings.Contains(err.Error(), "secret words") {
			t.Errorf("the password is told: %v", err)
		}
	}
}

func TestAPasswordOthersCanReadIsRefused(t *testing.T) {
	text := "[mail]\nhost = \"localhost\"\nfrom = \"fleet@localhost\"\nsecurity = \"none\"\nusername = \"u\"\npassword = \"p\"\n"
	_, err := Read(System{File: strings.NewReader(text), Name: "config.toml", Readable: true})
	if domain.KindOf(err) != domain.Invalid || !strings.Contains(err.Error(), "chmod 600 config.toml") {
		t.Errorf("read %v", err)
	}
	if _, err := Read(System{File: strings.NewReader(text), Name: "config.toml"}); err != nil {
		t.Errorf("one that only its owner reads: %v", err)
	}
	got, err := read(strings.Replace(text, `password = "p"`, `password_file = "secret"`, 1))
	if err != nil || got.Mail.Password != "from a file" {
		t.Errorf("read %+v, %v", got, err)
	}
}

func TestPlaintextElsewhereIsAllowedOnPurpose(t *testing.T) {
	text := "[mail]\nhost = \"smtp.example.com\"\nfrom = \"a@example.com\"\nsecurity = \"none\"\nallow_plaintext = true\n"
	if got, err := read(text); err != nil || got.Mail.Security != Plaintext {
		t.Errorf("read %+v, %v", got, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("[mail]\nhost = \"x\"\n", "TENANTRY_MAIL_PORT=1")
	f.Fuzz(func(t *testing.T, text, variable string) {
		if _, err := read(text, variable); err != nil && domain.KindOf(err) != domain.Invalid {
			t.Errorf("%v", err)
		}
	})
}

func TestAServer(t *testing.T) {
	const text = `
ssh_user = "ann"

[serve]
ssh = "127.0.0.1:2222"
http = ":8443"
metrics = "[::1]:9090"
tls_cert = "cert.pem"
tls_key = "key.pem"
plain_http = true

[log]
level = "warn"
format = "json"

[limits]
sessions = 50
handshake_seconds = 7
`
	read := func(environ []string, flags map[string]string) (Config, error) {
		return Read(System{File: strings.NewReader(text), Name: "config.toml", Environ: environ, Flags: flags})
	}
	got, err := read([]string{"TENANTRY_SERVE_SSH=:22", "TENANTRY_SERVE_HTTP=:1", "TENANTRY_LIMITS_SESSIONS=60"}, map[string]string{"serve.http": "off"})
	want := Config{
		SSHUser: "ann",
		Serve:   Serve{SSH: ":22", HTTP: "off", Metrics: "[::1]:9090", TLSCert: "cert.pem", TLSKey: "key.pem", PlainHTTP: true},
		Log:     Log{Level: Warn, Format: FormatJSON}, Limits: Limits{Sessions: 60, Handshake: 7 * time.Second},
	}
	if err != nil || got != want {
		t.Errorf("read %+v, %v", got, err)
	}
	for key, mistake := range map[string]struct{ value, says string }{
		"serve.http":       {"8080", "The flag --http: write an address to listen at"},
		"serve.ssh":        {"host:ssh", "The flag --ssh: write an address"},
		"serve.metrics":    {"no where:1", "The flag --metrics: write an address"},
		"serve.proxies":    {"127.0.0.1 and so on", "The flag --proxies: write the addresses"},
		"serve.plain_http": {"yes", "The flag --plain-http: write true or false"},
		"serve.tls_key":    {"", "belong together"},
		"log.level":        {"loud", "The flag --level: write \"debug\""},
	} {
		if _, err := read(nil, map[string]string{key: mistake.value}); domain.KindOf(err) != domain.Invalid || !strings.Contains(err.Error(), mistake.says) {
			t.Errorf("%s = %q: %v, want %q", key, mistake.value, err, mistake.says)
		}
	}
}
