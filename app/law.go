package app

import (
	"ward/format/rule"
	"ward/respond/incident/data"
)

// Law reads the legal duties and country packs that are built in, for commands
// that work without a server.
func Law() (*rule.Book, error) { return data.Book() }
