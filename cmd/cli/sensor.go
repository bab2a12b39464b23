package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"ward/detect/sensor/agent"
	"ward/detect/sensor/agent/client"
	"ward/detect/sensor/agent/watch"
	"ward/format/detection"
	"ward/kit/clock"
)

// sensorFile is where the package puts the settings of the sensor.
const sensorFile = "/etc/ward-sensor/sensor.toml"

func (e *env) sensor() *cobra.Command {
	c := &cobra.Command{Use: "sensor", Short: "Watch logs while they grow and tell the Centre what was found",
		Long: "A small service for one hospital: it follows logs, the journal and syslog, looks for what its Centre and the\n" +
			"hospital name, and hands over hits with the least fields, names taken out. docs/sensor.md walks through the first run.",
		Example: "  ward sensor enroll --url https://centre.example --token-file token\n  ward sensor check\n  ward sensor run\n  ward sensor status"}
	c.AddCommand(e.sensorRun(), e.sensorCheck(), e.sensorStatus(), e.sensorRetro(), e.sensorEnroll())
	return c
}

func configFlag(c *cobra.Command, path *string) *cobra.Command {
	c.Flags().StringVar(path, "config", sensorFile, "file of settings")
	return c
}

func (e *env) sensorRun() *cobra.Command {
	var path string
	return configFlag(&cobra.Command{Use: "run", Short: "Watch until stopped", Args: cobra.NoArgs, Example: "  ward sensor run --config /etc/ward-sensor/sensor.toml",
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := watch.Read(path)
			if err != nil {
				return failed(err)
			}
			return failed(watch.Run(c.Context(), watch.Config{Settings: s, Version: e.version, Now: clock.System(),
				Say: func(text string) { fmt.Fprintln(e.err, printable(text)) }}))
		}}, &path)
}

func (e *env) sensorCheck() *cobra.Command {
	var path string
	return configFlag(&cobra.Command{Use: "check", Short: "Check the settings, the logs and the way to the Centre", Args: cobra.NoArgs, Example: "  ward sensor check",
		RunE: func(c *cobra.Command, _ []string) error { return e.runSensorCheck(c.Context(), path) }}, &path)
}

// runSensorCheck looks at everything that a run needs and changes nothing.
func (e *env) runSensorCheck(ctx context.Context, path string) error {
	s, err := watch.Read(path)
	if err != nil {
		return failed(err)
	}
	faults := 0
	for _, f := range s.Files {
		for _, p := range f.Paths {
			found, readable, err := logsAt(p)
			if err != nil || found == 0 {
				faults++
			}
			fmt.Fprintf(e.out, "%s: %d found, %d can be read\n", printable(p), found, readable)
		}
	}
	for _, err := range s.Troubles() {
		faults++
		fmt.Fprintln(e.out, printable(err.Error()))
	}
	if s.Centre.URL == "" {
		fmt.Fprintln(e.out, "no Centre: nothing leaves")
	} else if err := e.checkCentre(ctx, s); err != nil {
		return &exit{code: exitUnreachable, err: err}
	}
	if faults > 0 {
		return &exit{code: exitPartly, err: fmt.Errorf("%d paths lead to no log, or to files that this account may not read", faults)}
	}
	return nil
}

// logsAt counts the files that a path of the settings leads to, those below folders too.
func logsAt(pattern string) (found, readable int, err error) {
	named, err := filepath.Glob(pattern)
	for _, name := range named {
		_ = filepath.WalkDir(name, func(path string, d fs.DirEntry, walkErr error) error {
			if walkErr != nil {
				err = walkErr
				return nil
			}
			if d.IsDir() || path != name && !d.Type().IsRegular() {
				return nil
			}
			found++
			h, openErr := os.Open(path)
			if openErr != nil {
				err = openErr
				return nil
			}
			readable++
			return h.Close()
		})
	}
	return found, readable, err
}

func (e *env) checkCentre(ctx context.Context, s *watch.Settings) error {
	x, err := s.Client(e.version)
	if err != nil {
		return err
	}
	p, err := x.Bundle(ctx, "")
	if err != nil {
		return err
	}
	fmt.Fprintf(e.out, "bundle %s of %s, signature right: %d indicators, %d rule files, %d warning lists\n", p.Bundle.ID, printable(p.Bundle.Centre), len(p.Bundle.Indicators), len(p.Bundle.Rules), len(p.Bundle.WarningLists))
	return nil
}

func (e *env) sensorStatus() *cobra.Command {
	var path string
	var asJSON bool
	c := configFlag(&cobra.Command{Use: "status", Short: "Show what the sensor says of itself", Args: cobra.NoArgs, Example: "  ward sensor status",
		RunE: func(*cobra.Command, []string) error {
			s, err := watch.Read(path)
			if err != nil {
				return failed(err)
			}
			st, err := watch.ReadStatus(s.State)
			if err != nil {
				return failed(err)
			}
			if asJSON {
				return failed(e.json(st))
			}
			st.Write(e.out)
			return nil
		}}, &path)
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// enrolment is what the flags of enroll say.
type enrolment struct{ url, tokenFile, config, fingerprint, allow string }

func (e *env) sensorEnroll() *cobra.Command {
	var o enrolment
	c := configFlag(&cobra.Command{Use: "enroll", Short: "Pin the Centre's key and write the settings", Args: cobra.NoArgs,
		Long: "Ask the Centre for the key that it signs bundles with, show its fingerprint, and write a file of settings that\n" +
			"believes this key alone. Compare the fingerprint with the one that the Centre shows on another way.",
		Example: "  ward sensor enroll --url https://centre.example --token-file /etc/ward-sensor/token",
		RunE:    func(c *cobra.Command, _ []string) error { return e.runEnroll(c.Context(), o) }}, &o.config)
	c.Flags().StringVar(&o.url, "url", "", "address of the Centre")
	c.Flags().StringVar(&o.tokenFile, "token-file", "", "file that holds the token of the hospital (scope "+detection.Scope+"); it stays there")
	c.Flags().StringVar(&o.fingerprint, "fingerprint", "", "fingerprint that the key must have; without it, it is shown to be compared")
	c.Flags().StringVar(&o.allow, "allow", "", "private network that the Centre lies in, such as 10.1.0.0/16")
	_ = c.MarkFlagRequired("url")        // the flags exist
	_ = c.MarkFlagRequired("token-file") // as above
	return c
}

func (e *env) runEnroll(ctx context.Context, o enrolment) error {
	if _, err := os.Stat(o.config); err == nil {
		return failed(fmt.Errorf("%s is there already; move it away to enroll anew", o.config))
	}
	tokenFile, err := filepath.Abs(o.tokenFile)
	if err != nil {
		return failed(err)
	}
	s := &watch.Settings{Centre: watch.Centre{URL: strings.TrimSuffix(o.url, "/"), TokenFile: tokenFile}}
	if o.allow != "" {
		s.Centre.Allow = []string{o.allow}
	}
	cfg, err := s.ClientConfig(e.version)
	if err != nil {
		return failed(err)
	}
	x, err := client.New(cfg)
	if err != nil {
		return &exit{code: exitUsage, err: err}
	}
	key, public, err := x.Key(ctx)
	if err != nil {
		return &exit{code: exitUnreachable, err: err}
	}
	shown := detection.Fingerprint(public)
	if o.fingerprint != "" && strings.ReplaceAll(o.fingerprint, " ", "") != strings.ReplaceAll(shown, " ", "") {
		return &exit{code: exitDenied, err: errors.New("the key of the Centre has another fingerprint: " + shown)}
	}
	s.Sensor, s.Centre.Key = watch.NewID(), key.Key
	// The account of the sensor reads it by its group; what is secret stands in the token's file.
	if err := errors.Join(agent.WriteFile(o.config, []byte(s.Sample())), os.Chmod(o.config, 0o640)); err != nil {
		return failed(err)
	}
	fmt.Fprintf(e.out, "key of %s:\n  %s\nCompare it with the one that the Centre shows. If they differ, delete %s.\n", printable(key.Centre), shown, o.config)
	fmt.Fprintf(e.out, "%s is written. Look at what is to be read, then: ward sensor check --config %s\n", o.config, o.config)
	return nil
}
