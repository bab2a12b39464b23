package api

import (
	"context"

	"ward"
	"ward/detect/alert"
)

type overviewQuery struct {
	Before int64 `query:"before" minimum:"0" doc:"number of the last issue of the page before"`
	Limit  int   `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type wireOverview struct {
	Issues []wireReach `json:"issues"`
}

func (h handler) overview(ctx context.Context, a ward.Actor, in *overviewQuery) (*wireOverview, error) {
	all, err := h.svc.Overview(ctx, a, alert.OverviewFilter{Before: in.Before, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := &wireOverview{Issues: make([]wireReach, len(all))}
	for i, r := range all {
		out.Issues[i] = reachWire(r)
	}
	return out, nil
}

type respondersQuery struct {
	Issue int64  `path:"issue" minimum:"1" maximum:"1000000000000"`
	Group string `query:"group" enum:"silent,overdue,failed"`
	After string `query:"after" maxLength:"100"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

type wireResponder struct {
	WireAlert
	Name     string        `json:"name"`
	Reached  bool          `json:"reached"`
	Failed   bool          `json:"failed"`
	Contacts []wireContact `json:"contacts" doc:"of those whom the caller may see"`
}

type wireResponders struct {
	Reach         wireReach       `json:"reach"`
	CVEs          []string        `json:"cves"`
	Organisations []wireResponder `json:"organisations"`
	Next          string          `json:"next,omitempty"`
}

func (h handler) responders(ctx context.Context, a ward.Actor, in *respondersQuery) (*wireResponders, error) {
	r, err := h.svc.Responders(ctx, a, in.Issue, alert.Group(in.Group), in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &wireResponders{Reach: reachWire(r.Reach), CVEs: list(r.CVEs), Organisations: make([]wireResponder, len(r.Rows)), Next: r.Next}
	for i, x := range r.Rows {
		out.Organisations[i] = wireResponder{alertWire(x.Alert), x.Organisation.Name, x.Reached, x.Failed, contactsWire(x.Contacts)}
	}
	return out, nil
}
