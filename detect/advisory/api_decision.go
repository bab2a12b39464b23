package advisory

import (
	"context"
	"time"

	"ward"
	"ward/detect/advisory/decision"
	"ward/kit/web"
)

// decisionOperations are the routes on what analysts settled.
func (s *Service) decisionOperations() []web.Operation {
	return []web.Operation{
		web.Op("GET", "/api/v1/decisions", "decision.read", "List decisions on names and versions, newest first", s.apiDecisions),
		web.Op("POST", "/api/v1/decisions", "decision.write", "Decide a name or a version text for all organisations", s.apiDecide),
		web.Op("GET", "/api/v1/decisions/{id}", "decision.read", "Show a decision", s.apiDecision),
		web.Do("POST", "/api/v1/decisions/{id}/undo", "decision.write", "End a decision's effect; it stays on record", s.apiUndo),
	}
}

// ReviewOperations are the operations of the queue of cases that r answers.
func (s *Service) ReviewOperations(r Reviews) []web.Operation {
	return []web.Operation{
		web.Op("GET", "/api/v1/reviews", "decision.read", "List the cases that a person must decide, most widely held first",
			func(ctx context.Context, a ward.Actor, _ *struct{}) (*reviewsOut, error) {
				list, err := s.ReviewQueue(ctx, a, r)
				return &reviewsOut{Cases: web.Each(list, wireReview)}, err
			}),
		web.Op("GET", "/api/v1/reviews/{key}", "decision.read", "Show one case with the claims that raised it",
			func(ctx context.Context, a ward.Actor, in *reviewIn) (*reviewOut, error) {
				c, claims, err := s.ReviewCase(ctx, a, r, in.Key)
				return &reviewOut{Case: wireReview(c), Claims: web.Each(claims, wireClaim)}, err
			}),
	}
}

// decisionWire is a decision with its end, if it was undone; it is never deleted.
type decisionWire struct {
	ID          string     `json:"id"`
	Kind        string     `json:"kind" doc:"alias, reading or note"`
	Vendor      string     `json:"vendor,omitempty"`
	Name        string     `json:"name,omitempty"`
	Model       string     `json:"model,omitempty"`
	ClaimVendor string     `json:"claim_vendor,omitempty"`
	ClaimNames  []string   `json:"claim_names,omitempty"`
	Same        bool       `json:"same"`
	Range       string     `json:"range,omitempty"`
	Version     string     `json:"version,omitempty"`
	Verdict     string     `json:"verdict,omitempty"`
	Advisory    string     `json:"advisory,omitempty"`
	Leaf        string     `json:"leaf,omitempty"`
	Path        string     `json:"path,omitempty"`
	Reason      string     `json:"reason"`
	Author      string     `json:"author"`
	At          time.Time  `json:"at"`
	UndoneAt    *time.Time `json:"undone_at,omitempty"`
	UndoneBy    string     `json:"undone_by,omitempty"`
	UndoReason  string     `json:"undo_reason,omitempty"`
}

func wireDecision(d decision.Decision) decisionWire {
	w := decisionWire{ID: d.ID, Kind: string(d.Kind), Vendor: d.Vendor, Name: d.Name, Model: d.Model, ClaimVendor: d.ClaimVendor,
		ClaimNames: d.ClaimNames, Same: d.Same, Range: d.Range, Version: d.Version, Advisory: string(d.Advisory), Leaf: d.Leaf,
		Path: d.Path, Reason: d.Reason, Author: d.AuthorName, At: d.At, UndoneAt: web.Moment(d.Undone.At), UndoneBy: d.Undone.Name,
		UndoReason: d.Undone.Reason}
	if d.Kind == decision.Reading {
		w.Verdict = d.Verdict.String()
	}
	return w
}

type decisionsIn struct {
	After string `query:"after" maxLength:"1500"`
	Limit int    `query:"limit" minimum:"0" maximum:"200"`
}

type decisionsOut struct {
	Decisions []decisionWire `json:"decisions"`
	Next      string         `json:"next,omitempty"`
}

func (s *Service) apiDecisions(ctx context.Context, a ward.Actor, in *decisionsIn) (*decisionsOut, error) {
	p, err := s.DecisionList(ctx, a, in.After, in.Limit)
	return &decisionsOut{Decisions: web.Each(p.Decisions, wireDecision), Next: p.Next}, err
}

// decideIn holds the fields of all three kinds: an alias needs name or model and
// claim_names, a reading needs range, version and verdict, a note an advisory.
type decideIn struct {
	Body struct {
		Kind        string   `json:"kind" enum:"alias,reading,note"`
		Vendor      string   `json:"vendor,omitempty" doc:"as the inventory writes it"`
		Name        string   `json:"name,omitempty"`
		Model       string   `json:"model,omitempty"`
		ClaimVendor string   `json:"claim_vendor,omitempty" doc:"as the advisory writes it"`
		ClaimNames  []string `json:"claim_names,omitempty" maxItems:"64"`
		Same        bool     `json:"same,omitempty"`
		Range       string   `json:"range,omitempty"`
		Version     string   `json:"version,omitempty"`
		Verdict     string   `json:"verdict,omitempty" enum:"affected,not_affected"`
		Advisory    string   `json:"advisory,omitempty"`
		Leaf        string   `json:"leaf,omitempty"`
		Path        string   `json:"path,omitempty"`
		Reason      string   `json:"reason"`
	}
}

func (s *Service) apiDecide(ctx context.Context, a ward.Actor, in *decideIn) (*decisionWire, error) {
	b := &in.Body
	d := decision.Decision{Kind: decision.Kind(b.Kind), Vendor: b.Vendor, Name: b.Name, Model: b.Model, ClaimVendor: b.ClaimVendor,
		ClaimNames: b.ClaimNames, Same: b.Same, Range: b.Range, Version: b.Version, Advisory: ward.AdvisoryID(b.Advisory),
		Leaf: b.Leaf, Path: b.Path, Reason: b.Reason}
	d.Verdict, _ = ward.ParseVerdict(b.Verdict)
	d, err := s.Decide(ctx, a, d)
	w := wireDecision(d)
	return &w, err
}

type decisionIn struct {
	ID string `path:"id"`
}

func (s *Service) apiDecision(ctx context.Context, a ward.Actor, in *decisionIn) (*decisionWire, error) {
	d, err := s.DecisionByID(ctx, a, in.ID)
	w := wireDecision(d)
	return &w, err
}

// undoIn needs a reason: it is kept beside the one of the decision.
type undoIn struct {
	ID   string `path:"id"`
	Body struct {
		Reason string `json:"reason"`
	}
}

func (s *Service) apiUndo(ctx context.Context, a ward.Actor, in *undoIn) error {
	return s.Undo(ctx, a, in.ID, in.Body.Reason)
}

type reviewIn struct {
	Key string `path:"key"`
}

// reviewWire is an open case. It counts organisations and names none: who holds
// what is no business of the queue.
type reviewWire struct {
	Key           string   `json:"key"`
	Advisory      string   `json:"advisory"`
	Vendor        string   `json:"vendor,omitempty"`
	Name          string   `json:"name,omitempty"`
	Model         string   `json:"model,omitempty"`
	Version       string   `json:"version,omitempty"`
	Reason        string   `json:"reason"`
	Identity      string   `json:"identity"`
	Leaf          string   `json:"leaf"`
	Path          string   `json:"path"`
	Detail        string   `json:"detail"`
	CVEs          []string `json:"cves"`
	Organisations int      `json:"organisations"`
	Assets        int      `json:"assets"`
}

func wireReview(c ward.ReviewCase) reviewWire {
	return reviewWire{Key: c.Key(), Advisory: string(c.Advisory), Vendor: c.Ref.Vendor, Name: c.Ref.Name, Model: c.Ref.Model,
		Version: c.Ref.Version, Reason: string(c.Finding.Reason), Identity: c.Finding.Identity, Leaf: c.Finding.Leaf,
		Path: c.Finding.Path, Detail: c.Finding.Detail, CVEs: append([]string{}, c.CVEs...), Organisations: c.Organisations, Assets: c.Assets}
}

type reviewsOut struct {
	Cases []reviewWire `json:"cases"`
}

// claimWire is what the advisory states of the leaf in question.
type claimWire struct {
	Leaf    string   `json:"leaf"`
	Path    string   `json:"path"`
	Vendor  string   `json:"vendor"`
	Names   []string `json:"names"`
	Models  []string `json:"models"`
	Version string   `json:"version,omitempty"`
	Range   string   `json:"range,omitempty"`
	Status  string   `json:"status"`
	CVEs    []string `json:"cves"`
}

func wireClaim(c ward.Claim) claimWire {
	return claimWire{Leaf: c.Leaf, Path: c.Path, Vendor: c.Vendor, Names: append([]string{}, c.Names...), Models: append([]string{}, c.Models...),
		Version: c.Version, Range: c.Range, Status: c.Status.String(), CVEs: append([]string{}, c.CVEs...)}
}

type reviewOut struct {
	Case   reviewWire  `json:"case"`
	Claims []claimWire `json:"claims"`
}
