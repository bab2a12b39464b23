package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/BurntSushi/toml"

	"ward/detect/sensor/agent"
	"ward/detect/sensor/agent/report"
	"ward/format/logline"
	"ward/format/sigma"
)

// readRules reads the Sigma rules of files, folders and archives.
func (e *env) readRules(ctx context.Context, paths []string) (rules []*sigma.Rule, refused []sigma.Refused, err error) {
	err = files{
		broken: func(name string, err error) error {
			refused = append(refused, sigma.Refused{File: name, Reason: sigma.NotYAML, Detail: err.Error()})
			return nil
		},
		each: func(name string, r io.Reader) error {
			if ext := strings.ToLower(filepath.Ext(name)); ext != ".yml" && ext != ".yaml" {
				return nil
			}
			more, bad := sigma.Parse(r, name)
			rules, refused = append(rules, more...), append(refused, bad...)
			return nil
		},
	}.walk(ctx, paths)
	return rules, refused, err
}

// loadRules compiles the rules of --rules into the scan's detector.
func (e *env) loadRules(ctx context.Context, o scanOptions, cfg *agent.Config, facts *report.Facts) error {
	rules, refused, err := e.readRules(ctx, o.rules)
	if err != nil {
		return failed(err)
	}
	options, err := placeholders(o.placeholders)
	if err != nil {
		return err
	}
	options.AnySource = o.anySource
	engine, more := sigma.Compile(rules, options)
	if refused = append(refused, more...); !o.quiet {
		fmt.Fprintf(e.err, "%d rules; %d refused (ward rules check says why)\n", len(engine.Rules()), len(refused))
	}
	if len(engine.Rules()) == 0 {
		for _, r := range refused[:min(len(refused), 10)] {
			fmt.Fprintln(e.err, printable(r.Error()))
		}
		return failed(errors.New("no rule could be used; --rules takes Sigma rules (.yml), folders and archives of them"))
	}
	facts.Rules, facts.Refused = len(engine.Rules()), facts.Refused+len(refused)
	cfg.Detector = &agent.Rules{Engine: engine, Config: cfg}
	return nil
}

// maxPlaceholders bounds the file of --placeholders.
const maxPlaceholders = 4 << 20

// placeholders reads what %names% of rules mean here: TOML, a list of texts for
// each name.
func placeholders(path string) (sigma.Options, error) {
	var o sigma.Options
	if path == "" {
		return o, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return o, failed(err)
	}
	defer f.Close() //nolint:errcheck // read only
	if _, err := toml.NewDecoder(io.LimitReader(f, maxPlaceholders)).Decode(&o.Placeholders); err != nil {
		return o, &exit{code: exitUsage, err: fmt.Errorf("--placeholders %s: want NAME = [\"value\", …]: %w", path, err)}
	}
	return o, nil
}

// logFormat checks --log-format.
func logFormat(name string) (logline.Format, error) {
	if name == "" || name == "auto" {
		return logline.Auto, nil
	}
	if !logline.Known(name) {
		var known []string
		for _, f := range logline.Formats {
			known = append(known, string(f))
		}
		return "", fmt.Errorf("--log-format %q is none of auto, %s", name, strings.Join(known, ", "))
	}
	return logline.Format(name), nil
}
