package api

import (
	"time"

	"ward"
	"ward/detect/alert"
	"ward/detect/alert/marking"
	"ward/detect/alert/stand"
	"ward/detect/alert/webhook"
	"ward/kit/web"
)

// WireAlert is an alert as the API shows it. Times are RFC 3339, absent until
// they happened.
type WireAlert struct {
	ID        string     `json:"id"`
	Issue     int64      `json:"issue"`
	Org       string     `json:"organisation"`
	Country   string     `json:"country"`
	Title     string     `json:"title"`
	Lang      string     `json:"lang,omitempty" doc:"language of the title"`
	Severity  string     `json:"severity"`
	Score     float64    `json:"score" doc:"CVSS base score; 0 when none is given"`
	Exploited string     `json:"exploited"`
	Urgency   string     `json:"urgency"`
	TLP       string     `json:"tlp"`
	State     string     `json:"state"`
	Affected  int        `json:"affected"`
	Review    int        `json:"review"`
	Addressed bool       `json:"addressed" doc:"the Centre speaks to the organisation, whatever it holds"`
	Round     int64      `json:"round" doc:"grows each time the organisation is told again"`
	Why       string     `json:"why"`
	Raised    time.Time  `json:"raised"`
	Updated   time.Time  `json:"updated"`
	Due       *time.Time `json:"due,omitempty"`
	Acked     *time.Time `json:"acknowledged,omitempty"`
	DoneAt    *time.Time `json:"done,omitempty"`
	Muted     *WireMute  `json:"muted,omitempty" doc:"the organisation has put reminders off; absent where it has not"`
}

// WireMute is that an organisation put reminders off.
type WireMute struct {
	Until  time.Time `json:"until"`
	By     string    `json:"by" doc:"role of who did"`
	Reason string    `json:"reason"`
}

func muteWire(m *alert.Mute) *WireMute {
	if m == nil {
		return nil
	}
	return &WireMute{m.Until.UTC(), string(m.Role), m.Reason}
}

func alertsWire(all []alert.Alert) []WireAlert {
	out := make([]WireAlert, len(all))
	for i, a := range all {
		out[i] = alertWire(a)
	}
	return out
}

func alertWire(a alert.Alert) WireAlert {
	return WireAlert{ID: string(a.ID()), Issue: a.Issue, Org: string(a.Org), Country: string(a.Country), Title: a.Title, Lang: string(a.Lang),
		Severity: a.Severity.String(), Score: a.Score, Exploited: string(a.Exploited), Urgency: string(a.Urgency()), TLP: a.TLP.String(),
		State: string(a.State), Affected: a.Affected, Review: a.Review, Addressed: a.Addressed, Round: a.Round, Why: a.Why, Raised: a.Raised.UTC(),
		Updated: a.Updated.UTC(), Due: web.Moment(a.Due), Acked: web.Moment(a.Acked), DoneAt: web.Moment(a.DoneAt),
		Muted: muteWire(a.Mute)}
}

type wireDetail struct {
	WireAlert
	PatientRisk string              `json:"patient_risk,omitempty"`
	Guidance    []wireGuidance      `json:"guidance" doc:"what the Centre says to each reader, the original language first"`
	CVEs        []string            `json:"cves"`
	Delisted    []wireDelisted      `json:"delisted" doc:"what a catalogue of exploited weaknesses listed and took back"`
	Next        []stand.State       `json:"next" doc:"states that may follow"`
	Counts      map[stand.State]int `json:"counts" doc:"assets by state"`
	Assets      []wireAsset         `json:"assets"`
	Sources     []wireSource        `json:"sources"`
	Deliveries  []WireDelivery      `json:"deliveries"`
	History     []wireEntry         `json:"history"`
	Hops        wireHops            `json:"hops"`
}

type wireDelisted struct {
	CVE       string    `json:"cve"`
	Catalogue string    `json:"catalogue"`
	Listed    time.Time `json:"listed"`
	Withdrawn time.Time `json:"withdrawn"`
}

type wireGuidance struct {
	Lang     string `json:"lang"`
	Title    string `json:"title"`
	Summary  string `json:"summary,omitempty"`
	Patients string `json:"patients,omitempty"`
	IT       string `json:"it,omitempty" doc:"what to do, for those who run the network"`
	Devices  string `json:"devices,omitempty" doc:"what to do, for device engineers"`
	Practice string `json:"practice,omitempty" doc:"what to do where there is no IT"`
}

func guidanceWire(list []ward.Guidance) []wireGuidance {
	out := make([]wireGuidance, len(list))
	for i, g := range list {
		out[i] = wireGuidance{string(g.Lang), g.Title, g.Summary, g.Patients, g.IT, g.Devices, g.Practice}
	}
	return out
}

type wireAsset struct {
	Asset      string                 `json:"asset"`
	Component  bool                   `json:"component" doc:"found in the asset's bill of materials"`
	Vendor     string                 `json:"vendor"`
	Name       string                 `json:"name"`
	Model      string                 `json:"model,omitempty"`
	Version    string                 `json:"version,omitempty"`
	Serial     string                 `json:"serial,omitempty"`
	Quantity   int                    `json:"quantity"`
	Site       string                 `json:"site,omitempty"`
	Department string                 `json:"department,omitempty"`
	Service    string                 `json:"service,omitempty"`
	Zone       string                 `json:"zone,omitempty"`
	Owner      string                 `json:"owner,omitempty"`
	Verdict    string                 `json:"verdict"`
	Reason     string                 `json:"reason"`
	Advisory   string                 `json:"advisory"`
	Identity   string                 `json:"identity_rule"`
	Rule       string                 `json:"version_rule,omitempty"`
	Path       string                 `json:"path" doc:"leaf of the advisory's product tree"`
	Detail     string                 `json:"detail,omitempty"`
	CVEs       []string               `json:"cves"`
	State      stand.State            `json:"state"`
	ByCVE      map[string]stand.State `json:"by_cve,omitempty" doc:"states that differ for single CVEs"`
}

type wireSource struct {
	Advisory  string       `json:"advisory"`
	Tracking  string       `json:"tracking"`
	Publisher string       `json:"publisher"`
	Title     string       `json:"title"`
	Revision  string       `json:"revision"`
	Withdrawn bool         `json:"withdrawn"`
	Advice    []wireAdvice `json:"advice"`
}

type wireAdvice struct {
	Category string `json:"category"`
	Text     string `json:"text"`
	URL      string `json:"url,omitempty"`
}

// WireDelivery is one delivery; exported, as its fields are those of others too.
type WireDelivery struct {
	Round    int64           `json:"round"`
	Channel  marking.Channel `json:"channel"`
	State    string          `json:"state"`
	Attempts int             `json:"attempts"`
	Repeats  int             `json:"repeats" doc:"times it was sent again, marked as a repeat"`
	Queued   time.Time       `json:"queued"`
	Sent     *time.Time      `json:"sent,omitempty"`
	Fault    string          `json:"fault,omitempty"`
	Wait     alert.Wait      `json:"wait,omitempty" doc:"what it waits for, or waited: quiet hours or a digest of its receiver"`
	Until    *time.Time      `json:"until,omitempty" doc:"when that comes, as it was foreseen"`
}

func deliveryWire(d alert.Delivery) WireDelivery {
	return WireDelivery{Round: d.Round, Channel: d.Channel, State: string(d.State), Attempts: d.Attempts, Repeats: d.Repeats,
		Queued: d.Queued.UTC(), Sent: web.Moment(d.SentAt), Fault: d.Error, Wait: d.Wait, Until: web.Moment(d.Until)}
}

type wireEntry struct {
	At      time.Time   `json:"at"`
	Kind    string      `json:"kind"`
	Person  string      `json:"person,omitempty" doc:"absent for the house itself"`
	Why     string      `json:"why,omitempty"`
	From    stand.State `json:"from,omitempty"`
	To      stand.State `json:"to,omitempty"`
	CVE     string      `json:"cve,omitempty"`
	Count   int         `json:"count,omitempty"`
	Comment string      `json:"comment,omitempty"`
	About   string      `json:"about,omitempty" doc:"whom a call was to"`
	Until   *time.Time  `json:"until,omitempty" doc:"end of a muting, as it was said"`
}

type wireHops struct {
	Published *time.Time `json:"published,omitempty"`
	Fetched   *time.Time `json:"fetched,omitempty"`
	Stored    *time.Time `json:"stored,omitempty"`
	Matched   *time.Time `json:"matched,omitempty"`
	Raised    *time.Time `json:"raised,omitempty"`
	Delivered *time.Time `json:"delivered,omitempty"`
}

func detailWire(d alert.Detail) wireDetail {
	h := d.Hops
	out := wireDetail{WireAlert: alertWire(d.Alert), PatientRisk: d.PatientRisk(), Guidance: guidanceWire(d.Guidance), CVEs: list(d.CVEs), Next: list(d.State.Next()), Counts: d.Counts(),
		Delisted: []wireDelisted{}, Assets: []wireAsset{}, Sources: []wireSource{}, Deliveries: []WireDelivery{}, History: []wireEntry{},
		Hops: wireHops{web.Moment(h.Published), web.Moment(h.Fetched), web.Moment(h.Stored), web.Moment(h.Matched), web.Moment(h.Raised), web.Moment(h.Delivered)}}
	for _, x := range d.Delisted {
		out.Delisted = append(out.Delisted, wireDelisted{x.CVE, x.Catalogue, x.Listed.UTC(), x.Withdrawn.UTC()})
	}
	for _, x := range d.Assets {
		out.Assets = append(out.Assets, assetWire(x))
	}
	for _, x := range d.Sources {
		out.Sources = append(out.Sources, sourceWire(x))
	}
	for _, x := range d.Deliveries {
		out.Deliveries = append(out.Deliveries, deliveryWire(x))
	}
	for _, e := range d.Entries {
		out.History = append(out.History, wireEntry{At: e.At.UTC(), Kind: e.Kind, Person: e.Person, Why: e.Why, From: e.From, To: e.To,
			CVE: e.CVE, Count: e.Count, Comment: e.Comment, About: e.About, Until: web.Moment(e.Until)})
	}
	return out
}

// list is never null in JSON.
func list[T any](all []T) []T {
	if all == nil {
		return []T{}
	}
	return all
}

func assetWire(x alert.Asset) wireAsset {
	return wireAsset{Asset: string(x.Asset), Component: x.Component, Vendor: x.Ref.Vendor, Name: x.Ref.Name, Model: x.Ref.Model,
		Version: x.Ref.Version, Serial: x.Ref.Serial, Quantity: x.Quantity, Site: x.Site, Department: x.Department, Service: x.Service,
		Zone: x.Zone, Owner: x.Owner, Verdict: x.Finding.Verdict.String(), Reason: string(x.Finding.Reason), Advisory: string(x.Advisory),
		Identity: x.Finding.Identity, Rule: x.Finding.Version, Path: x.Finding.Path, Detail: x.Finding.Detail, CVEs: list(x.CVEs),
		State: x.State, ByCVE: x.ByCVE}
}

func sourceWire(x alert.SourceView) wireSource {
	out := wireSource{Advisory: string(x.Head.ID), Tracking: x.Head.Tracking, Publisher: x.Head.Publisher, Title: x.Head.Title,
		Revision: x.Head.Revision, Withdrawn: x.Head.Withdrawn, Advice: []wireAdvice{}}
	for _, a := range x.Advice {
		out.Advice = append(out.Advice, wireAdvice{a.Category, a.Text, a.URL})
	}
	return out
}

type wireReach struct {
	Issue         int64     `json:"issue"`
	Title         string    `json:"title"`
	Severity      string    `json:"severity"`
	Score         float64   `json:"score"`
	Exploited     string    `json:"exploited"`
	TLP           string    `json:"tlp"`
	Raised        time.Time `json:"raised"`
	Organisations int       `json:"organisations"`
	Reached       int       `json:"reached"`
	Acknowledged  int       `json:"acknowledged"`
	Done          int       `json:"done"`
	Overdue       int       `json:"overdue"`
	Failed        int       `json:"failed" doc:"every try to reach them failed"`
	Waiting       int       `json:"waiting" doc:"neither reached nor failed: a try is still to come, or the alert is in the inbox alone"`
}

func reachWire(r alert.Reach) wireReach {
	return wireReach{r.Issue.No, r.Issue.Title, r.Issue.Severity.String(), r.Issue.Score, string(r.Issue.Exploited), r.Issue.TLP.String(),
		r.Raised.UTC(), r.Organisations, r.Reached, r.Acknowledged, r.Done, r.Overdue, r.Failed, r.Waiting()}
}

type wireHook struct {
	ID        string        `json:"id"`
	URL       string        `json:"url"`
	Clearance string        `json:"clearance" doc:"narrowest TLP that may leave by it"`
	State     webhook.State `json:"state"`
	Failures  int           `json:"failures"`
	Last      *time.Time    `json:"last,omitempty"`
	Result    string        `json:"result,omitempty" doc:"how the last call ended"`
	Created   time.Time     `json:"created"`
	Secret    string        `json:"secret,omitempty" doc:"only in the answer that made it"`
}

func hookWire(h webhook.Hook) wireHook {
	return wireHook{h.ID, h.URL, h.Clearance.String(), h.State, h.Failures, web.Moment(h.LastAt), h.LastState, h.Created.UTC(), h.Secret}
}

// wireContact is a contact as far as a caller needs it.
type wireContact struct {
	Name  string    `json:"name"`
	Email string    `json:"email,omitempty"`
	Phone string    `json:"phone,omitempty"`
	Duty  ward.Duty `json:"duty"`
}

func contactsWire(all []ward.Contact) []wireContact {
	out := make([]wireContact, len(all))
	for i, c := range all {
		out[i] = wireContact{c.Name, c.Email, c.Phone, c.Duty}
	}
	return out
}
