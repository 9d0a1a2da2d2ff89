package store

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"tenantry/domain"
)

// TestKillLeavesAllOrNone kills a process again and again while it moves all
// devices of an account to and fro. Whenever it is, they must be together. It
// shows that an assignment is one transaction; that the disk keeps its promise
// is not for a kill to show.
func TestKillLeavesAllOrNone(t *testing.T) {
	rounds := 12
	if testing.Short() {
		rounds = 3
	}
	f := create(t)
	b := newBulk(f, 2000)
	all := make([]domain.ID, len(b.devices))
	for i, d := range b.devices {
		all[i] = d.ID
	}
	_, err := f.RunBulk(f.ctx, b.owner, Assignment{To: b.customers[1].ID, Devices: all}, nil)
	f.must(err)
	r := rand.New(rand.NewPCG(1, 2))
	f.reopenAfter(func() {
		for range rounds {
			b.killChild("all", func() time.Duration { return time.Duration(r.IntN(40)) * time.Millisecond })
		}
	})
	if parts := b.together(all); len(parts) != 1 {
		t.Errorf("the devices are with %d customers: %v", len(parts), parts)
	}

	// The control: a process that moves them in two steps and is killed between.
	f.reopenAfter(func() { b.killChild("half", func() time.Duration { return 0 }) })
	if parts := b.together(all); len(parts) != 2 {
		t.Errorf("the control left the devices with %d customers: the test would see nothing", len(parts))
	}
}

// TestKillLeavesAllEditedOrNone is the same for edits and placements: whenever it
// is, all devices have the tag and are at the location, or none is and has.
func TestKillLeavesAllEditedOrNone(t *testing.T) {
	rounds := 8
	if testing.Short() {
		rounds = 2
	}
	f := create(t)
	b := newBulk(f, 1000)
	all := make([]domain.ID, len(b.devices))
	for i, d := range b.devices {
		all[i] = d.ID
	}
	main := b.customers[0]
	for !main.Parent.IsZero() {
		main = b.customers[slices.IndexFunc(b.customers, func(c domain.Customer) bool { return c.ID == main.Parent })]
	}
	_, err := f.RunBulk(f.ctx, b.owner, Assignment{To: main.ID, Devices: all}, nil)
	f.must(err)
	yard := f.location(tenant{account: b.account, owner: b.owner}, main.ID, "Yard")
	r := rand.New(rand.NewPCG(5, 6))
	f.reopenAfter(func() {
		for range rounds {
			b.killChild("edit", func() time.Duration { return time.Duration(r.IntN(60)) * time.Millisecond })
		}
	})
	tagged, there := 0, 0
	for _, id := range all {
		d, err := f.Device(f.ctx, b.owner, id)
		f.must(err)
		if slices.Contains(d.Tags, "killed") {
			tagged++
		}
		if d.Location == yard.ID {
			there++
		}
	}
	if tagged != 0 && tagged != len(all) || there != 0 && there != len(all) {
		t.Errorf("of %d devices %d have the tag, and %d are at the location", len(all), tagged, there)
	}
}

// together counts the devices with each customer.
func (b *bulk) together(devices []domain.ID) map[domain.ID]int {
	parts := map[domain.ID]int{}
	for _, id := range devices {
		parts[b.ownerOf(b.account.ID, id).customer]++
	}
	return parts
}

// killChild starts a process that assigns, and kills it some time after it says
// that it is at work.
func (b *bulk) killChild(what string, after func() time.Duration) {
	b.t.Helper()
	child := exec.CommandContext(b.ctx, os.Args[0], "-test.run=^TestAssigningChild$")
	child.Env = append(os.Environ(), "TENANTRY_ASSIGN="+what, "TENANTRY_FILE="+b.Path(), "TENANTRY_ACCOUNT="+b.account.ID.String(),
		"TENANTRY_A="+b.customers[1].ID.String(), "TENANTRY_B="+b.customers[2].ID.String())
	out, err := child.StdoutPipe()
	b.must(err)
	b.must(child.Start())
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "at work\n" {
		b.t.Errorf("the child says %q, %v", line, err)
	}
	timer := time.NewTimer(after())
	<-timer.C
	b.must(child.Process.Kill())
	child.Wait()
}

// TestAssigningChild is the process that is killed.
func TestAssigningChild(t *testing.T) {
	what := os.Getenv("TENANTRY_ASSIGN")
	if what == "" {
		t.Skip("part of TestKillLeavesAllOrNone")
	}
	options, _ := newOptions(uint64(time.Now().UnixNano()))
	db, err := Open(t.Context(), os.Getenv("TENANTRY_FILE"), options)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	actor := operator
	id := func(name string) domain.ID {
		id, err := domain.ParseID(os.Getenv(name))
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	actor.Account = id("TENANTRY_ACCOUNT")
	devices, err := allDevices(t.Context(), db, actor)
	if err != nil {
		t.Fatal(err)
	}
	assign := func(to domain.ID, devices []domain.ID) {
		if _, err := db.RunBulk(t.Context(), actor, Assignment{To: to, Devices: devices}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if what == "edit" {
		places, err := db.LocationsToPutAt(t.Context(), actor)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("at work")
		for {
			tag := []string{"killed"}
			for _, step := range []Bulk{
				DeviceEdits{Change: domain.DeviceChange{AddTags: tag}, Devices: devices}, Placement{At: places[0].ID, Devices: devices},
				DeviceEdits{Change: domain.DeviceChange{RemoveTags: tag}, Devices: devices}, Placement{Devices: devices},
			} {
				if _, err := db.RunBulk(t.Context(), actor, step, nil); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if what == "half" {
		assign(id("TENANTRY_A"), devices)
		assign(id("TENANTRY_B"), devices[:len(devices)/2])
		fmt.Println("at work")
		<-t.Context().Done() // until it is killed
	}
	fmt.Println("at work")
	for {
		assign(id("TENANTRY_B"), devices)
		assign(id("TENANTRY_A"), devices)
	}
}

func allDevices(ctx context.Context, db *DB, actor domain.Actor) (devices []domain.ID, err error) {
	err = db.view(ctx, actor, func(tx *tx, _ *domain.Rights) error {
		return tx.eachOwner(actor.Account, func(id domain.ID, _ place) error {
			devices = append(devices, id)
			return nil
		})
	})
	return devices, err
}
