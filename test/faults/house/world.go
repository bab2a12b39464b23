// Package house builds the alert service with its database, bus, queue and
// audit log, and a small world that answers its questions: for tests of the
// alerts, of their pages, and of what happens when the process is killed.
package house

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"ward"
)

// World answers what alerts ask of advisories, inventories and the registry.
// Change it under Do only, once a house runs on it.
type World struct {
	mu         sync.Mutex
	Advisories map[ward.AdvisoryID]*Advisory
	Orgs       map[ward.OrgID]ward.Organisation
	People     map[ward.OrgID][]ward.Contact
	Products   map[ward.ProductID]ward.ProductRef
	Assets     map[ward.OrgID][]ward.HeldAsset
	Listed     map[string][]ward.Listing // by CVE
	// Decisions is what Touched answers.
	Decisions map[string][]ward.AdvisoryID
	// Wardrobe is who wears which hat, by its id.
	Wardrobe map[string]ward.Actor
	// Seen is what sensors saw, by subject.
	Seen map[string]ward.Sighted
	// SeenBeside is what else was seen without an alert of its own.
	SeenBeside int
	// Slow is called by Match before it answers, if set: a place for races.
	Slow func(ward.AdvisoryID)
	// Counting is called by Holdings before it answers, if set: inside of the
	// transaction that writes alerts.
	Counting func()

	remembered []ward.Holding
}

// Advisory is a document as the world knows it: its verdicts are given.
type Advisory struct {
	Head     ward.AdvisoryHead
	Findings []ward.ProductFinding
	Advice   []ward.Advice
	Prints   map[string]string // by path
	Guidance []ward.Guidance
	Audience []ward.OrgID // of an advisory of this house's own
}

// NewWorld is empty.
func NewWorld() *World {
	return &World{Advisories: map[ward.AdvisoryID]*Advisory{}, Orgs: map[ward.OrgID]ward.Organisation{}, People: map[ward.OrgID][]ward.Contact{},
		Products: map[ward.ProductID]ward.ProductRef{}, Assets: map[ward.OrgID][]ward.HeldAsset{}, Decisions: map[string][]ward.AdvisoryID{},
		Wardrobe: map[string]ward.Actor{}}
}

// Do changes the world while a house runs on it.
func (w *World) Do(fn func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	fn()
}

// Europe is a world of n hospitals in three countries that all hold Pump, each
// with one contact for IT; every second holds Archive too.
func Europe(n int) *World {
	w := NewWorld()
	w.Products[Pump] = ward.ProductRef{Vendor: "Ysera", Name: "Infusor 5", Version: "4.10.2"}
	w.Products[Archive] = ward.ProductRef{Vendor: "Umbra", Name: "Archive", Version: "2.1"}
	for i := range n {
		w.AddHospital(Org(i), []ward.Country{"HR", "SI", "AT"}[i%3])
		w.Hold(Org(i), Pump, "Intensive care")
		if i%2 == 0 {
			w.Hold(Org(i), Archive, "Radiology")
		}
	}
	return w
}

// Products of Europe.
const (
	Pump    ward.ProductID = 1
	Archive ward.ProductID = 2
)

// Org names the i-th hospital of Europe.
func Org(i int) ward.OrgID { return ward.OrgID(fmt.Sprintf("00000000-0000-7000-8000-%012x", i+1)) }

// AddHospital registers a hospital with one contact.
func (w *World) AddHospital(org ward.OrgID, country ward.Country) {
	w.Orgs[org] = ward.Organisation{ID: org, Kind: ward.KindHospital, Name: "Hospital " + string(org[len(org)-4:]), Country: country}
	w.People[org] = []ward.Contact{{ID: "it-" + string(org), Org: org, Name: "Ana IT", Email: "it@" + string(org) + ".example",
		Phone: "+385 1 234", Duty: ward.DutyIT, Lang: ward.English}}
}

// Hold adds one inventory row.
func (w *World) Hold(org ward.OrgID, p ward.ProductID, department string) {
	id := ward.AssetID(fmt.Sprintf("asset-%s-%d", org, len(w.Assets[org])))
	w.Assets[org] = append(w.Assets[org], ward.HeldAsset{Asset: id, Product: p, Ref: w.Products[p], Quantity: 1, Department: department, Site: "Main"})
}

// Publish puts an advisory into the world; telling of it is the caller's.
func (w *World) Publish(id ward.AdvisoryID, title string, tlp ward.TLP, cves []string, verdicts map[ward.ProductID]ward.Verdict) *Advisory {
	a := &Advisory{Head: ward.AdvisoryHead{ID: id, Tracking: string(id), Publisher: "Ysera PSIRT", Title: title, Lang: ward.English, Revision: "1", TLP: tlp,
		Severity: ward.SeverityHigh, Score: 8.1, Exploited: ward.ExploitationNone, CVEs: cves}, Prints: map[string]string{}}
	for _, p := range []ward.ProductID{Pump, Archive} {
		v, ok := verdicts[p]
		if !ok {
			continue
		}
		path := fmt.Sprintf("Ysera / product %d", p)
		a.Findings = append(a.Findings, ward.ProductFinding{Product: p, Ref: w.Products[p], CVEs: cves, Finding: ward.Finding{Verdict: v,
			Reason: "inside", Identity: "name", Version: "dotted", Leaf: fmt.Sprintf("P-%d", p), Path: path, Detail: `"4.10.2" < "4.11"`}})
		a.Prints[path] = "print-1"
	}
	w.Advisories[id] = a
	return a
}

// Claims implements alert.Advisories: one claim stands for the document.
func (w *World) Claims(_ context.Context, id ward.AdvisoryID) ([]ward.Claim, error) {
	return []ward.Claim{{Advisory: id}}, nil
}

// Heads implements alert.Advisories.
func (w *World) Heads(_ context.Context, ids []ward.AdvisoryID) (map[ward.AdvisoryID]ward.AdvisoryHead, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := map[ward.AdvisoryID]ward.AdvisoryHead{}
	for _, id := range ids {
		if a := w.Advisories[id]; a != nil {
			out[id] = a.Head
		}
	}
	return out, nil
}

// Concerning implements alert.Advisories.
func (w *World) Concerning(_ context.Context, products map[ward.ProductID]ward.ProductRef) ([]ward.Concern, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []ward.Concern
	for id, a := range w.Advisories {
		for _, f := range a.Findings {
			if _, ok := products[f.Product]; ok {
				out = append(out, ward.Concern{Advisory: id, ProductFinding: f})
			}
		}
	}
	return out, nil
}

// Fingerprints implements alert.Advisories.
func (w *World) Fingerprints(_ context.Context, id ward.AdvisoryID) (map[string]string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := map[string]string{}
	if a := w.Advisories[id]; a != nil {
		for k, v := range a.Prints {
			out[k] = v
		}
	}
	return out, nil
}

// Advice implements alert.Advisories.
func (w *World) Advice(_ context.Context, id ward.AdvisoryID, _ []string) ([]ward.Advice, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if a := w.Advisories[id]; a != nil {
		return a.Advice, nil
	}
	return nil, ward.Fail(ward.NotFound, "")
}

// Listings implements alert.Advisories.
func (w *World) Listings(_ context.Context, cves []string) (map[string][]ward.Listing, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := map[string][]ward.Listing{}
	for _, c := range cves {
		out[c] = w.Listed[c]
	}
	return out, nil
}

// Guidance implements alert.Advisories.
func (w *World) Guidance(_ context.Context, id ward.AdvisoryID) ([]ward.Guidance, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if a := w.Advisories[id]; a != nil {
		return a.Guidance, nil
	}
	return nil, ward.Fail(ward.NotFound, "")
}

// Audience implements alert.Bulletins: numbers are tracking ids.
func (w *World) Audience(_ context.Context, number string) ([]ward.OrgID, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, a := range w.Advisories {
		if a.Head.Own && a.Head.Tracking == number {
			return a.Audience, nil
		}
	}
	return nil, ward.Fail(ward.NotFound, "")
}

// Touched implements alert.Advisories.
func (w *World) Touched(_ context.Context, decision string) ([]ward.AdvisoryID, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.Decisions[decision], nil
}

// After implements alert.Advisories.
func (w *World) After(_ context.Context, after ward.AdvisoryID, limit int) ([]ward.AdvisoryID, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []ward.AdvisoryID
	for id := range w.Advisories {
		if id > after {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out[:min(limit, len(out))], nil
}
