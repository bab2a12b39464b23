package sensor

import (
	"context"
	"slices"
	"time"

	"ward"
	"ward/kit/web"
)

type hospitalCountWire struct {
	Country string `json:"country,omitempty" doc:"none for the Union"`
	AtLeast int    `json:"at_least"`
}

func wireCount(c Count) hospitalCountWire { return hospitalCountWire{string(c.Country), c.Least} }

type sightingSpreadOut struct {
	Several       bool                `json:"several" doc:"at least three other hospitals in at least two countries, before today"`
	Organisations []hospitalCountWire `json:"organisations" doc:"numbers that hide everybody; for who may count"`
}

func (s *Service) apiSpread(ctx context.Context, a ward.Actor, in *itemIn) (*sightingSpreadOut, error) {
	x, err := s.SpreadOf(ctx, a, in.Item)
	return &sightingSpreadOut{x.Several, web.Each(x.Told, wireCount)}, err
}

// HitWire is a hit in a list; exported, as its fields are those of others too.
type HitWire struct {
	ID           string            `json:"id"`
	Organisation string            `json:"organisation"`
	Kind         string            `json:"kind"`
	Type         string            `json:"type"`
	Value        string            `json:"value" doc:"of a rule its id"`
	Title        string            `json:"title,omitempty"`
	Level        string            `json:"level,omitempty"`
	Source       string            `json:"source,omitempty"`
	Item         string            `json:"item,omitempty" doc:"of the content of this house; none for what you looked for by yourself"`
	Subject      string            `json:"subject"`
	First        time.Time         `json:"first"`
	Last         time.Time         `json:"last"`
	Count        int64             `json:"count"`
	Sensor       string            `json:"sensor"`
	Fields       map[string]string `json:"fields"`
	Redacted     int               `json:"redacted" doc:"places where this house still found a person and took it out"`
	Before       int               `json:"before,omitempty" doc:"seen before the indicator was known, as the sensor's memory says, on at least so many computers; count is then days"`
	Clock        string            `json:"clock,omitempty" doc:"future: the sensor's clock was ahead, the time is that of arrival; old"`
	State        HitState          `json:"state"`
	Received     time.Time         `json:"received"`
}

func wireHit(h Hit) HitWire {
	w := HitWire{ID: h.ID, Organisation: string(h.Org), Kind: string(h.Kind), Type: h.Type, Value: h.Value, Title: h.Title, Level: h.Level, Source: h.Source, Item: h.Item,
		Subject: h.Subject, First: h.First.UTC(), Last: h.Last.UTC(), Count: h.Count, Sensor: h.Sensor, Fields: map[string]string{}, Redacted: h.Redacted,
		Before: h.Before, Clock: string(h.Clock), State: h.State, Received: h.Received.UTC()}
	for _, f := range h.Fields {
		w.Fields[f.Name] = f.Value
	}
	return w
}

type hitsIn struct {
	State string `query:"state" doc:"new, looking, confirmed, false_positive, closed or all; left out: what is open"`
	Item  string `query:"item"`
	After string `query:"after" doc:"id of the last one that you have"`
	Limit int    `query:"limit" minimum:"0" maximum:"200"`
}

type hitsOut struct {
	Hits []HitWire `json:"hits"`
	More bool      `json:"more"`
}

func (s *Service) apiSightings(ctx context.Context, a ward.Actor, in *hitsIn) (*hitsOut, error) {
	f := HitFilter{Item: in.Item, After: in.After, Limit: in.Limit, All: in.State == "all"}
	if !f.All && in.State != "" {
		if f.State = HitState(in.State); !slices.Contains(HitStates(), f.State) {
			return nil, invalid("state", "state")
		}
	}
	list, more, err := s.Hits(ctx, a, f)
	return &hitsOut{web.Each(list, wireHit), more}, err
}

type hitEntryWire struct {
	At      time.Time `json:"at"`
	Person  string    `json:"person"`
	State   HitState  `json:"state,omitempty"`
	Comment string    `json:"comment,omitempty"`
}

type hitOut struct {
	HitWire
	History []hitEntryWire `json:"history"`
}

func (s *Service) apiSighting(ctx context.Context, a ward.Actor, in *idIn) (*hitOut, error) {
	h, entries, err := s.Hit(ctx, a, in.ID)
	if err != nil {
		return nil, err
	}
	return &hitOut{wireHit(h), web.Each(entries, func(e Entry) hitEntryWire { return hitEntryWire{e.At.UTC(), e.Person, e.State, e.Comment} })}, nil
}

type moveHitIn struct {
	ID   string `path:"id"`
	Body struct {
		State   string `json:"state"`
		Comment string `json:"comment" required:"false" doc:"needed for a false positive"`
		Tell    bool   `json:"tell" required:"false" doc:"of a false positive: the author of the content reads the comment, without your name"`
	}
}

func (s *Service) apiMove(ctx context.Context, a ward.Actor, in *moveHitIn) error {
	return s.Move(ctx, a, in.ID, HitState(in.Body.State), in.Body.Comment, in.Body.Tell)
}

type commentHitIn struct {
	ID   string `path:"id"`
	Body struct {
		Comment string `json:"comment"`
	}
}

func (s *Service) apiComment(ctx context.Context, a ward.Actor, in *commentHitIn) error {
	return s.Comment(ctx, a, in.ID, in.Body.Comment)
}

type sensorWire struct {
	Organisation string     `json:"organisation"`
	ID           string     `json:"id"`
	Version      string     `json:"version"`
	First        time.Time  `json:"first"`
	Last         time.Time  `json:"last"`
	Hits         int64      `json:"hits"`
	Refused      int64      `json:"refused"`
	Silent       bool       `json:"silent" doc:"nothing was heard of it for a day"`
	Counters     Counters   `json:"counters"`
	Health       *time.Time `json:"health,omitempty" doc:"when it last spoke of itself"`
}

type sensorsOut struct {
	Sensors []sensorWire `json:"sensors"`
}

func (s *Service) apiSensors(ctx context.Context, a ward.Actor, _ *struct{}) (*sensorsOut, error) {
	list, err := s.Sensors(ctx, a)
	now := s.Now()
	return &sensorsOut{web.Each(list, func(x Sensor) sensorWire {
		return sensorWire{string(x.Org), x.ID, x.Version, x.First.UTC(), x.Last.UTC(), x.Hits, x.Refused, x.Silent(now), x.Counters, web.Moment(x.Health)}
	})}, err
}

type sensorFiguresOut struct {
	Organisations []hospitalCountWire `json:"organisations" doc:"with a sensor that was heard of the day before"`
}

func (s *Service) apiFigures(ctx context.Context, a ward.Actor, _ *struct{}) (*sensorFiguresOut, error) {
	list, err := s.Sensing(ctx, a)
	return &sensorFiguresOut{web.Each(list, wireCount)}, err
}
