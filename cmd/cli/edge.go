//go:build edge

package cli

import "github.com/spf13/cobra"

const (
	aboutBuild    = "This build is for the computers of a hospital: it looks for indicators and rules in logs, and holds no server."
	buildExamples = "  ward scan --indicators hsc-2026-014.csv /var/log\n  ward sensor check\n  ward indicators check hsc-2026-014.csv"
)

// house is empty: with the tag edge nothing of the Centre is linked, so that the
// program is a fifth as large and begins in a few milliseconds.
func (e *env) house() []*cobra.Command { return nil }
