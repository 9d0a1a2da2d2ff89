package domain

import "testing"

// BenchmarkDecision measures one permission decision in a tree of 10,000
// customers at depth 10, beside its bound of 100 ns and no allocation.
func BenchmarkDecision(b *testing.B) {
	const bound = 100 // ns
	tree := bigTree(b, 10_000, 10)
	account := acme
	home := tree.At(1) // near the root of the chain: most of the tree is in reach
	user := person(201, "tom", home.ID, FullDeviceAccess|DeviceManagement, id(300), id(301))
	r := NewRights(&account, tree, user)
	ids := make([]ID, tree.Len())
	for i := range ids {
		ids[i*7919%len(ids)] = tree.At(i).ID
	}
	measure := func(name string, decide func(ID) Decision) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			i, allowed := 0, 0
			for b.Loop() {
				if decide(ids[i]).Allowed {
					allowed++
				}
				if i++; i == len(ids) {
					i = 0
				}
			}
			ns := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
			b.ReportMetric(ns, "ns/decision")
			b.ReportMetric(ns/bound, "of-bound")
		})
	}
	measure("customer", func(customer ID) Decision { return r.May(DevicesAssign, customer) })
	measure("device", func(customer ID) Decision { return r.MayDevice(DevicesAssign, customer, id(301)) })
	device := &Device{Location: id(301)}
	measure("assign", func(customer ID) Decision {
		device.Customer = customer
		return r.MayAssign(device, home.ID)
	})
}

// BenchmarkRights is what a transaction pays before its first decision.
func BenchmarkRights(b *testing.B) {
	tree := bigTree(b, 10_000, 10)
	account := acme
	user := person(201, "tom", tree.At(1).ID, FullDeviceAccess|DeviceManagement)
	b.Run("rights", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			NewRights(&account, tree, user)
		}
	})
	b.Run("tree", func(b *testing.B) {
		b.ReportAllocs()
		customers := make([]Customer, tree.Len())
		for i := range customers {
			customers[i] = *tree.At(i)
		}
		for b.Loop() {
			if _, err := NewTree(account, customers); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func TestDecisionDoesNotAllocate(t *testing.T) {
	tree := bigTree(t, 1000, 10)
	account := acme
	r := NewRights(&account, tree, person(201, "tom", tree.At(1).ID, FullDeviceAccess|DeviceManagement, id(300)))
	device := &Device{Customer: tree.At(500).ID, Location: id(300)}
	if n := testing.AllocsPerRun(100, func() {
		r.May(UsersEdit, device.Customer)
		r.MayDevice(DevicesSee, device.Customer, device.Location)
		r.MayAssign(device, tree.At(2).ID)
		r.MayAnywhere(DevicesAssign)
		r.Opens(SectionDevices)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
