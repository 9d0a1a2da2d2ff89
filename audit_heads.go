package main

import (
	"context"
	"time"

	"tenantry/domain"
	"tenantry/store"
)

// headsEvery is how often the ends of the audit trails go to the log.
const headsEvery = time.Hour

// noteAuditHeads writes the ends of the audit trails to the log: at first, at
// intervals where they moved, and once more when ctx has ended. Against them
// "audit verify --head" finds that the end of a trail was cut off, so the log is
// best kept on another machine.
func (s *server) noteAuditHeads(ctx context.Context) {
	noted := map[domain.ID]store.AuditHead{}
	note := func() { s.noteHeads(context.WithoutCancel(ctx), noted) }
	note()
	tick := time.NewTicker(headsEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			note()
		case <-ctx.Done():
			s.doors.Wait() // what the last ones did is in the trail, too
			note()
			return
		}
	}
}

// noteHeads logs the ends that aren't as they were noted.
func (s *server) noteHeads(ctx context.Context, noted map[domain.ID]store.AuditHead) {
	heads, err := s.db.AuditHeads(ctx, domain.Actor{Operator: true, Door: domain.DoorMachine, From: "serve"})
	if err != nil {
		s.log.Error("the ends of the audit trails can't be read", "error", err)
		return
	}
	for _, head := range heads {
		if noted[head.Account] != head {
			noted[head.Account] = head
			s.log.Info("the end of an audit trail", "head", head.String())
		}
	}
}
