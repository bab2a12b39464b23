package advisory

import (
	"encoding/json"
	"net/http"
	"time"

	"ward"
	"ward/detect/advisory/signal"
	"ward/format/csaf"
	"ward/kit/web"
)

// writeJSON answers a streaming route, which is outside of the OpenAPI machinery.
func writeJSON(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(v)
}

// advisoryWire is a row of the list. Times are RFC 3339 in UTC, shares from 0 to 1.
type advisoryWire struct {
	ID          string     `json:"id"`
	Tracking    string     `json:"tracking_id"`
	Namespace   string     `json:"publisher_namespace"`
	Publisher   string     `json:"publisher"`
	Title       string     `json:"title"`
	Version     string     `json:"version"`
	Status      string     `json:"status"`
	TLP         string     `json:"tlp"`
	Severity    string     `json:"severity"`
	Score       float64    `json:"score"`
	Vector      string     `json:"vector,omitempty"`
	Exploited   string     `json:"exploited" doc:"none, poc, exploited or ransomware"`
	EPSS        float64    `json:"epss"`
	CVEs        []string   `json:"cves"`
	Withdrawn   bool       `json:"withdrawn"`
	Read        bool       `json:"read" doc:"you have read this revision"`
	PatientRisk string     `json:"patient_risk,omitempty"`
	URL         string     `json:"url,omitempty"`
	Initial     *time.Time `json:"initial_release,omitempty"`
	Published   time.Time  `json:"published"`
	FetchedAt   time.Time  `json:"fetched_at"`
	StoredAt    time.Time  `json:"stored_at"`
}

func wireAdvisory(a Advisory) advisoryWire {
	return advisoryWire{ID: string(a.ID), Tracking: a.Tracking, Namespace: a.Namespace, Publisher: a.Publisher, Title: a.Title,
		Version: a.Revision, Status: a.Status, TLP: a.TLP.String(), Severity: a.Severity.String(), Score: a.Score,
		Vector: a.Vector, Exploited: string(a.Exploited), EPSS: a.EPSS, CVEs: append([]string{}, a.CVEs...),
		Withdrawn: a.Withdrawn, Read: a.Read, PatientRisk: a.PatientRisk, URL: a.URL, Initial: web.Moment(a.Initial),
		Published: a.Published, FetchedAt: a.FetchedAt, StoredAt: a.StoredAt}
}

// revisionWire is one stored version; its bytes come from the document route.
type revisionWire struct {
	ID        string    `json:"id"`
	Version   string    `json:"version"`
	Published time.Time `json:"published"`
	TLP       string    `json:"tlp"`
	SHA256    string    `json:"sha256"`
	Size      int64     `json:"size"`
	Source    string    `json:"source"`
	Name      string    `json:"name"`
	Signature string    `json:"signature" doc:"verified, unsigned or unchecked"`
	Signer    string    `json:"signer,omitempty"`
	Silent    bool      `json:"silent" doc:"other bytes under a version number that was here before"`
	FetchedAt time.Time `json:"fetched_at"`
	StoredAt  time.Time `json:"stored_at"`
	Newest    bool      `json:"newest"`
}

func wireRevision(r Revision) revisionWire {
	return revisionWire{ID: r.ID, Version: r.Version, Published: r.Published, TLP: r.TLP.String(), SHA256: r.SHA256, Size: r.Size,
		Source: r.Source, Name: r.Name, Signature: string(r.Signature), Signer: r.Signer, Silent: r.Silent,
		FetchedAt: r.FetchedAt, StoredAt: r.StoredAt, Newest: r.Newest}
}

// signalWire is the word of one catalogue; an entry that was taken back stays
// with its day of withdrawal.
type signalWire struct {
	Kind       string     `json:"catalogue"`
	Ransomware bool       `json:"ransomware"`
	Listed     time.Time  `json:"listed"`
	Withdrawn  *time.Time `json:"withdrawn,omitempty"`
}

// weaknessWire is what all catalogues know of one CVE. The score is that of the
// CVE record, not of the document.
type weaknessWire struct {
	CVE        string       `json:"cve"`
	Rejected   bool         `json:"rejected"`
	Title      string       `json:"title,omitempty"`
	Score      float64      `json:"record_score"`
	Vector     string       `json:"record_vector,omitempty"`
	EPSS       float64      `json:"epss"`
	Percentile float64      `json:"epss_percentile"`
	Signals    []signalWire `json:"exploited"`
}

func wireWeakness(w signal.Weakness) weaknessWire {
	return weaknessWire{CVE: w.CVE, Rejected: w.Rejected, Title: w.Title, Score: w.Score, Vector: w.Vector, EPSS: w.EPSS,
		Percentile: w.Percentile, Signals: web.Each(w.Signals, func(s signal.Entry) signalWire {
			return signalWire{Kind: string(s.Kind), Ransomware: s.Ransomware, Listed: s.Listed, Withdrawn: web.Moment(s.Withdrawn)}
		}),
	}
}

// viewWire is an advisory with everything but the document itself.
type viewWire struct {
	Advisory   advisoryWire   `json:"advisory"`
	Shown      string         `json:"revision" doc:"id of the revision shown"`
	Revisions  []revisionWire `json:"revisions"`
	Weaknesses []weaknessWire `json:"weaknesses"`
	Notes      []decisionWire `json:"notes"`
}

func wireView(v *View) *viewWire {
	return &viewWire{Advisory: wireAdvisory(v.Advisory), Shown: v.Shown.ID, Revisions: web.Each(v.Revisions, wireRevision),
		Weaknesses: web.Each(v.Weaknesses, wireWeakness), Notes: web.Each(v.Notes, wireDecision)}
}

// changeWire is one difference; kind is a stable word (csaf.ChangeKind).
type changeWire struct {
	Kind  string   `json:"kind"`
	Old   string   `json:"old,omitempty"`
	New   string   `json:"new,omitempty"`
	Paths []string `json:"products,omitempty"`
	CVEs  []string `json:"cves,omitempty"`
}

// changesWire compares two revisions by their ids.
type changesWire struct {
	From    string       `json:"from"`
	To      string       `json:"to"`
	Changes []changeWire `json:"changes"`
	More    int          `json:"more" doc:"differences beyond the first 1,000"`
}

func wireChanges(d *Difference) *changesWire {
	return &changesWire{From: d.Old.ID, To: d.New.ID, More: d.Changes.More, Changes: web.Each(d.Changes.Items, func(c csaf.Change) changeWire {
		return changeWire{Kind: string(c.Kind), Old: c.Old, New: c.New, Paths: c.Paths, CVEs: c.CVEs}
	})}
}

// adviceWire is one remediation; category as in CSAF 2.0 section 3.2.3.12.1.
type adviceWire struct {
	Category string   `json:"category"`
	Text     string   `json:"text"`
	URL      string   `json:"url,omitempty"`
	Leaves   []string `json:"leaves,omitempty"`
}

// problemWire is one fault of a document, with a JSON pointer as place.
type problemWire struct {
	Place  string `json:"place"`
	Rule   string `json:"rule"`
	Detail string `json:"detail"`
}

// refusalWire is a document that was not taken in; kind is a stable word.
type refusalWire struct {
	Name     string        `json:"name"`
	Kind     string        `json:"kind"`
	Problems []problemWire `json:"problems"`
}

// outcomeWire counts what became of a delivery; the two lists hold the first 200.
type outcomeWire struct {
	Read       int           `json:"read"`
	New        int           `json:"new"`
	Revised    int           `json:"revised"`
	Older      int           `json:"older"`
	Same       int           `json:"same"`
	Refused    int           `json:"refused"`
	Ignored    int           `json:"ignored"`
	Broken     bool          `json:"broken" doc:"the archive is damaged; what came before is stored"`
	Refusals   []refusalWire `json:"refusals"`
	Advisories []string      `json:"advisories"`
}

func wireOutcome(o Outcome) outcomeWire {
	return outcomeWire{Read: o.Read, New: o.New, Revised: o.Revised, Older: o.Older, Same: o.Same, Refused: o.Refused,
		Ignored: o.Ignored, Advisories: web.Each(o.Advisories, func(id ward.AdvisoryID) string { return string(id) }),
		Refusals: web.Each(o.Refusals, func(r Refusal) refusalWire {
			w := refusalWire{Name: r.Name, Kind: r.Kind, Problems: []problemWire{}}
			for _, p := range r.Problems {
				w.Problems = append(w.Problems, problemWire{p.Place, p.Rule, p.Detail})
			}
			return w
		}),
	}
}

// enrichmentWire counts what a catalogue changed.
type enrichmentWire struct {
	Read      int `json:"read"`
	Added     int `json:"added"`
	Changed   int `json:"changed"`
	Withdrawn int `json:"withdrawn"`
	Problems  int `json:"problems"`
	Touched   int `json:"touched" doc:"advisories whose exploited mark or score changed"`
}
