package main

import (
	"context"
	"time"

	"tenantry/domain"
	"tenantry/store"
)

const (
	headsEvery    = time.Hour   // the ends of the audit trails go to the log
	failuresEvery = time.Minute // gathered failed sign-ins go to the audit trails
)

// keepTrails writes the ends of the audit trails to the log: at first, at
// intervals where they moved, and once more when ctx has ended. Against them
// "audit verify --head" finds that the end of a trail was cut off, so the log is
// best kept on another machine. And it has failed sign-ins written down that are
// gathered while they come.
func (s *server) keepTrails(ctx context.Context) {
	noted := map[domain.ID]store.AuditHead{}
	note := func() { s.noteHeads(context.WithoutCancel(ctx), noted) }
	note()
	heads, failures := time.NewTicker(headsEvery), time.NewTicker(failuresEvery)
	defer heads.Stop()
	defer failures.Stop()
	for {
		select {
		case <-heads.C:
			note()
		case <-failures.C:
			if _, err := s.db.NoteFailures(ctx, byServer); err != nil && ctx.Err() == nil {
				s.log.Error("failed sign-ins can't be written down", "error", err)
			}
		case <-ctx.Done():
			s.doors.Wait() // what the last ones did is in the trail, too
			note()
			return
		}
	}
}

// byServer is who does what a server does by itself.
var byServer = domain.Actor{Operator: true, Door: domain.DoorMachine, From: "serve"}

// noteHeads logs the ends that aren't as they were noted.
func (s *server) noteHeads(ctx context.Context, noted map[domain.ID]store.AuditHead) {
	heads, err := s.db.AuditHeads(ctx, byServer)
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
