package disclosure

import (
	"time"

	"ward"
	"ward/kit/web"
)

// summaryWire is a summary in the API and, sealed, as it was first reported.
// Fields are only added.
type summaryWire struct {
	Title      string   `json:"title"`
	Vendor     string   `json:"vendor"`
	Product    string   `json:"product"`
	Versions   string   `json:"versions,omitempty" required:"false" doc:"affected, as people write them"`
	Fixed      string   `json:"fixed,omitempty" required:"false" doc:"the version that mends it"`
	CVEs       []string `json:"cves,omitempty" required:"false"`
	Severity   string   `json:"severity,omitempty" required:"false" doc:"none, low, medium, high, critical"`
	Exploited  string   `json:"exploited,omitempty" required:"false" doc:"none, poc, exploited, ransomware"`
	Impact     string   `json:"impact" doc:"what somebody could do"`
	Patients   string   `json:"patients,omitempty" required:"false" doc:"what it may do to patients"`
	Mitigation string   `json:"mitigation,omitempty" required:"false" doc:"what helps until it is fixed"`
	Credit     string   `json:"credit,omitempty" required:"false" doc:"name to be thanked under; empty for none"`
}

func wireSummary(s Summary) summaryWire {
	return summaryWire{s.Title, s.Vendor, s.Product, s.Versions, s.Fixed, s.CVEs, s.Severity.String(), string(s.Exploited), s.Impact, s.Patients, s.Mitigation, s.Credit}
}

func (w summaryWire) summary() Summary {
	severity, _ := ward.ParseSeverity(w.Severity) // an unknown word is "not rated"
	return Summary{w.Title, w.Vendor, w.Product, w.Versions, w.Fixed, w.CVEs, severity, ward.Exploitation(w.Exploited), w.Impact, w.Patients, w.Mitigation, w.Credit}
}

// reportWire is a report without an account. What stands beside the summary is
// never published.
type reportWire struct {
	Source       string      `json:"source" enum:"researcher,provider,maker,somebody"`
	Lang         string      `json:"lang,omitempty" required:"false" doc:"in which you want to read answers"`
	Summary      summaryWire `json:"summary" doc:"may be published, after an analyst edited it"`
	Name         string      `json:"name,omitempty" required:"false" doc:"never published; may stay empty"`
	Organisation string      `json:"organisation,omitempty" required:"false" doc:"never published"`
	Email        string      `json:"email,omitempty" required:"false" doc:"never published; without it the link of the case is the only way back"`
	MailLink     bool        `json:"mail_link,omitempty" required:"false" doc:"send the link of the case by mail too"`
	Proof        string      `json:"proof,omitempty" required:"false" doc:"never published: how the weakness is shown"`
	Maker        string      `json:"maker,omitempty" required:"false" doc:"never published: whether and when the maker was told"`
	Plan         string      `json:"plan,omitempty" required:"false" doc:"never published: what you mean to publish yourself, and when"`
}

func (w reportWire) report() Report {
	return Report{Source: Source(w.Source), Lang: ward.Lang(w.Lang), Summary: w.Summary.summary(),
		Confidence: Confidence{Name: w.Name, Organisation: w.Organisation, Email: w.Email, MailLink: w.MailLink, Proof: w.Proof, Maker: w.Maker, Plan: w.Plan}}
}

// CaseWire is a report in a list; exported, as its fields are those of others too.
type CaseWire struct {
	ID           string      `json:"id"`
	Number       string      `json:"number"`
	Source       Source      `json:"source"`
	State        State       `json:"state"`
	Edit         int64       `json:"edit" doc:"named by a change of the summary"`
	Received     time.Time   `json:"received"`
	Acknowledged *time.Time  `json:"acknowledged,omitempty"`
	Embargo      *time.Time  `json:"embargo,omitempty" doc:"day of publication"`
	Ended        *time.Time  `json:"ended,omitempty"`
	Waits        bool        `json:"waits" doc:"for the reporter's answer"`
	Outcome      string      `json:"outcome,omitempty"`
	Alert        string      `json:"alert,omitempty"`
	Due          *time.Time  `json:"due,omitempty"`
	Step         Step        `json:"step,omitempty" doc:"what is owed next"`
	Assignee     string      `json:"assignee,omitempty"`
	Summary      summaryWire `json:"summary"`
}

func wireCase(c Case) CaseWire {
	return CaseWire{c.ID, c.Number, c.Source, c.State, c.Edit, c.Received.UTC(), web.Moment(c.Acknowledged), web.Moment(c.Embargo), web.Moment(c.Ended), c.Waits, c.Outcome, c.Alert,
		web.Moment(c.Due), c.DueStep, c.AssigneeName, wireSummary(c.Summary)}
}

type messageWire struct {
	At     time.Time `json:"at"`
	Side   Side      `json:"side" doc:"reporter, centre, note"`
	Person string    `json:"person,omitempty"`
	Text   string    `json:"text"`
}

func wireMessage(m Message) messageWire { return messageWire{m.At.UTC(), m.Side, m.Person, m.Text} }

type fileWire struct {
	ID     string    `json:"id"`
	At     time.Time `json:"at"`
	Name   string    `json:"name"`
	Size   int64     `json:"size"`
	SHA256 string    `json:"sha256"`
}

func wireFile(f File) fileWire { return fileWire{f.ID, f.At.UTC(), f.Name, f.Size, f.SHA256} }

// followedWire is a case for its reporter: without the Centre's steps and people.
type followedWire struct {
	Number   string        `json:"number"`
	State    State         `json:"state"`
	Received time.Time     `json:"received"`
	Embargo  *time.Time    `json:"embargo,omitempty"`
	Waits    bool          `json:"waits" doc:"for your answer"`
	Outcome  string        `json:"outcome,omitempty"`
	Alert    string        `json:"alert,omitempty"`
	Summary  summaryWire   `json:"summary"`
	Messages []messageWire `json:"messages"`
	Files    []fileWire    `json:"files"`
}

func wireFollowed(f Followed) followedWire {
	c := f.Case
	return followedWire{c.Number, c.State, c.Received.UTC(), web.Moment(c.Embargo), c.Waits, c.Outcome, c.Alert, wireSummary(c.Summary),
		web.Each(f.Messages, wireMessage), web.Each(f.Files, wireFile)}
}
