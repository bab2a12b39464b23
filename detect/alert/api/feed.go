package api

import (
	"context"
	"time"

	"ward"
	"ward/detect/alert/subscription"
	"ward/kit/web"
)

func (h handler) feedOperations() []web.Operation {
	return []web.Operation{
		web.Op("GET", "/api/v1/me/reach/feeds", "account.self", "Lists your feeds, and those of your organisation if you manage its channels.", h.feeds),
		web.Op("POST", "/api/v1/me/reach/feeds", "account.self", "Makes a feed for readers and calendars; its addresses are in this answer only.", h.addFeed),
		web.Do("DELETE", "/api/v1/me/reach/feeds/{id}", "account.self", "Ends a feed at once.", h.dropFeed),
	}
}

type wireFeed struct {
	ID        string            `json:"id"`
	Kind      subscription.Kind `json:"kind" enum:"person,organisation"`
	Name      string            `json:"name"`
	Lang      ward.Lang         `json:"lang"`
	Clearance string            `json:"clearance" doc:"narrowest TLP whose content leaves by it"`
	Created   time.Time         `json:"created_at"`
	Used      *time.Time        `json:"used_at,omitempty" doc:"to the hour"`
	Atom      string            `json:"atom,omitempty" doc:"address of the Atom feed, with its secret; only when it is made"`
	Calendar  string            `json:"calendar,omitempty" doc:"address of the calendar of due times, likewise"`
}

func (h handler) feedWire(f subscription.Feed) wireFeed {
	out := wireFeed{ID: f.ID, Kind: f.Kind, Name: f.Name, Lang: f.Lang, Clearance: f.Clearance.String(), Created: f.Created.UTC(), Used: web.Moment(f.Used)}
	if f.Secret != "" {
		out.Atom, out.Calendar = h.svc.FeedURL(f.Secret), h.svc.CalendarURL(f.Secret)
	}
	return out
}

type wireFeeds struct {
	Feeds []wireFeed `json:"feeds"`
}

func (h handler) feeds(ctx context.Context, a ward.Actor, _ *struct{}) (*wireFeeds, error) {
	all, err := h.svc.Feeds().List(ctx, a)
	if err != nil {
		return nil, err
	}
	out := &wireFeeds{Feeds: make([]wireFeed, len(all))}
	for i, f := range all {
		out.Feeds[i] = h.feedWire(f)
	}
	return out, nil
}

type addFeedInput struct {
	Body struct {
		Kind      string `json:"kind" enum:"person,organisation" doc:"organisation: it stays when you leave; for managers of channels"`
		Name      string `json:"name" maxLength:"400" doc:"what it is for"`
		Clearance string `json:"clearance" enum:"CLEAR,GREEN,AMBER" doc:"narrowest TLP whose content leaves by it; above it, the feed has number and link"`
		Lang      string `json:"lang,omitempty" maxLength:"2" doc:"language of its words; absent means yours"`
	}
}

func (h handler) addFeed(ctx context.Context, a ward.Actor, in *addFeedInput) (*wireFeed, error) {
	t, _ := ward.ParseTLP(in.Body.Clearance) // the schema admits names only; RED is refused
	lang := ward.Lang(in.Body.Lang)
	if lang == "" {
		lang = a.Lang
	}
	f, err := h.svc.Feeds().Add(ctx, a, subscription.Request{Kind: subscription.Kind(in.Body.Kind), Name: in.Body.Name, Clearance: t, Lang: lang})
	if err != nil {
		return nil, err
	}
	out := h.feedWire(f)
	return &out, nil
}

func (h handler) dropFeed(ctx context.Context, a ward.Actor, in *IDPath) error {
	return h.svc.Feeds().Drop(ctx, a, in.ID)
}
