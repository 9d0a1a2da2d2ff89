package api

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"tenantry/domain"
)

// TestTheReadmeWorksAsItStands runs the lines of the README with curl, each on its
// own, against what the lines before that section there make.
func TestTheReadmeWorksAsItStands(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("there is no curl here")
	}
	f := newFixture(t)
	f.account("Acme Fleet", "Acme Fleet HQ", map[string][]string{"Acme Fleet HQ": {"Nordics"}})
	may := operator
	may.Account = must(f.db.Bearer(t.Context(), "test", f.tokens["owner-acme-fleet"])).Account
	f.user(may, f.places["Nordics"].customer, "tom", domain.FullDeviceAccess|domain.DeviceManagement)
	door := httptest.NewServer(f.handler)
	defer door.Close()

	var script []string
	for line := range strings.SplitSeq(strings.ReplaceAll(readmeBlock(t), "\\\n", " "), "\n") {
		if strings.HasPrefix(line, "curl ") {
			script = append(script, line)
		}
	}
	if len(script) < 8 {
		t.Fatalf("only %d lines found", len(script))
	}
	folder := t.TempDir()
	for _, line := range script {
		command := exec.CommandContext(t.Context(), "sh", "-c", strings.Replace(line, "curl ", "curl --fail-with-body ", 1))
		command.Dir = folder
		command.Env = append(os.Environ(), "API="+door.URL+Prefix, "TOKEN="+f.tokens["owner-acme-fleet"], "no_proxy=127.0.0.1")
		if out, err := command.CombinedOutput(); err != nil {
			t.Errorf("%s\n%v: %s", line, err, out)
		}
	}
	got := f.wants(200, "owner-acme-fleet", "GET", at("/devices/5bd3f2a0c4e1479fb6d0118e2a7c9f43"), "").read(t)
	if got["customer_path"] != "Acme Fleet HQ/Nordics" || got["plate"] != "AB 12 345" {
		t.Errorf("after all of it: %v", got)
	}
}

// readmeBlock is the block of lines under the heading about HTTP.
func readmeBlock(t *testing.T) string {
	t.Helper()
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(readme), "\n## Scripts over HTTP\n")
	if !found {
		t.Fatal("the README has no section about HTTP")
	}
	_, block, _ := strings.Cut(section, "\n```\n")
	block, _, _ = strings.Cut(block, "\n```\n")
	return block
}
