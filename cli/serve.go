package cli

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

// serveFlags are the flags of serve and the settings that they stand for.
var serveFlags = [...]struct{ setting, usage string }{
	{"serve.ssh", "where the SSH door listens, or off (default \":2222\")"},
	{"serve.http", "where the REST API listens; without it there is none"},
	{"serve.metrics", "where health and metrics are told; without it nowhere"},
	{"serve.tls_cert", "the file with the certificate for HTTPS, in PEM"},
	{"serve.tls_key", "the file with the certificate's key, in PEM"},
	{"serve.proxies", "the addresses of proxies before --http, whose X-Forwarded-For is believed"},
	{"serve.host_key", "the file of the SSH host key; made beside the database where there is none"},
	{"log.level", "which lines are logged: debug, info, warn, error"},
	{"log.format", "how: text, json, or auto for text on a terminal"},
}

// flag is the flag of a setting: serve.tls_cert is tls-cert, log.level is
// log-level.
func flagOf(setting string) string {
	return strings.NewReplacer(".", "-", "_", "-").Replace(strings.TrimPrefix(setting, "serve."))
}

func (p *program) serveCommand() *cobra.Command {
	var plain bool
	values := make([]string, len(serveFlags))
	c := &cobra.Command{
		Use: "serve", Short: "Open the console to others over SSH, and the REST API",
		Long: `Open the database to others: the console and the plain commands over SSH, and the
REST API over HTTP. It runs until it is told to stop (SIGTERM, or ctrl-c); then
everybody who is signed in hears of it and has five seconds.

Each flag is also a setting of the configuration file and the environment:
--tls-cert is tls_cert in its section [serve], and TENANTRY_SERVE_TLS_CERT. The
README says more, in "Running it for real".`,
		Args: words(), Annotations: needs(needsOperator),
		Example: `  tenantry serve --ssh :2222 --http :8443 --tls-cert cert.pem --tls-key key.pem --metrics 127.0.0.1:9090`,
		RunE: func(c *cobra.Command, _ []string) error {
			if p.as != "" {
				return usage(c, "A server is the operator's: leave --as away.")
			}
			settings := map[string]string{}
			for i, f := range serveFlags {
				if c.Flags().Changed(flagOf(f.setting)) {
					settings[f.setting] = values[i]
				}
			}
			if c.Flags().Changed("plain-http") {
				settings["serve.plain_http"] = strconv.FormatBool(plain)
			}
			return p.Serve(c.Context(), p.path, p.config, settings)
		},
	}
	for i, f := range serveFlags {
		c.Flags().StringVar(&values[i], flagOf(f.setting), "", f.usage)
	}
	c.Flags().BoolVar(&plain, "plain-http", false, "allow HTTP without TLS to others than this machine")
	return c
}
