//go:build !edge

package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

const (
	aboutBuild    = "Server, command line and offline engines are this one program."
	buildExamples = "  ward serve --demo\n  ward match --inventory devices.csv --advisories ./advisories\n  ward check advisory.json"
)

// house are the commands of the Centre, and those that need its packages.
func (e *env) house() []*cobra.Command {
	return []*cobra.Command{e.serve(), e.check(), e.match(), e.clock(), e.inventory(), e.audit(), e.backup(), e.restore(), e.migrateDatabase(), e.doctor(),
		e.texts(), e.ransomware(), e.picture(), e.man()}
}

func (e *env) man() *cobra.Command {
	return &cobra.Command{Use: "man DIR", Short: "Write manual pages into a folder", Args: cobra.ExactArgs(1), Example: "  ward man /usr/local/share/man/man1",
		RunE: func(c *cobra.Command, args []string) error {
			return failed(doc.GenManTree(c.Root(), &doc.GenManHeader{Title: "WARD", Section: "1"}, args[0]))
		}}
}
