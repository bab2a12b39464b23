//go:build !edge

package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"ward/app"
	"ward/kit/conf"
	"ward/kit/log"
)

// settings are the flags that several commands share.
type settings struct {
	file     string
	listen   string
	data     string
	database string
	demo     bool
	acme     string
}

func (s *settings) add(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&s.file, "config", "", "settings file (TOML); see docs/operating.md")
	f.StringVar(&s.data, "data", "", "folder for database, keys and uploads")
	f.StringVar(&s.database, "database", "", "sqlite:PATH or postgres://… (default: SQLite in the data folder)")
}

// load joins file, environment and the flags that were given.
func (s *settings) load(c *cobra.Command) (conf.Config, error) {
	given := map[string]string{}
	for _, key := range []string{"listen", "data", "database", "demo"} {
		if f := c.Flags().Lookup(key); f != nil && f.Changed {
			given[key] = f.Value.String()
		}
	}
	if s.acme != "" {
		given["tls.acme_domains"] = s.acme
	}
	if s.demo && given["data"] == "" { // a training house never mixes with a real one
		given["data"] = filepath.Join("data", "demo")
	}
	cfg, err := conf.Load(given, s.file, conf.Environ())
	if err != nil {
		return cfg, &exit{code: exitUsage, err: err}
	}
	return cfg, nil
}

func (e *env) serve() *cobra.Command {
	var s settings
	c := &cobra.Command{
		Use:   "serve",
		Short: "Run the platform",
		Long: "Run pages, API and background work.\n\nWithout --demo it starts empty and prints the link that leads the operator through the first account.\n" +
			"With --demo it starts a training house with invented data, prints a link for each role, and sends no mail.",
		Example: "  ward serve --demo\n  ward serve --listen 0.0.0.0:8443 --data /var/lib/ward\n  ward serve --listen 0.0.0.0:443 --acme-domain ward.example --data /var/lib/ward\n  ward serve --database postgres://ward@db/ward",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := s.load(c)
			if err != nil {
				return err
			}
			return failed(e.runServer(c.Context(), cfg))
		},
	}
	s.add(c)
	c.Flags().StringVar(&s.listen, "listen", "127.0.0.1:8080", "HOST:PORT to answer on")
	c.Flags().StringVar(&s.acme, "acme-domain", "", "names for which an ACME authority gives certificates; needs port 443")
	c.Flags().BoolVar(&s.demo, "demo", false, "training house with invented hospitals")
	return c
}

// runServer binds before anything else: a taken port is told at once.
func (e *env) runServer(ctx context.Context, cfg conf.Config) (err error) {
	l, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return fmt.Errorf("%w\nChoose another address with --listen HOST:PORT", err)
	}
	defer l.Close() //nolint:errcheck // closed by the server before
	if cfg.Demo {
		if err := e.trainingFamilies(ctx, cfg.Data, sharedData("misp", "galaxy"), sharedData("ransomware", "notes")); err != nil {
			return err
		}
	}
	a, err := app.New(ctx, app.Config{Config: cfg, Version: e.version, Log: log.New(e.err, cfg.Log.Format, cfg.Log.Level),
		Advisories: sharedData("advisories", "cisa-csaf", "icsma"), Exploited: sharedData("vuln", "kev"), History: sharedData("incidents"), Hospitals: sharedData("geo")})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := e.welcome(ctx, a, cfg); err != nil {
		return err
	}
	return a.Run(ctx, l)
}

// sharedData is a part of the public data set beside the checkout, which makes
// a demonstration real; empty when it is not there.
func sharedData(parts ...string) string {
	p := filepath.Join(append([]string{"..", "shared", "data"}, parts...)...)
	if _, err := os.Stat(p); err != nil {
		return ""
	}
	return p
}

// welcome prints where the house is and how to get in.
func (e *env) welcome(ctx context.Context, a *app.App, cfg conf.Config) error {
	fmt.Fprintf(e.out, "Ward answers at %s\n", cfg.URL)
	if cfg.Demo {
		links, err := a.Demo(ctx)
		if err != nil {
			return err
		}
		fmt.Fprintln(e.out, "Training: no mail leaves this machine. Sign in as:")
		for _, l := range links {
			fmt.Fprintf(e.out, "  %-16s %s\n", l.Role, l.URL)
		}
		return nil
	}
	link, err := a.FirstLink(ctx)
	if err != nil || link == "" {
		return err
	}
	fmt.Fprintf(e.out, "Nobody can sign in yet. Open this link within 24 hours to make the first account:\n  %s\n", link)
	return nil
}
