package ui

import (
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"ward"
	"ward/kit/i18n"
)

// Shell is everything around a page's own content. Title and Printer are
// needed; every other field may stay empty.
type Shell struct {
	Printer *i18n.Printer
	Title   i18n.Text       // the one h1, and with the service name the document title
	Lead    i18n.Text       // one sentence under the h1
	Above   templ.Component // chips above the h1: severity, state; TLP comes by itself
	Actions templ.Component // buttons under the lead
	Band    bool            // title, lead and actions stand on a pale band (first screens)
	OwnH1   bool            // the body holds the h1 itself, as a question page's legend

	Nav    []NavItem
	Crumbs []Link    // from Home to the parent; the page itself is added
	User   *UserMenu // nil shows "Sign in"
	Path   string    // this page's path with query, for the language form to come back to

	Until    string    // time at which an emergency session ends; empty without one
	Training bool      // banner "Training: nothing leaves this machine"
	TLP      *ward.TLP // marking of the content, shown on top and on every print
	Flash    *Notice   // result of the act before; announced
	Errors   Errors    // summary above the h1; also puts "Error:" before the title
	Error    bool      // an error page: "Error:" before the title without a summary
	Live     bool      // the page has a live region: loads live.js
	Passkey  bool      // the page asks an authenticator: loads passkey.js
	Suspect  bool      // the page looks at files in the browser: loads ransomware.js
	Secret   bool      // the path is a secret: no link carries it elsewhere
}

// NavItem is an entry of the main navigation.
type NavItem struct {
	Text    i18n.Text
	Href    string
	Current bool
}

// UserMenu is who is signed in, and as what. The acting organisation ("hat") is
// visible on every page, since a wrong hat sends a report from the wrong house.
type UserMenu struct {
	Name    string
	Hat     string // organisation and role acted for
	Hats    []Hat  // what the person may switch to; shown when more than one
	Links   []Link // own account, organisation
	HatPost string // form action of the switch; empty means /session/hat
	OutPost string // form action of sign-out; empty means /signout
}

// Hat is one affiliation in the switch; ID is sent as form value "hat".
type Hat struct {
	ID      string
	Text    string
	Current bool
}

// Link is words that lead somewhere.
type Link struct {
	Text i18n.Text
	Href string
	Icon Icon
}

// public is the path as it may be named to others.
func (s Shell) public() string {
	if s.Secret {
		return "/"
	}
	return s.Path
}

func (s Shell) failed() bool { return s.Error || len(s.Errors) > 0 }

// documentTitle is the h1 and the service name, with "Error:" first where the
// page shows one, so that a screen reader says it at once (UX rule 7).
func (s Shell) documentTitle() string {
	t := s.Title.String() + " – " + s.Printer.T("ui.brand").String()
	if s.failed() {
		t = s.Printer.T("ui.error_title", "title", t).String()
	}
	return t
}

// navInRow entries stand in one row of a wide screen in most languages; the
// others open behind them. One that would be alone there stands in the row too.
const navInRow = 7

func (s Shell) navRow() []NavItem { return s.Nav[:len(s.Nav)-len(s.navRest())] }

func (s Shell) navRest() []NavItem {
	if len(s.Nav) <= navInRow+1 {
		return nil
	}
	return s.Nav[navInRow:]
}

func hasCurrent(all []NavItem) bool {
	return slices.ContainsFunc(all, func(n NavItem) bool { return n.Current })
}

func (u *UserMenu) hatPost() string { return orDefault(u.HatPost, "/session/hat") }
func (u *UserMenu) outPost() string { return orDefault(u.OutPost, "/signout") }

func orDefault(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// mistakePath is where a reader reports a mistake in the words of the page at path.
func mistakePath(path string) templ.SafeURL {
	return templ.SafeURL("/languages?page=" + url.QueryEscape(orDefault(path, "/")))
}
