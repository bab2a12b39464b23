package advisory

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/detect/advisory/term"
	"ward/format/csaf"
	"ward/format/problem"
)

// arrival is one document as it came in.
type arrival struct {
	source    string // id of the source
	name      string // file name or URL
	body      []byte
	fetchedAt time.Time
	signature Signature
	signer    string
	signed    []byte // the detached signature behind Verified
	// unmarked is what a document without any marking counts as; nil refuses it.
	unmarked *ward.TLP
	person   bool // a Centre analyst brought it
	// withdrawn says that the document takes itself back, where CSAF 2.0 has no word for it.
	withdrawn bool
}

// prepared is an arrival that was read, checked and made ready for the store,
// all outside of any transaction.
type prepared struct {
	arrival
	head   Advisory // of this revision, without what signals add
	cves   []string
	tokens []string
	fields []term.Value
	sha256 string
	packed []byte
	claims []byte
	prints []byte
}

// Refusal says why one document was not taken in.
type Refusal struct {
	Name     string // file name or URL
	Kind     string // stable word, ending of "advisory.refusal."
	Problems []problem.Problem
}

// Kinds of refusals.
const (
	refuseFormat    = "format"    // no CSAF, or broken JSON
	refuseSchema    = "schema"    // breaks the JSON schema
	refuseSize      = "size"      // larger than a document may be
	refuseMarking   = "marking"   // no TLP, and nobody said what it is
	refuseForeign   = "foreign"   // another source replaces a signed document, or speaks in our own name
	refuseHash      = "checksum"  // the hash file says otherwise
	refuseSignature = "signature" // the signature is wrong
	refuseFetch     = "fetch"     // could not be fetched
	refuseStore     = "store"     // our own fault; tried again
	refuseDeleted   = "deleted"   // a person deleted it here
)

// maxDocument bounds one document that is taken in, in bytes. The largest of CISA
// has 0.7 MB; checking the schema takes some ten times the file in memory.
const maxDocument = 32 << 20

// shownProblems bounds what is kept of one refused document.
const shownProblems = 20

// prepare reads and checks one document. The schema must hold; the tests of
// section 6 do not, as documents of every publisher break some, and a warning
// that is nine tenths right beats none.
func (s *Service) prepare(in arrival) (*prepared, *Refusal) {
	if len(in.body) > maxDocument {
		return nil, &Refusal{Name: in.name, Kind: refuseSize}
	}
	doc, err := csaf.Parse(in.body, csaf.Limits{})
	if err != nil {
		return nil, &Refusal{Name: in.name, Kind: refuseFormat, Problems: []problem.Problem{unreadable(err)}}
	}
	if found := grave(doc, in.body); len(found) > 0 {
		return nil, &Refusal{Name: in.name, Kind: refuseSchema, Problems: found[:min(len(found), shownProblems)]}
	}
	tlp, ok := marking(doc, in.unmarked)
	if !ok {
		return nil, &Refusal{Name: in.name, Kind: refuseMarking,
			Problems: []problem.Problem{{Place: "/document/distribution", Rule: "tlp", Detail: "no marking that can be read"}}}
	}
	if !s.ofHouse(in.source) && s.ours(doc.Publisher.Namespace) {
		return nil, &Refusal{Name: in.name, Kind: refuseForeign}
	}
	p := s.derive(doc, in)
	p.head.TLP = tlp
	return p, nil
}

// grave is what breaks the schema but the form of addresses and times: nobody
// is to miss a warning for an umlaut in a link. The document's own dates, by
// which it is sorted, must be readable.
func grave(doc *csaf.Document, body []byte) []problem.Problem {
	found := csaf.Validate(body)
	if doc.Tracking.Initial.IsZero() || doc.Tracking.Current.IsZero() {
		return found
	}
	return slices.DeleteFunc(found, func(p problem.Problem) bool { return strings.HasPrefix(p.Detail, "format: ") })
}

// unreadable gives the place of a refusal by the parser.
func unreadable(err error) problem.Problem {
	out := problem.Problem{Rule: "syntax", Detail: err.Error()}
	var e *csaf.Error
	if errors.As(err, &e) {
		out.Place = e.Place
	}
	return out
}

// marking is what the document says; the source's word counts only where the
// document says nothing at all. A label that cannot be read is RED.
func marking(doc *csaf.Document, unmarked *ward.TLP) (ward.TLP, bool) {
	label, stated := doc.Marking()
	if stated || doc.TLPLabel != "" {
		return label, true
	}
	if unmarked == nil {
		return label, false
	}
	return *unmarked, true
}

// derive computes everything that is stored of a document.
func (s *Service) derive(doc *csaf.Document, in arrival) *prepared {
	sum := doc.Summary()
	sha := sha256.Sum256(in.body)
	claims := doc.Claims()
	prints := make(map[string]string, len(claims))
	for _, c := range claims {
		if _, ok := prints[c.Path]; !ok {
			prints[c.Path] = doc.RemediationFingerprint(c.Leaf)
		}
	}
	if said := doc.GuidanceFingerprint(); said != "" {
		prints[""] = said
	}
	packedPrints, err := s.pack.Prints(prints)
	if err != nil { // a map of texts always marshals
		packedPrints = nil
	}
	head := headOf(doc, &sum, in.fetchedAt)
	head.Withdrawn = head.Withdrawn || in.withdrawn
	return &prepared{arrival: in, head: head, cves: sum.CVEs, tokens: term.Words(doc, &sum), fields: term.Values(doc, claims),
		sha256: hex.EncodeToString(sha[:]),
		packed: s.pack.Pack(in.body), claims: s.pack.Claims(claims), prints: packedPrints}
}

func headOf(doc *csaf.Document, sum *csaf.Summary, fetched time.Time) Advisory {
	published := sum.Current
	if published.IsZero() {
		published = sum.Initial
	}
	if published.IsZero() || published.After(fetched) { // a date ahead must not keep it on top of every list
		published = fetched
	}
	a := Advisory{Namespace: foldNamespace(sum.Namespace), Status: sum.Status, Category: sum.Category, Lang: sum.Lang,
		URL: sum.URL, Initial: sum.Initial, OwnScore: sum.Score.Version != "", own: ownExploitation(sum.Exploited)}
	a.AdvisoryHead = ward.AdvisoryHead{ID: IDOf(sum.Namespace, sum.ID), Tracking: sum.ID, Publisher: sum.Publisher,
		Title: sum.Title, Revision: sum.Version, Severity: sum.Severity, Score: sum.Score.Value, Vector: sum.Score.Vector,
		CVEs: sum.CVEs, Withdrawn: withdrawn(sum.Category), Published: published, FetchedAt: fetched,
		PatientRisk: patientRisk(doc)}
	return a
}
