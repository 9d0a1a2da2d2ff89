package cli

import (
	"github.com/spf13/cobra"

	"tenantry/domain"
)

func (p *program) mailCommands() *cobra.Command {
	c := p.parent("mail", "The mail server", p.mailTest())
	c.Long = `The mail server, by which welcome codes and password resets go out. Without one
they are shown to whoever makes them, to hand over.

It is set up in the configuration file tenantry/config.toml in your
configuration folder (or --config FILE, or TENANTRY_CONFIG):

    connect = "ssh -p 2222 {username}@fleet.example.com"

    [mail]
    host = "smtp.example.com"
    from = "Acme Fleet <fleet@example.com>"
    username = "fleet"
    password_file = "/etc/tenantry/mail-password"

Each key is also a variable of the environment, which wins: mail.host is
TENANTRY_MAIL_HOST. The connection uses STARTTLS on port 587 unless port and
security ("tls", "none") say otherwise.`
	return c
}

func (p *program) mailTest() *cobra.Command {
	return &cobra.Command{
		Use: "test ADDRESS", Short: "Send a test mail and say what the server answered",
		Long: "Send a test mail to ADDRESS by the mail server of the configuration, and say what it answered, or what to set otherwise. The database isn't needed.",
		Args: words("ADDRESS"), Annotations: needs(needsOperator),
		RunE: func(c *cobra.Command, args []string) error {
			if p.TestMail == nil {
				return errNoMailServer()
			}
			said, err := p.TestMail(c.Context(), args[0])
			if err != nil {
				return err
			}
			return p.answer(map[string]string{"to": args[0], "answer": said}, func() error {
				return p.say("The mail server has taken a test mail to %s. It said: %s", domain.CleanCut(args[0], 100), said)
			})
		},
	}
}

func errNoMailServer() error {
	return domain.Errorf(domain.Unavailable, "mail.host", "No mail server is set up. \"tenantry mail --help\" says how.")
}
