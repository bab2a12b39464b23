package ward

import "time"

// A Fact is something that became true in one room and that others may hear:
// past tense, ids and vocabulary values only, never documents or personal data.
// Fields are only ever added. Fact returns its lasting name.
type Fact interface{ Fact() string }

// AdvisoryPublished: a revision of an advisory was stored, or its enrichment
// changed in a way that readers must know.
type AdvisoryPublished struct {
	Advisory AdvisoryID `json:"advisory"`
	Revision string     `json:"revision"` // tracking version of the stored revision
	// Why is "new", "revised", "enriched" (exploited or no longer), "decided" (an analyst's decision), or
	// "deleted": then its head is answered as withdrawn and its claims are none.
	Why string `json:"why"`
}

// Fact implements Fact.
func (AdvisoryPublished) Fact() string { return "advisory.published" }

// CatalogueChanged: a catalogue of exploited weaknesses listed, changed or took
// back entries, whether or not an advisory here names them.
type CatalogueChanged struct {
	Catalogue string `json:"catalogue"` // "kev-cisa" or "kev-eu"
}

// Fact implements Fact.
func (CatalogueChanged) Fact() string { return "advisory.catalogue_changed" }

// DecisionMade: an analyst decided an alias or an unreadable version, or undid
// such a decision; what it touches is matched again.
type DecisionMade struct {
	Decision string `json:"decision"` // id of the decision
}

// Fact implements Fact.
func (DecisionMade) Fact() string { return "advisory.decision_made" }

// InventoryChanged: an organisation's inventory gained, lost or changed products.
type InventoryChanged struct {
	Org      OrgID       `json:"org"`
	Products []ProductID `json:"products"` // products added or changed; nil means match all again
}

// Fact implements Fact.
func (InventoryChanged) Fact() string { return "inventory.changed" }

// AlertsRaised: alerts of one real-world issue were stored or raised again and
// wait for delivery. Which ones, the alerts themselves say.
type AlertsRaised struct {
	Issue int64  `json:"issue"`
	Why   string `json:"why"` // as in AdvisoryPublished, or "inventory"
}

// Fact implements Fact.
func (AlertsRaised) Fact() string { return "alert.raised" }

// OrganisationRegistered: an organisation is known from now on.
type OrganisationRegistered struct {
	Org OrgID `json:"org"`
}

// Fact implements Fact.
func (OrganisationRegistered) Fact() string { return "registry.organisation_registered" }

// BulletinPublished: the Centre published a revision of one of its own alerts,
// or took it back.
type BulletinPublished struct {
	Bulletin string `json:"bulletin"`         // id of the alert
	Number   string `json:"number"`           // "HSC-2026-001"
	Version  int    `json:"version"`          // counts from 1
	Origin   string `json:"origin,omitempty"` // the case that it came from; empty for none
	Open     bool   `json:"open,omitempty"`   // everybody may read it
}

// Fact implements Fact.
func (BulletinPublished) Fact() string { return "bulletin.published" }

// BreakGlassUsed: a printed code let somebody of an organisation in.
type BreakGlassUsed struct {
	Org    OrgID    `json:"org"`
	Sheet  string   `json:"sheet"`
	Number int      `json:"number"` // of the code on its sheet
	Person PersonID `json:"person"` // who said to be entering
}

// Fact implements Fact.
func (BreakGlassUsed) Fact() string { return "account.break_glass_used" }

// BulletinDrafted: an alert was begun from a case.
type BulletinDrafted struct {
	Bulletin string `json:"bulletin"`
	Origin   string `json:"origin"` // id of the case
}

// Fact implements Fact.
func (BulletinDrafted) Fact() string { return "bulletin.drafted" }

// SightingRecorded: an indicator or a rule of the detection content was seen in
// an organisation's own logs, for the first time or again: at most once an hour
// for each organisation and subject, and for a few subjects of one list a day,
// however many hits there are.
type SightingRecorded struct {
	Org     OrgID  `json:"org"`
	Subject string `json:"subject"` // id of the indicator or rule, of which Sighted tells
	Hit     string `json:"hit"`     // id of the hit, which the organisation can open
}

// Fact implements Fact.
func (SightingRecorded) Fact() string { return "sensor.sighting_recorded" }

// IncidentReported: a stage of an incident report was sent. Words are those of
// the field catalogue; "unknown" is "not known yet", empty is not answered.
type IncidentReported struct {
	Report        string     `json:"report"`
	Sending       string     `json:"sending"` // counts once, however often it is heard
	Org           OrgID      `json:"org"`
	Country       Country    `json:"country"`
	Kind          OrgKind    `json:"kind"`
	Stage         string     `json:"stage"`       // early, notification, intermediate, progress, final
	Reason        string     `json:"reason"`      // significant, near_miss, threat, voluntary
	Significant   string     `json:"significant"` // yes, no, unknown, by the law of the country
	Malicious     string     `json:"malicious,omitempty"`
	CrossBorder   string     `json:"cross_border,omitempty"`
	Countries     []Country  `json:"countries,omitempty"` // affected
	Ransomware    string     `json:"ransomware,omitempty"`
	Class         string     `json:"class,omitempty"` // RSIT
	Cause         string     `json:"cause,omitempty"` // NIS Cooperation Group
	PatientSafety string     `json:"patient_safety,omitempty"`
	Diverted      string     `json:"diverted,omitempty"`
	Department    string     `json:"department,omitempty"` // emergency department: open, restricted, closed
	DataStolen    string     `json:"data_stolen,omitempty"`
	Services      []string   `json:"services,omitempty"` // codes of care services
	Aware         *time.Time `json:"aware,omitempty"`
	Due           *time.Time `json:"due,omitempty"`       // when the law wanted this stage at the latest
	Paper         bool       `json:"paper,omitempty"`     // works on paper
	Cancelled     int64      `json:"cancelled,omitempty"` // operations, visits, images, tests and therapies
	Family        string     `json:"family,omitempty"`    // of ransomware, as its name is compared; the catalogue knows it or not
	Supplier      string     `json:"supplier,omitempty"`  // third party involved: letters and digits of its name
}

// Fact implements Fact.
func (IncidentReported) Fact() string { return "incident.reported" }

// RansomShared: a hospital gave its ransom record of an incident to the country's
// response team. What stands in it is told to nobody.
type RansomShared struct {
	Report string `json:"report"`
}

// Fact implements Fact.
func (RansomShared) Fact() string { return "ransom.shared" }
