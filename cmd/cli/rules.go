package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"ward/detect/sensor/agent"
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
func (e *env) loadRules(ctx context.Context, o scanOptions, cfg *agent.Config) error {
	rules, refused, err := e.readRules(ctx, o.rules)
	if err != nil {
		return failed(err)
	}
	engine, more := sigma.Compile(rules, sigma.Options{})
	if refused = append(refused, more...); !o.quiet {
		fmt.Fprintf(e.err, "%d rules; %d refused\n", len(engine.Rules()), len(refused))
	}
	if len(engine.Rules()) == 0 {
		for _, r := range refused[:min(len(refused), 10)] {
			fmt.Fprintln(e.err, printable(r.Error()))
		}
		return failed(errors.New("no rule could be used; --rules takes Sigma rules (.yml), folders and archives of them"))
	}
	cfg.Detector = &agent.Rules{Engine: engine, Config: cfg}
	return nil
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
