package picture

import (
	"context"
	"net/url"
	"time"

	"ward"
	"ward/kit/web"
)

// operations is the table of the service: what the pages can do, programs can.
func (s *Service) operations() []web.Operation {
	return append(s.writing(), []web.Operation{
		web.Op("GET", "/api/v1/picture", permRead, "The situational picture: all figures within a filter, small numbers covered by the reader's rights", s.apiLook),
		web.Stream("GET", "/api/v1/picture/figures/{figure}", permRead, "One figure as CSV; query as for the picture", "text/csv", 0, s.WriteFigure).Takes("from", "to", "country", "cause", "family", "sector", "source"),
		web.Op("GET", "/api/v1/picture/sharing", permShare, "What the own country lets the Union see", s.apiSharing),
		web.Op("PUT", "/api/v1/picture/sharing", permShare, "Set what the own country lets the Union see", s.apiShare),
	}...)
}

// WriteFigure answers with a figure as a file, for the page and the API alike.
func (s *Service) WriteFigure(c *web.Call) error {
	f, err := ParseFilter(c.R.URL.Query())
	if err != nil {
		return err
	}
	p, err := s.Look(c.Context(), c.Actor, f)
	if err != nil {
		return err
	}
	x, ok := p.Figures.Sheet(c.Path("figure"))
	if !ok {
		return ward.Fail(ward.NotFound, "")
	}
	h := c.W.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="picture-`+c.Path("figure")+`.csv"`)
	return x.CSV(c.W)
}

type lookIn struct {
	Country string `query:"country" maxLength:"2" doc:"Member State; empty for the Union"`
	From    string `query:"from" maxLength:"10" doc:"first day"`
	To      string `query:"to" maxLength:"10" doc:"last day"`
	Cause   string `query:"cause" maxLength:"40"`
	Family  string `query:"family" maxLength:"60" doc:"of ransomware"`
	Sector  string `query:"sector" maxLength:"20" doc:"kind of organisation"`
	Source  string `query:"source" maxLength:"10" doc:"report (default), history, all"`
}

type countWire struct {
	Word    string `json:"word" doc:"empty: not known; ~: not said, as the number would be small"`
	Reports int    `json:"reports"`
	History int    `json:"history"`
}

type pointWire struct {
	Start   string `json:"start"`
	Reports int    `json:"reports"`
	History int    `json:"history"`
}

type clockWire struct {
	Stage  string   `json:"stage"`
	Kept   int      `json:"in_time"`
	Late   int      `json:"late"`
	Median *float64 `json:"median_hours,omitempty"`
}

type clusterWire struct {
	Supplier      string    `json:"supplier"`
	Organisations int       `json:"organisations"`
	Countries     int       `json:"countries"`
	Own           bool      `json:"own_country"`
	Paper         int       `json:"on_paper,omitempty"`
	First         time.Time `json:"first"`
	Last          time.Time `json:"last"`
}

type alertsWire struct {
	Alerts        int `json:"alerts"`
	Organisations int `json:"organisations"`
	Reached       int `json:"reached"`
	Acknowledged  int `json:"acknowledged"`
}

type pictureWire struct {
	Exact     bool                   `json:"exact" doc:"numbers of reports are as they are; else rounded, and small ones not said"`
	At        time.Time              `json:"at" doc:"state of"`
	From      string                 `json:"from,omitempty"`
	To        string                 `json:"to,omitempty"`
	Total     countWire              `json:"total"`
	Index     *float64               `json:"care_impact_index,omitempty" doc:"0 to 100, see docs/picture.md"`
	Unit      Unit                   `json:"unit" doc:"of series: day, month, year"`
	Series    []pointWire            `json:"series"`
	Figures   map[string][]countWire `json:"figures"`
	Clocks    []clockWire            `json:"clocks"`
	Clusters  []clusterWire          `json:"clusters" doc:"for teams and the Centre alone"`
	Alerts    *alertsWire            `json:"alerts,omitempty" doc:"of thirty days"`
	Yesterday *recentWire            `json:"last_24_hours,omitempty"`
}

type recentWire struct {
	Reports int  `json:"reports" doc:"where exact is false rounded, without what fewer than ten organisations of other countries reported"`
	Before  int  `json:"day_before"`
	Waiting bool `json:"waiting" doc:"something came that the figures do not count yet"`
}

func (s *Service) apiLook(ctx context.Context, a ward.Actor, in *lookIn) (*pictureWire, error) {
	f, err := ParseFilter(url.Values{"country": {in.Country}, "from": {in.From}, "to": {in.To}, "cause": {in.Cause}, "family": {in.Family}, "sector": {in.Sector}, "source": {in.Source}})
	if err != nil {
		return nil, err
	}
	p, err := s.Look(ctx, a, f)
	if err != nil {
		return nil, err
	}
	return wireOf(p), nil
}

func wireOf(p Picture) *pictureWire {
	x := p.Figures
	out := &pictureWire{Exact: p.Exact, At: p.At.UTC(), From: p.Filter.From, To: p.Filter.To, Total: countWire(x.Total), Unit: x.Unit, Series: []pointWire{},
		Figures: map[string][]countWire{}, Clocks: []clockWire{}, Clusters: []clusterWire{}}
	if x.Known > 0 {
		out.Index = &x.Index
	}
	for _, s := range x.Series {
		out.Series = append(out.Series, pointWire{s.Start.Format(time.DateOnly), s.Reports, s.History})
	}
	for _, id := range FigureIDs() {
		if id == "series" || id == "clocks" {
			continue
		}
		list := []countWire{}
		for _, c := range x.Counts(id) {
			list = append(list, countWire(c))
		}
		out.Figures[id] = list
	}
	for _, k := range x.Clocks {
		w := clockWire{Stage: k.Stage, Kept: k.Kept, Late: k.Late}
		if k.Median >= 0 {
			h := k.Median.Hours()
			w.Median = &h
		}
		out.Clocks = append(out.Clocks, w)
	}
	for _, c := range p.Clusters {
		out.Clusters = append(out.Clusters, clusterWire{c.Supplier, c.Organisations, c.Countries, c.Own, c.Paper, c.First.UTC(), c.Last.UTC()})
	}
	if p.Alerts != nil {
		out.Alerts = &alertsWire{p.Alerts.Alerts, p.Alerts.Organisations, p.Alerts.Reached, p.Alerts.Acknowledged}
	}
	if p.Recent.Told {
		out.Yesterday = &recentWire{p.Recent.Reports, p.Recent.Before, p.Recent.Waiting}
	}
	return out
}

type sharingWire struct {
	Rule Sharing `json:"rule" enum:"nothing,covered,exact"`
}

type sharingIn struct {
	Body sharingWire
}

func (s *Service) apiSharing(ctx context.Context, a ward.Actor, _ *struct{}) (*sharingWire, error) {
	r, err := s.SharingOf(ctx, a)
	return &sharingWire{r}, err
}

func (s *Service) apiShare(ctx context.Context, a ward.Actor, in *sharingIn) (*sharingWire, error) {
	return &sharingWire{in.Body.Rule}, s.Share(ctx, a, in.Body.Rule)
}
