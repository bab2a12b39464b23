// Command ward is the platform of a cybersecurity support centre for hospitals:
// server, command line and offline engines in one binary.
package main

import (
	"os"
	_ "time/tzdata" // zones of readers, also where the machine has none

	"ward/cmd/cli"
)

// version is set by the linker.
var version = "development"

func main() { os.Exit(cli.Main(version, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
