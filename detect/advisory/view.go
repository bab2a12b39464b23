package advisory

import (
	"context"
	"slices"

	"ward"
	"ward/detect/advisory/decision"
	"ward/detect/advisory/harvest"
	"ward/detect/advisory/signal"
	"ward/format/csaf"
	"ward/kit/db"
)

// View is all of one revision of an advisory for its page.
type View struct {
	Advisory   Advisory // of the newest revision, whatever revision is shown
	Document   *csaf.Document
	Shown      Revision
	Revisions  []Revision        // latest arrival first
	Weaknesses []signal.Weakness // in the order of the document
	History    []signal.Told
	Notes      []decision.Decision
	Sources    map[string]harvest.Source // of the revisions
}

// Read gives an advisory; revision "" is the newest. NotFound for what does not
// exist and for what is marked above a's clearance: an id must not tell that
// there is something.
func (s *Service) Read(ctx context.Context, a ward.Actor, id ward.AdvisoryID, revision string) (*View, error) {
	v := &View{}
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		v.Advisory, v.Revisions, err = s.readable(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if v.Notes, err = decision.NotesOn(ctx, tx, id); err != nil {
			return err
		}
		v.Sources, err = sourcesOf(ctx, tx, v.Revisions)
		return err
	})
	if err == nil {
		v.Shown, err = chosen(v, revision)
	}
	if err == nil {
		_, err = s.cfg.Guard.Check(a, "advisory.read", marked(id, v.Shown.TLP))
	}
	if err != nil {
		return nil, ward.Wrap("read advisory", hide(err))
	}
	if v.Document, err = s.document(ctx, id, v.Shown.ID); err != nil {
		return nil, ward.Wrap("read advisory", err)
	}
	return v, ward.Wrap("read advisory", s.addWeaknesses(ctx, v))
}

// hide makes Forbidden NotFound.
func hide(err error) error {
	if ward.CodeOf(err) == ward.Forbidden {
		return ward.Fail(ward.NotFound, "").Because(err)
	}
	return err
}

// readable reads head and revisions and checks the right.
func (s *Service) readable(ctx context.Context, tx *db.Tx, a ward.Actor, id ward.AdvisoryID) (Advisory, []Revision, error) {
	head, revisions, err := known(ctx, tx, id)
	if err != nil {
		return Advisory{}, nil, err
	}
	if head == nil {
		return Advisory{}, nil, ward.Fail(ward.NotFound, "")
	}
	if _, err := s.cfg.Guard.Check(a, "advisory.read", marked(id, head.TLP)); err != nil {
		return Advisory{}, nil, err
	}
	list := []Advisory{*head}
	if err = addRead(ctx, tx, a.Person, list); err == nil {
		err = withCVEs(ctx, tx, list)
	}
	return list[0], revisions, err
}

func chosen(v *View, revision string) (Revision, error) {
	i := slices.IndexFunc(v.Revisions, func(r Revision) bool { return r.ID == revision || revision == "" && r.Newest })
	if i < 0 {
		return Revision{}, ward.Fail(ward.NotFound, "")
	}
	return v.Revisions[i], nil
}

// sourcesOf reads the sources of revisions.
func sourcesOf(ctx context.Context, tx *db.Tx, list []Revision) (map[string]harvest.Source, error) {
	out := map[string]harvest.Source{}
	for _, r := range list {
		if _, ok := out[r.Source]; ok {
			continue
		}
		src, err := harvest.SourceByID(ctx, tx, r.Source)
		if err != nil && ward.CodeOf(err) != ward.NotFound {
			return nil, err
		}
		out[r.Source] = src
	}
	return out, nil
}

// maxWeaknesses bounds the CVEs that a page explains; Red Hat's kernel
// advisories have some hundred.
const maxWeaknesses = 400

func (s *Service) addWeaknesses(ctx context.Context, v *View) error {
	var cves []string
	for i := range v.Document.Vulnerabilities {
		if cve := v.Document.Vulnerabilities[i].CVE; cve != "" && !slices.Contains(cves, cve) && len(cves) < maxWeaknesses {
			cves = append(cves, cve)
		}
	}
	return s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		by, err := signal.WeaknessesOf(ctx, tx, cves)
		if err != nil {
			return err
		}
		for _, cve := range cves {
			v.Weaknesses = append(v.Weaknesses, *by[cve])
		}
		v.History, err = signal.HistoryOf(ctx, tx, cves)
		return err
	})
}

// Difference is what changed between two stored revisions.
type Difference struct {
	Old, New Revision
	Changes  csaf.Changes
}

// Compare tells what changed from one revision to another; empty ids are the
// newest and the one that arrived before it.
func (s *Service) Compare(ctx context.Context, a ward.Actor, id ward.AdvisoryID, from, to string) (*Difference, error) {
	v, err := s.Read(ctx, a, id, to)
	if err != nil {
		return nil, ward.Wrap("compare revisions", err)
	}
	if from == "" {
		if from = before(v.Revisions, v.Shown.ID); from == "" {
			return nil, ward.Wrap("compare revisions", ward.Fail(ward.NotFound, ""))
		}
	}
	old, err := s.Read(ctx, a, id, from)
	if err != nil {
		return nil, ward.Wrap("compare revisions", err)
	}
	return &Difference{Old: old.Shown, New: v.Shown, Changes: csaf.Compare(old.Document, v.Document)}, nil
}

// before is the revision that the given one follows by version.
func before(list []Revision, id string) string {
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b Revision) int {
		if c := csaf.CompareVersions(b.Version, a.Version); c != 0 {
			return c
		}
		return b.StoredAt.Compare(a.StoredAt)
	})
	i := slices.IndexFunc(sorted, func(r Revision) bool { return r.ID == id })
	if i < 0 || i+1 >= len(sorted) {
		return ""
	}
	return sorted[i+1].ID
}

// Original gives the bytes of a revision as they came, with the same rights as Read.
func (s *Service) Original(ctx context.Context, a ward.Actor, id ward.AdvisoryID, revision string) (Revision, []byte, error) {
	v, err := s.Read(ctx, a, id, revision)
	if err != nil {
		return Revision{}, nil, ward.Wrap("original", err)
	}
	body, err := s.body(ctx, id, v.Shown.ID)
	return v.Shown, body, ward.Wrap("original", err)
}

// MarkRead keeps that a has read the newest revision, or takes it back. It is
// the person's own note; nobody else sees it.
func (s *Service) MarkRead(ctx context.Context, a ward.Actor, id ward.AdvisoryID, read bool) error {
	return ward.Wrap("mark advisory read", hide(s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		head, err := liveHead(ctx, tx, id)
		if err == nil {
			_, err = s.cfg.Guard.Check(a, "advisory.read", marked(id, head.TLP))
		}
		switch {
		case err != nil:
			return err
		case read:
			return putRead(ctx, tx, a.Person, id, head.RevisionID, s.cfg.Clock())
		}
		return dropRead(ctx, tx, a.Person, id)
	})))
}

// ClaimsAt lists the claims of one leaf of the newest revision: the evidence of
// a review case.
func (s *Service) ClaimsAt(ctx context.Context, a ward.Actor, id ward.AdvisoryID, leaf string) ([]ward.Claim, error) {
	if err := s.mayRead(ctx, a, id); err != nil {
		return nil, ward.Wrap("claims of a leaf", err)
	}
	all, err := s.Claims(ctx, id)
	var out []ward.Claim
	for _, c := range all {
		if c.Leaf == leaf {
			out = append(out, c)
		}
	}
	return out, err
}

func (s *Service) mayRead(ctx context.Context, a ward.Actor, id ward.AdvisoryID) error {
	return hide(s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		head, err := liveHead(ctx, tx, id)
		if err == nil {
			_, err = s.cfg.Guard.Check(a, "advisory.read", marked(id, head.TLP))
		}
		return err
	}))
}
