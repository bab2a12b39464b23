package picture

import (
	"context"
	"encoding/json"
	"time"

	"ward"
	"ward/kit/web"
)

// MaxUpload bounds what an import is sent, packed.
const MaxUpload = 64 << 20

// writing are the operations of the Centre: weekly reports and history.
func (s *Service) writing() []web.Operation {
	return []web.Operation{
		web.Op("GET", "/api/v1/picture/weekly", permRead, "List weekly situation reports; drafts only for who may write", s.apiWeeklies),
		web.Op("GET", "/api/v1/picture/weekly/{weekly}", permRead, "One weekly report", s.apiWeekly),
		web.Op("POST", "/api/v1/picture/weekly", permWrite, "Draft the report of a week from the data, or find it", s.apiDraft),
		web.Do("PUT", "/api/v1/picture/weekly/{weekly}", permWrite, "Keep a new text; version is the one it was made from", s.apiEdit),
		web.Do("POST", "/api/v1/picture/weekly/{weekly}/publish", permWrite, "Show the newest text to all readers", s.apiPublish),
		web.Stream("POST", "/api/v1/picture/history", permWrite, "Import history: VCDB JSON or breaches of the US health authority as CSV, plain or in an archive; query: name", "application/json",
			MaxUpload, s.apiImport).Takes("name"),
	}
}

type weeklyWire struct {
	ID        string            `json:"id"`
	Week      string            `json:"week" doc:"its Monday"`
	State     string            `json:"state" enum:"draft,published"`
	Version   int64             `json:"version"`
	Published *time.Time        `json:"published,omitempty"`
	Body      string            `json:"body,omitempty"`
	Versions  []weeklyTextsWire `json:"versions,omitempty" doc:"for who may write"`
}

type weeklyTextsWire struct {
	Version int64     `json:"version"`
	At      time.Time `json:"at"`
	Person  string    `json:"person,omitempty" doc:"empty: drafted from data"`
	Lang    ward.Lang `json:"lang"`
	Body    string    `json:"body"`
	Note    string    `json:"note,omitempty"`
}

func wireWeekly(w Weekly) weeklyWire {
	out := weeklyWire{ID: w.ID, Week: w.Week.Format(time.DateOnly), State: "published", Version: w.Version, Body: w.Body}
	if w.Draft() {
		out.State = "draft"
	} else {
		at := w.PublishedAt.UTC()
		out.Published = &at
	}
	for _, v := range w.Versions {
		out.Versions = append(out.Versions, weeklyTextsWire{v.Version, v.At.UTC(), string(v.Person), v.Lang, v.Body, v.Note})
	}
	return out
}

type weekliesWire struct {
	Reports []weeklyWire `json:"reports"`
}

func (s *Service) apiWeeklies(ctx context.Context, a ward.Actor, _ *struct{}) (*weekliesWire, error) {
	list, err := s.Weeklies(ctx, a)
	out := &weekliesWire{Reports: []weeklyWire{}}
	for _, w := range list {
		out.Reports = append(out.Reports, wireWeekly(w))
	}
	return out, err
}

type weeklyIn struct {
	ID string `path:"weekly"`
}

func (s *Service) apiWeekly(ctx context.Context, a ward.Actor, in *weeklyIn) (*weeklyWire, error) {
	w, err := s.Weekly(ctx, a, in.ID)
	if err != nil {
		return nil, err
	}
	out := wireWeekly(w)
	return &out, nil
}

type draftIn struct {
	Week string `query:"week" maxLength:"10" doc:"Monday of a week that is over; empty: the last one"`
}

func (s *Service) apiDraft(ctx context.Context, a ward.Actor, in *draftIn) (*weeklyWire, error) {
	id, err := s.Draft(ctx, a, in.Week)
	if err != nil {
		return nil, err
	}
	return s.apiWeekly(ctx, a, &weeklyIn{id})
}

type editIn struct {
	ID   string `path:"weekly"`
	Body struct {
		Version int64  `json:"version"`
		Body    string `json:"body" maxLength:"20000"`
		Note    string `json:"note,omitempty" maxLength:"300" doc:"needed once the report is published"`
	}
}

func (s *Service) apiEdit(ctx context.Context, a ward.Actor, in *editIn) error {
	return s.Edit(ctx, a, in.ID, in.Body.Version, in.Body.Body, in.Body.Note)
}

type publishIn struct {
	ID   string `path:"weekly"`
	Body struct {
		Version int64 `json:"version"`
	}
}

func (s *Service) apiPublish(ctx context.Context, a ward.Actor, in *publishIn) error {
	return s.Publish(ctx, a, in.ID, in.Body.Version)
}

func (s *Service) apiImport(c *web.Call) error {
	name := c.Query("name")
	if name == "" {
		name = "upload"
	}
	out, err := s.Import(c.Context(), c.Actor, name, c.R.Body)
	if err != nil {
		return err
	}
	c.W.Header().Set("Content-Type", "application/json")
	return ward.Wrap("write", json.NewEncoder(c.W).Encode(out))
}
