package authority

import (
	"context"
	"errors"
	"time"

	"ward"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/web"
	"ward/respond/incident"
	"ward/respond/incident/link"
)

// permHandle is the right to what was sent to the team of a country.
const permHandle ward.Permission = "incident.handle"

// Config of New. All fields are needed.
type Config struct {
	DB      *db.DB
	Clock   clock.Clock
	Reports *incident.Service
}

// Service compares and counts. Safe for concurrent use.
type Service struct{ cfg Config }

// New checks cfg.
func New(cfg Config) (*Service, error) {
	if cfg.DB == nil || cfg.Clock == nil || cfg.Reports == nil {
		return nil, errors.New("authority: a needed part is missing")
	}
	return &Service{cfg}, nil
}

// Now is for the quarter that a page begins with.
func (s *Service) Now() time.Time { return s.cfg.Clock() }

// Operations is the table of the API.
func (s *Service) Operations() []web.Operation {
	const related = "/api/v1/incident-queue/{id}/related"
	return []web.Operation{
		web.Op("GET", related, permHandle, "Show which reports belong to this one, and which may, with reasons", s.apiShow),
		web.Do("PUT", related+"/{other}", permHandle, "Say that two reports belong together, or are one that was told twice", s.apiJoin),
		web.Do("DELETE", related+"/{other}", permHandle, "Take that back", s.apiPart),
		web.Op("GET", "/api/v1/incident-statistics/{quarter}", permHandle, "The summary of a quarter (NIS2 Art. 23(9)), small numbers hidden", s.apiSummary),
		web.Op("GET", "/api/v1/incident-statistics/{quarter}/incidents", permHandle, "The incidents of a quarter in the shape of CIRAS, without names", s.apiRows),
	}
}

type reportIn struct {
	ID string `path:"id"`
}

type linkWire struct {
	ID     string    `json:"id"`
	Number string    `json:"number"`
	Name   string    `json:"organisation"`
	Kind   link.Kind `json:"kind" doc:"related, duplicate"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

type candidateWire struct {
	ID        string   `json:"id"`
	Number    string   `json:"number"`
	Name      string   `json:"organisation"`
	Score     int      `json:"score" doc:"0 to 100"`
	Reasons   []Reason `json:"reasons"`
	Duplicate bool     `json:"duplicate" doc:"looks like one incident that was told twice"`
}

type relatedOut struct {
	Links      []linkWire      `json:"links"`
	Candidates []candidateWire `json:"candidates"`
}

func (s *Service) apiShow(ctx context.Context, a ward.Actor, in *reportIn) (*relatedOut, error) {
	v, err := s.Show(ctx, a, in.ID)
	out := &relatedOut{[]linkWire{}, []candidateWire{}}
	for _, l := range v.Links {
		out.Links = append(out.Links, linkWire{l.Other, l.Number, l.Name, l.Kind, l.By, l.At.UTC()})
	}
	for _, c := range v.Candidates {
		out.Candidates = append(out.Candidates, candidateWire{c.ID, c.Number, c.Name, c.Score, c.Reasons, c.Duplicate()})
	}
	return out, err
}

type joinReportsIn struct {
	ID    string `path:"id"`
	Other string `path:"other"`
	Body  struct {
		Kind link.Kind `json:"kind" enum:"related,duplicate"`
	}
}

func (s *Service) apiJoin(ctx context.Context, a ward.Actor, in *joinReportsIn) error {
	return s.Join(ctx, a, in.ID, in.Other, in.Body.Kind)
}

type partReportsIn struct {
	ID    string `path:"id"`
	Other string `path:"other"`
}

func (s *Service) apiPart(ctx context.Context, a ward.Actor, in *partReportsIn) error {
	return s.Part(ctx, a, in.ID, in.Other)
}

type quarterIn struct {
	Quarter string `path:"quarter" doc:"2026-Q4"`
}

func (in quarterIn) parse() (Quarter, error) {
	q, ok := ParseQuarter(in.Quarter)
	if !ok {
		return q, ward.Fail(ward.NotFound, "")
	}
	return q, nil
}

type countWire struct {
	Group  string `json:"group"`
	Value  string `json:"value"`
	Count  int    `json:"at_least" doc:"rounded down to five"`
	Hidden bool   `json:"hidden,omitempty" doc:"too few to tell"`
}

type summaryOut struct {
	Schema  string       `json:"schema"`
	Quarter string       `json:"quarter"`
	Country ward.Country `json:"country"`
	Counts  []countWire  `json:"counts"`
}

// Schema is the version of the summary; fields are only added.
const Schema = "ward.incident.quarter/1"

// Wire is the summary as it leaves the authority.
func (x Summary) Wire() any {
	out := summaryOut{Schema, x.Quarter.String(), x.Country, []countWire{}}
	for _, c := range append([]Count{x.Total()}, x.Counts...) {
		n, ok := c.Told()
		if !ok {
			n = 0
		}
		out.Counts = append(out.Counts, countWire{c.Group, c.Value, n, !ok})
	}
	return out
}

func (s *Service) apiSummary(ctx context.Context, a ward.Actor, in *quarterIn) (*summaryOut, error) {
	q, err := in.parse()
	if err != nil {
		return nil, err
	}
	x, err := s.Summarise(ctx, a, q)
	out, _ := x.Wire().(summaryOut)
	return &out, err
}

type rowsOut struct {
	Incidents []Row `json:"incidents"`
}

func (s *Service) apiRows(ctx context.Context, a ward.Actor, in *quarterIn) (*rowsOut, error) {
	q, err := in.parse()
	if err != nil {
		return nil, err
	}
	rows, err := s.Rows(ctx, a, q)
	return &rowsOut{rows}, err
}
