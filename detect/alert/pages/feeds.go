package pages

import (
	"net/http"
	"slices"

	"ward"
	"ward/detect/alert"
	"ward/detect/alert/feed"
	"ward/detect/alert/subscription"
	"ward/format/atom"
	"ward/format/icalendar"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// feedView is what the page of one's feeds shows.
type feedView struct {
	Feeds     []subscription.Feed
	May       bool
	MayOrg    bool
	Org       string
	Fresh     *freshFeed // just made: its addresses are shown this once
	Kind      string
	Name      string
	Clearance string
	Errors    ui.Errors
}

type freshFeed struct{ Atom, Calendar string }

func (h handler) feeds(c *web.Call) error {
	return h.feedsAgain(c, http.StatusOK, feedView{Kind: string(subscription.Personal), Clearance: ward.TLPGreen.String()})
}

func (h handler) feedsAgain(c *web.Call, status int, v feedView) (err error) {
	if v.Feeds, err = h.svc.Feeds().List(c.Context(), c.Actor); err != nil {
		return err
	}
	v.Org, v.May, v.MayOrg = c.Actor.OrgName, h.svc.Feeds().May(c.Actor, subscription.Personal), h.svc.Feeds().May(c.Actor, subscription.Shared)
	s := ui.Shell{Title: c.T("alert.feeds.title"), Lead: c.T("alert.feeds.lead"), Errors: v.Errors, Crumbs: feedCrumbs(c)}
	return c.Render(status, s, feedPage(c.Printer, v))
}

func feedCrumbs(c *web.Call) []ui.Link {
	return []ui.Link{home(c.Printer), {Text: c.T("alert.wish.title"), Href: "/me/reach"}}
}

// addFeed shows the addresses in its answer and nowhere else, as addHook does
// with a secret.
func (h handler) addFeed(c *web.Call) error {
	v := feedView{Kind: c.Form("kind"), Name: c.Form("name"), Clearance: c.Form("clearance")}
	if v.Kind == "" { // not asked where there is no choice
		v.Kind = string(subscription.Personal)
	}
	clearance, _ := ward.ParseTLP(v.Clearance) // RED is refused
	made, err := h.svc.Feeds().Add(c.Context(), c.Actor, subscription.Request{Kind: subscription.Kind(v.Kind), Name: v.Name, Clearance: clearance, Lang: c.Printer.Lang()})
	switch ward.CodeOf(err) {
	case "":
		return h.feedsAgain(c, http.StatusOK, feedView{Fresh: &freshFeed{h.svc.FeedURL(made.Secret), h.svc.CalendarURL(made.Secret)},
			Kind: string(subscription.Personal), Clearance: ward.TLPGreen.String()})
	case ward.Invalid, ward.Conflict:
		v.Errors = ui.ErrorsOf(c.Printer, err)
		return h.feedsAgain(c, http.StatusUnprocessableEntity, v)
	}
	return err
}

// askDropFeed says what ending a feed means before it is done.
func (h handler) askDropFeed(c *web.Call) error {
	all, err := h.svc.Feeds().List(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(f subscription.Feed) bool { return f.ID == c.Path("id") })
	if i < 0 {
		return ward.Fail(ward.NotFound, "alert.error.no_feed")
	}
	s := ui.Shell{Title: c.T("alert.feeds.drop"), Lead: c.T("alert.feeds.drop_lead"),
		Crumbs: append(feedCrumbs(c), ui.Link{Text: c.T("alert.feeds.title"), Href: "/me/reach/feeds"})}
	return c.OK(s, feedDropPage(c.Printer, all[i]))
}

func (h handler) dropFeed(c *web.Call) error {
	if err := h.svc.Feeds().Drop(c.Context(), c.Actor, c.Path("id")); err != nil {
		return err
	}
	return c.See("/me/reach/feeds", "alert.feeds.dropped.done")
}

// atom and calendar answer whoever has the address, GET and HEAD alike.
func (h handler) atom(c *web.Call) error {
	secret, after := c.Path("secret"), c.Query("after")
	o, err := h.svc.News(c.Context(), secret, h.svc.AddressOf(c.R), after)
	if err != nil {
		return err
	}
	body, err := feed.Atom(h.words(o), feed.Place{Site: h.svc.URL(), Self: h.svc.FeedURL(secret)}, o, after)
	if err != nil {
		return ward.Wrap("feed", err)
	}
	return secretly(c, o, atom.Type, body)
}

func (h handler) calendar(c *web.Call) error {
	secret := c.Path("secret")
	o, err := h.svc.DueDates(c.Context(), secret, h.svc.AddressOf(c.R))
	if err != nil {
		return err
	}
	body, err := feed.Calendar(h.words(o), feed.Place{Site: h.svc.URL(), Self: h.svc.CalendarURL(secret)}, o)
	if err != nil {
		return ward.Wrap("calendar", err)
	}
	return secretly(c, o, icalendar.Type, body)
}

// words are in the feed's language; times in the zone of the alerts' country.
func (h handler) words(o alert.Opened) *i18n.Printer {
	p := h.svc.Words(o.Feed.Lang)
	for _, x := range o.Items {
		if !x.Closed {
			return p.Zone(i18n.ZoneOf(x.Country))
		}
	}
	return p
}

// secretly answers what a secret address brings: no cache of others keeps it,
// nobody is told it as a referrer, no search engine lists it.
func secretly(c *web.Call, o alert.Opened, kind string, body []byte) error {
	h := c.W.Header()
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex")
	return c.Content(kind, o.Changed, body)
}
