package cli

import (
	"runtime"

	"github.com/spf13/cobra"
)

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Say which version this is",
		Args: words(), Annotations: needs(needsNothing),
		RunE: func(*cobra.Command, []string) error {
			answer := map[string]string{"version": p.Version, "go": runtime.Version(), "system": runtime.GOOS + "/" + runtime.GOARCH}
			return p.answer(answer, func() error {
				return p.say("tenantry %s, built with %s for %s", p.Version, answer["go"], answer["system"])
			})
		},
	}
}
