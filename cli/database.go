package cli

import (
	"context"

	"github.com/spf13/cobra"

	"tenantry/store"
)

func (p *program) databaseCommands() *cobra.Command {
	return p.parent("db", "The database file", p.databaseCheck(), p.databaseBackup(), p.databaseRestore(), p.databaseCompact())
}

// checkReport is what a check found, as JSON shows it.
type checkReport struct {
	Accounts  int       `json:"accounts"`
	Customers int       `json:"customers"`
	Users     int       `json:"users"`
	Devices   int       `json:"devices"`
	Entries   int       `json:"entries"`
	Problems  []problem `json:"problems"`
}

type problem struct {
	Where string `json:"where"`
	What  string `json:"what"`
}

func (p *program) databaseCheck() *cobra.Command {
	var structure bool
	c := &cobra.Command{
		Use: "check", Short: "Check every record, index, counter and the audit chain",
		Args: words(), Annotations: needs(needsOperator),
		RunE: func(c *cobra.Command, _ []string) error {
			if structure {
				if p.CheckStructure == nil {
					return errFileInUse(p.path)
				}
				return p.CheckStructure(c.Context(), p.path)
			}
			return p.opened(c, p.check)
		},
	}
	// A file damaged in its structure can end the process that looks at it, so
	// another process is made to look first.
	c.Flags().BoolVar(&structure, "structure", false, "check only whether the file can be opened safely")
	c.Flags().Lookup("structure").Hidden = true
	return c
}

func (p *program) check(ctx context.Context, db *store.DB) error {
	tell, done := p.progress("checking")
	report, err := db.Check(ctx, tell)
	done()
	if err != nil {
		return err
	}
	told := reported(report)
	if err := p.answer(told, func() error { return p.describeCheck(told) }); err != nil {
		return err
	}
	if len(told.Problems) > 0 {
		return errRowsFailed
	}
	return nil
}

// reported is what a check found, as JSON shows it.
func reported(report store.CheckReport) checkReport {
	told := checkReport{report.Accounts, report.Customers, report.Users, report.Devices, report.Entries, []problem{}}
	for _, found := range report.Problems {
		told.Problems = append(told.Problems, problem(found))
	}
	return told
}

func (p *program) describeCheck(told checkReport) error {
	if err := p.say("Checked %s, %s, %s, %s, audit entries: %s.", count(told.Accounts, "account"), count(told.Customers, "customer"),
		count(told.Users, "user"), count(told.Devices, "device"), thousands(told.Entries)); err != nil {
		return err
	}
	if len(told.Problems) == 0 {
		return p.say("Nothing is wrong.")
	}
	if err := p.describeProblems(told); err != nil {
		return err
	}
	return p.say("%s. Put back a backup, with: tenantry db restore BACKUP --replace", count(len(told.Problems), "problem"))
}

func (p *program) describeProblems(told checkReport) error {
	t := &table{w: p.Stdout}
	for _, found := range told.Problems {
		if err := t.add(found.Where, found.What); err != nil {
			return err
		}
	}
	return t.flush()
}
