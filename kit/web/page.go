// Package web turns tables of routes into the one HTTP server of the house:
// pages in the shell of kit/ui, operations of the API with their OpenAPI
// document, static assets, health and metrics. Each route names its permission;
// a route without one does not start.
package web

import (
	"ward"
	"ward/kit/i18n"
)

// Permissions of routes that no policy is asked about.
const (
	// Public routes are open to everybody, signed in or not.
	Public ward.Permission = "public"
	// SignedIn routes want any signed-in person; the use case decides the rest.
	SignedIn ward.Permission = "account.self"
	// Leaving is signing out: sessions have it that may do little else.
	Leaving ward.Permission = "session.end"
)

// Page is one route of the portal.
type Page struct {
	Method     string // GET or POST
	Path       string // pattern of net/http: "/alerts/{id}"
	Permission ward.Permission
	MaxBody    int64 // bytes of a request's body; 0 means DefaultBody
	// SecretPath says that a secret in the path is the whole right: a form of any
	// origin may be posted, as a browser that sends no referrer names none.
	SecretPath bool
	Handle     func(*Call) error
}

// DefaultBody bounds the body of an ordinary form: 1 MiB.
const DefaultBody = 1 << 20

// Get and Post make a Page; they keep route tables on one line each.
func Get(path string, p ward.Permission, h func(*Call) error) Page {
	return Page{Method: "GET", Path: path, Permission: p, Handle: h}
}

// Post is Get for forms.
func Post(path string, p ward.Permission, h func(*Call) error) Page {
	return Page{Method: "POST", Path: path, Permission: p, Handle: h}
}

// MenuItem is an entry of the main navigation, shown to those who may.
type MenuItem struct {
	Order      int
	Text       i18n.Key
	Path       string
	Permission ward.Permission
}
