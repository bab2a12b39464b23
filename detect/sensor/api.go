package sensor

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"ward"
	"ward/format/detection"
	"ward/format/indicator"
	"ward/kit/web"
)

func (s *Service) operations() []web.Operation {
	const all, one = "/api/v1/detection/collections", "/api/v1/detection/collections/{id}"
	const hit = "/api/v1/detection/sightings/{id}"
	return []web.Operation{
		web.Stream("GET", detection.BundlePath, permSend, "What your organisation's sensors look for, signed (header Ward-Signature); ETag", "application/json", 0, s.apiBundle),
		web.Stream("GET", detection.KeyPath, web.Public, "The key that bundles are signed with", "application/json", 0, s.apiKey),
		web.Stream("POST", detection.HitsPath, permSend, "Send a batch of hits, gzip allowed; a batch of the same id is answered as before", "application/json", detection.MaxUpload, s.apiHits),
		web.Stream("POST", detection.HealthPath, permSend, "Send what a sensor says of itself: counts alone", "", detection.MaxHealth, s.apiHealth),

		web.Op("GET", all, permRead, "List what is looked for, as far as you may know", s.apiList),
		web.Op("POST", all, permWrite, "Start a collection of indicators and rules", s.apiCreate),
		web.Op("GET", one, permRead, "Show a collection and a part of what is in it; query: offset", s.apiGet),
		web.Do("PUT", one, permWrite, "Change what is said of a draft", s.apiSave),
		web.Stream("POST", one+"/items", permWrite, "Add a list or rules to a draft; query: kind (indicator, rule, harmless), name, look=1 to keep nothing", "application/json", MaxUpload+1, s.apiAdd).Takes("kind", "name", "look"),
		web.Do("DELETE", "/api/v1/detection/items/{item}", permWrite, "Take an item out of its draft", s.apiRemove),
		web.Do("POST", one+"/submit", permWrite, "Hand a draft to a second person", s.apiSubmit),
		web.Do("POST", one+"/publish", permPublish, "Give a collection out to sensors", s.apiPublish),
		web.Do("POST", one+"/return", permWrite, "Make a draft again of a collection", s.apiReturn),
		web.Do("POST", one+"/withdraw", permWrite, "Take a collection back", s.apiWithdraw),
		web.Op("GET", "/api/v1/detection/items/{item}/spread", permRead, "How widely an indicator or rule was seen, as far as it may be told", s.apiSpread),

		web.Op("GET", "/api/v1/detection/sightings", permHits, "List hits: a hospital its own, a CSIRT those of its country", s.apiSightings),
		web.Op("GET", hit, permHits, "Show a hit with its history", s.apiSighting),
		web.Do("POST", hit+"/state", permWork, "Say what became of a hit", s.apiMove),
		web.Do("POST", hit+"/comment", permWork, "Comment on a hit", s.apiComment),
		web.Op("GET", "/api/v1/detection/sensors", permHits, "List sensors with version, last sign of life and counters", s.apiSensors),
		web.Op("GET", "/api/v1/detection/figures", permCount, "Count the organisations with sensors; small numbers are not told", s.apiFigures),
	}
}

// answer writes JSON of a stream.
func answer(c *web.Call, v any) error {
	c.W.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(c.W).Encode(v)
}

func (s *Service) apiBundle(c *web.Call) error {
	b, err := s.Bundle(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	c.W.Header().Set(detection.SignatureHeader, b.Signature)
	c.W.Header().Set("Cache-Control", "private, no-cache") // it follows clearance: no proxy may hand it on
	return c.Content("application/json", time.Time{}, b.Body)
}

func (s *Service) apiKey(c *web.Call) error {
	k, _ := s.Key()
	body, err := k.Encode()
	if err != nil {
		return err
	}
	return c.Content("application/json", time.Time{}, body)
}

func (s *Service) apiHits(c *web.Call) error {
	body, err := inflate(c.R.Body, strings.EqualFold(c.R.Header.Get("Content-Encoding"), "gzip"))
	if err != nil {
		return err
	}
	out, err := s.Receive(c.Context(), c.Actor, body)
	if err != nil {
		return err
	}
	return answer(c, out)
}

func (s *Service) apiHealth(c *web.Call) error {
	body, err := bodyOf(c.R.Body, detection.MaxHealth)
	if err != nil {
		return err
	}
	if err := s.Report(c.Context(), c.Actor, body); err != nil {
		return err
	}
	c.W.WriteHeader(http.StatusNoContent)
	return nil
}

// CollectionHeadWire is what is said of a collection; exported, as its fields are those of others too.
type CollectionHeadWire struct {
	Title    string `json:"title"`
	Summary  string `json:"summary" required:"false"`
	Advice   string `json:"advice" required:"false" doc:"what to do where one of it is seen"`
	Source   string `json:"source" required:"false" doc:"who says so"`
	Lang     string `json:"lang" required:"false"`
	TLP      string `json:"tlp" doc:"CLEAR, GREEN, AMBER or AMBER+STRICT"`
	Severity string `json:"severity" required:"false" doc:"low, medium, high (the default), critical"`
}

func (w CollectionHeadWire) head() (Head, error) {
	h := Head{Title: w.Title, Summary: w.Summary, Advice: w.Advice, Source: w.Source, Lang: ward.Lang(w.Lang), Severity: ward.SeverityHigh}
	var ok bool
	if h.TLP, ok = ward.ParseTLP(w.TLP); !ok {
		return h, invalid("tlp", "tlp")
	}
	if w.Severity != "" {
		if h.Severity, ok = ward.ParseSeverity(w.Severity); !ok {
			return h, invalid("severity", "severity")
		}
	}
	return h, nil
}

// CollectionWire is a collection in a list; exported, as its fields are those of others too.
type CollectionWire struct {
	ID string `json:"id"`
	CollectionHeadWire
	State      State      `json:"state"`
	Country    string     `json:"country,omitempty" doc:"for whom; none for everybody"`
	Edit       int64      `json:"edit" doc:"named by a change"`
	Reason     string     `json:"reason,omitempty"`
	Indicators int        `json:"indicators"`
	Rules      int        `json:"rules"`
	Harmless   int        `json:"harmless"`
	Published  *time.Time `json:"published,omitempty"`
	Updated    time.Time  `json:"updated"`
}

func wireCollection(c Collection) CollectionWire {
	return CollectionWire{ID: c.ID, CollectionHeadWire: CollectionHeadWire{c.Title, c.Summary, c.Advice, c.Source, string(c.Lang), c.TLP.String(), c.Severity.String()},
		State: c.State, Country: string(c.Country), Edit: c.Edit, Reason: c.Reason, Indicators: c.Indicators, Rules: c.Rules, Harmless: c.Harmless,
		Published: web.Moment(c.Published), Updated: c.Updated.UTC()}
}

type detectionItemWire struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"`
	Type   string `json:"type"`
	Value  string `json:"value"`
	Covers bool   `json:"covers_subdomains,omitempty"`
	Ref    string `json:"ref,omitempty"`
	Title  string `json:"title,omitempty"`
	Level  string `json:"level,omitempty"`
	Author string `json:"author,omitempty"`
	YAML   string `json:"yaml,omitempty"`
}

func wireItem(i Item) detectionItemWire {
	return detectionItemWire{i.ID, string(i.Kind), i.Type, i.Value, i.Covers, i.Ref, i.Title, i.Level, i.Author, i.YAML}
}

type detectionFeedbackWire struct {
	Item    string `json:"item"`
	Day     string `json:"day"`
	Comment string `json:"comment"`
}

type collectionsOut struct {
	Collections []CollectionWire `json:"collections"`
}

func (s *Service) apiList(ctx context.Context, a ward.Actor, _ *struct{}) (*collectionsOut, error) {
	list, err := s.List(ctx, a)
	return &collectionsOut{web.Each(list, wireCollection)}, err
}

type createCollectionIn struct{ Body CollectionHeadWire }

type collectionIDOut struct {
	ID string `json:"id"`
}

func (s *Service) apiCreate(ctx context.Context, a ward.Actor, in *createCollectionIn) (*collectionIDOut, error) {
	h, err := in.Body.head()
	if err != nil {
		return nil, err
	}
	id, err := s.Create(ctx, a, h)
	return &collectionIDOut{id}, err
}

type collectionIn struct {
	ID     string `path:"id"`
	Offset int    `query:"offset" minimum:"0"`
}

type collectionOut struct {
	CollectionWire
	LeftOut  int                     `json:"left_out,omitempty" doc:"entries for which bundles had no room today: sensors do not look for them"`
	Items    []detectionItemWire     `json:"items"`
	Feedback []detectionFeedbackWire `json:"feedback" doc:"what hospitals say of false positives, for who keeps the collection"`
}

func (s *Service) apiGet(ctx context.Context, a ward.Actor, in *collectionIn) (*collectionOut, error) {
	v, err := s.Get(ctx, a, in.ID, in.Offset)
	if err != nil {
		return nil, err
	}
	return &collectionOut{wireCollection(v.Collection), s.bundle.left(in.ID), web.Each(v.Items, wireItem),
		web.Each(v.Feedback, func(f Feedback) detectionFeedbackWire {
			return detectionFeedbackWire{f.Item.ID, f.Day.UTC().Format(time.DateOnly), f.Comment}
		}),
	}, nil
}

type saveCollectionIn struct {
	ID   string `path:"id"`
	Body struct {
		CollectionHeadWire
		Edit int64 `json:"edit" doc:"of the collection that you saw"`
	}
}

func (s *Service) apiSave(ctx context.Context, a ward.Actor, in *saveCollectionIn) error {
	h, err := in.Body.head()
	if err != nil {
		return err
	}
	return s.Save(ctx, a, in.ID, in.Body.Edit, h)
}

type importWire struct {
	Format       string             `json:"format"`
	Found        int                `json:"found"`
	Taken        int                `json:"taken"`
	Refused      []refusalWire      `json:"refused"`
	RefusedTotal int                `json:"refused_total"`
	Benign       []indicator.Benign `json:"benign"`
	BenignTotal  int                `json:"benign_total"`
}

type refusalWire struct {
	Line   int    `json:"line,omitempty"`
	Text   string `json:"text"`
	Reason string `json:"reason"`
}

func (s *Service) apiAdd(c *web.Call) error {
	id, kind, name := c.Path("id"), Kind(c.Query("kind")), c.Query("name")
	if kind == "" {
		kind = Indicator
	}
	if _, err := s.draft(c.Context(), c.Actor, id); err != nil { // before the body is read
		return err
	}
	body, err := bodyOf(c.R.Body, MaxUpload)
	if err != nil {
		return err
	}
	do := s.Add
	if c.Query("look") == "1" {
		do = s.Look
	}
	out, err := do(c.Context(), c.Actor, id, kind, name, body)
	if err != nil {
		return err
	}
	w := importWire{out.Format, out.Found, out.Taken, web.Each(out.Refused, func(r Refusal) refusalWire { return refusalWire(r) }), out.RefusedTotal, out.Benign, out.BenignTotal}
	if w.Benign == nil {
		w.Benign = []indicator.Benign{}
	}
	if out.Found == 0 && out.RefusedTotal > 0 && c.Query("look") != "1" {
		return &web.Refused{Err: invalid("empty", "text"), Outcome: w}
	}
	return answer(c, w)
}

type itemIn struct {
	Item string `path:"item"`
}

func (s *Service) apiRemove(ctx context.Context, a ward.Actor, in *itemIn) error {
	_, err := s.RemoveItem(ctx, a, in.Item)
	return err
}

type idIn struct {
	ID string `path:"id"`
}

func (s *Service) apiSubmit(ctx context.Context, a ward.Actor, in *idIn) error {
	return s.Submit(ctx, a, in.ID)
}

type publishCollectionIn struct {
	ID   string `path:"id"`
	Body struct {
		Edit int64 `json:"edit" doc:"of the collection that you read"`
	}
}

func (s *Service) apiPublish(ctx context.Context, a ward.Actor, in *publishCollectionIn) error {
	return s.Publish(ctx, a, in.ID, in.Body.Edit)
}

type reasonCollectionIn struct {
	ID   string `path:"id"`
	Body struct {
		Reason string `json:"reason"`
	}
}

func (s *Service) apiReturn(ctx context.Context, a ward.Actor, in *reasonCollectionIn) error {
	return s.Return(ctx, a, in.ID, in.Body.Reason)
}

func (s *Service) apiWithdraw(ctx context.Context, a ward.Actor, in *reasonCollectionIn) error {
	return s.Withdraw(ctx, a, in.ID, in.Body.Reason)
}
