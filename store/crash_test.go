package store

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"strings"
	"testing"

	"tenantry/domain"
)

func backgroundOfChild() context.Context { return context.Background() }

// childWrite creates customers under each other's noses until it is killed, and
// says each one that was acknowledged.
func childWrite() {
	options, _ := newOptions(uint64(os.Getpid()))
	db, err := Open(backgroundOfChild(), os.Getenv("TENANTRY_TEST_FILE"), options)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	accounts, err := db.Accounts(backgroundOfChild(), operator)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	actor := operator
	actor.Account = accounts[0].ID
	for i := 0; ; i++ {
		c, err := db.CreateCustomer(backgroundOfChild(), actor, domain.Customer{Name: fmt.Sprintf("%d-%d", os.Getpid(), i)})
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("ok", c.Name)
	}
}

// TestKillLosesNothingAcknowledged kills a process that writes, again and again.
func TestKillLosesNothingAcknowledged(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	acknowledged := map[string]bool{}
	rounds := 8
	if testing.Short() {
		rounds = 2
	}
	for round := range rounds {
		f.must(f.Close())
		command := child(t, "write", f.Path())
		out, err := command.StdoutPipe()
		f.must(err)
		f.must(command.Start())
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			name, ok := strings.CutPrefix(lines.Text(), "ok ")
			if !ok {
				t.Fatal(lines.Text())
			}
			acknowledged[name] = true
			if n == 5+7*round {
				f.must(command.Process.Kill())
			}
		}
		command.Wait()
		db, err := Open(f.ctx, f.Path(), f.options)
		f.must(err)
		f.DB = db
		report, err := f.Check(f.ctx, nil)
		f.must(err)
		if len(report.Problems) > 0 {
			t.Fatal(report.Problems)
		}
	}
	tree, err := f.Customers(f.ctx, a.operator())
	f.must(err)
	for _, row := range tree.Rows {
		delete(acknowledged, row.Name)
	}
	if len(acknowledged) > 0 {
		t.Errorf("%d acknowledged customers are lost", len(acknowledged))
	}
}

// TestKillControl is what the test above would see if an operation were two
// transactions and the second were cut off: it must fail its check.
func TestKillControl(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	f.inTx(func(tx *tx) error {
		if err := tx.kv.put(tableCustomerCount, key2(a.account.ID, a.main.ID), binary.BigEndian.AppendUint64(nil, 7)); err != nil {
			return err
		}
		tx.wrote = true
		return nil
	})
	f.damaged = true
	report, err := f.Check(f.ctx, nil)
	f.must(err)
	if len(report.Problems) == 0 {
		t.Error("half an operation went unnoticed")
	}
}
