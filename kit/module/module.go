// Package module is the shape in which a service hands itself over: one value
// with everything the house needs to know of it. Nothing registers itself, so
// one test can print the whole site as a table.
package module

import (
	"context"
	"io/fs"

	"github.com/a-h/templ"

	"ward"
	"ward/kit/event"
	"ward/kit/i18n"
	"ward/kit/job"
	"ward/kit/web"
)

// Parts is a service as app sees it. Every field may be empty.
type Parts struct {
	Name          string // folder name: "inventory"
	Migrations    fs.FS  // numbered SQL files under migrations/
	Texts         fs.FS  // text/active.xx.toml
	API           []web.Operation
	Pages         []web.Page
	Subscriptions []event.Subscription
	Jobs          []job.Worker
	Periodic      []job.Periodic
	Menu          []web.MenuItem
	Cards         []Card
}

// Card is what a service shows on the first screen of the roles that have its
// permission.
type Card struct {
	Order      int // ascending from the top of the page
	Permission ward.Permission
	// Roles limits the card further; empty means all who have the permission.
	Roles []ward.Role
	// Show renders the card for a; nil means nothing to show now.
	Show func(ctx context.Context, a ward.Actor, p *i18n.Printer) (templ.Component, error)
}
