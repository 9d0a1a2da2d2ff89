package sshd

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"

	"tenantry/domain"
)

func TestEveryPlainCommandRunsOverSSH(t *testing.T) {
	h := open(t)
	client := h.connects("olga", gossh.PublicKeys(h.key(h.owner)))
	line := func(number int) string { return fmt.Sprintf("%032x", number) }
	var csv strings.Builder
	csv.WriteString("unit_id,customer\n")
	for n := 1; n <= 5; n++ {
		csv.WriteString(line(n) + ",Acme HQ\n")
	}
	_, err := h.db.CreateCustomer(h.ctx, h.owner, domain.Customer{Parent: h.main.ID, Name: "Aarhus Depot"})
	h.must(err)
	if out, errs, status := h.runs(client, "devices import -", csv.String()); status != 0 {
		t.Fatalf("%s %s", out, errs)
	}
	ids := line(1) + "\n" + line(2) + "\nnonsense\n"
	out, errs, status := h.runs(client, `devices assign --to "Acme HQ/Aarhus Depot" --ids-file - --json`, ids)
	var told struct{ Moved, Malformed int }
	if err := json.Unmarshal([]byte(out), &told); err != nil || told.Moved != 2 || told.Malformed != 1 || status != 1 {
		t.Fatalf("%d %v\n%s\n%s", status, err, out, errs)
	}
	for _, c := range []struct {
		line, stdout, stderr string
		status               int
	}{
		{"devices list --json", `"total": 5`, "", 0},
		{"tenantry devices list --json", `"total": 5`, "", 0},
		{"customers list", "Aarhus Depot", "", 0},
		{"devices show nothing-like-it", "", ".", 2},
		{"devices lst", "", "did you mean", 2},
		{"'unclosed", "", "a quote isn't closed", 2},
		{"devices import /etc/passwd", "", "standard input", 1},
		{"devices list --db /tmp/other.db", "", "Unknown flag", 2},
		{"devices list --as olga", "", "Unknown flag", 2},
		{"init", "", "There is no command", 2},
		{"db check", "", "There is no command", 2},
		{"rescue", "", "There is no command", 2},
		{"--code", "", "after --code", 2},
		{"customers delete 'Acme HQ/Aarhus Depot'", "", "--yes", 1},
		{"", "", "ssh -t", 1},
	} {
		out, errs, status := h.runs(client, c.line, "")
		if status != c.status || !strings.Contains(out, c.stdout) || !strings.Contains(errs, c.stderr) || c.stderr == "" && errs != "" {
			t.Errorf("%q: %d\n%s\n%s", c.line, status, out, errs)
		}
	}
	client.Close()
	h.idle()
}

// TestACommandHasItsUsersRights: the door is open to those who may do nothing.
func TestACommandHasItsUsersRights(t *testing.T) {
	h := open(t)
	client := h.connects("tom", gossh.PublicKeys(h.key(h.user("tom", 0))))
	_, errs, status := h.runs(client, "customers create --parent 'Acme HQ' --name Mine --json", "")
	if status == 0 || !strings.Contains(errs, `"error"`) {
		t.Errorf("%d %s", status, errs)
	}
}

func TestAConfirmationByCodeOverSSH(t *testing.T) {
	h := open(t)
	key, code := h.key(h.owner), h.enrols(h.owner)
	client := h.connects("olga", gossh.PublicKeys(key))
	for _, line := range []string{"--code " + code(0) + " version", "--code=" + code(1) + " customers list"} {
		if _, errs, status := h.runs(client, line, ""); status != 0 {
			t.Errorf("%s: %s", line, errs)
		}
	}
	if _, errs, status := h.runs(client, "--code 000000 customers list", ""); status != 1 || strings.Contains(errs, "000000") {
		t.Errorf("%d %s", status, errs)
	}
}

// TestWhatTakesAProofSaysHowOverSSH: a key proves nothing that a token is made
// on, and a command asks for no password.
func TestWhatTakesAProofSaysHowOverSSH(t *testing.T) {
	h := open(t)
	ann := h.user("ann", domain.AccountAdministrator)
	client := h.connects("ann", gossh.PublicKeys(h.key(ann)))
	_, errs, status := h.runs(client, "tokens create --name script --expires 90d", "")
	if status != 1 || !strings.Contains(errs, "PubkeyAuthentication=no") || strings.Contains(errs, "--code") {
		t.Errorf("%d %s", status, errs)
	}
}

// TestAPipeThatIsCut ends the command, and its session.
func TestAPipeThatIsCut(t *testing.T) {
	h := open(t)
	client := h.connects("olga", gossh.PublicKeys(h.key(h.owner)))
	session, err := client.NewSession()
	h.must(err)
	in, err := session.StdinPipe()
	h.must(err)
	h.must(session.Start("devices import -"))
	_, err = in.Write([]byte("unit_id,customer\n"))
	h.must(err)
	h.eventually("the command runs", func() bool { return h.server.Counts().Sessions == 1 })
	client.Close()
	h.idle()
}
