package rule

import (
	"fmt"
	"slices"
	"strings"

	"ward/format/pattern"
)

// Status is how binding a record is.
type Status string

// Statuses. A proposal is shown as such and binds nobody; a model is another
// country's law that served as a pattern for a form.
const (
	InForce  Status = "law"
	Proposal Status = "proposal"
	Guidance Status = "guidance"
	Model    Status = "model"
)

func (s Status) known() bool {
	return slices.Contains([]Status{InForce, Proposal, Guidance, Model}, s)
}

// Confidence is how sure we are of a record; it is shown with it.
type Confidence string

// High was read in the legal text, Medium in a secondary source, Low is
// remembered or unconfirmed.
const (
	High   Confidence = "high"
	Medium Confidence = "medium"
	Low    Confidence = "low"
)

// rank orders confidences; the unknown word ranks below all.
func (c Confidence) rank() int { return slices.Index([]Confidence{Low, Medium, High}, c) }

// Provenance says where a record comes from and how far to trust it.
type Provenance struct {
	Source     string     `json:"source,omitempty"` // where it was read
	URL        string     `json:"url,omitempty"`
	Confidence Confidence `json:"confidence"`
	Verified   Date       `json:"verified"` // last compared with the source
}

// check wants a confidence and a day: an undated record cannot be looked after.
func (p Provenance) check(of string) error {
	switch {
	case p.Confidence.rank() < 0:
		return fmt.Errorf("%s: confidence is high, medium or low", of)
	case p.Verified.IsZero():
		return fmt.Errorf("%s: no day of the last check", of)
	case p.URL != "" && !strings.HasPrefix(p.URL, "https://"):
		return fmt.Errorf("%s: the address does not begin with https://", of)
	}
	return nil
}

// Clock is one way in which a duty's time runs. Of several that apply, the
// earliest end wins.
type Clock struct {
	From            string // a moment's id, or "sent:N2": when that duty was fulfilled
	Within          Period // empty: no outer bound
	When            string // CEL; empty: always
	RunningAt       string `toml:"running_at"`        // only while the incident still runs at this moment
	UnlessRunningAt string `toml:"unless_running_at"` // not when it is known to run still at this moment
	Article         string // when it differs from the duty's

	expr *expression
}

// Record is one duty of the law, as data.
type Record struct {
	ID         string
	Version    int
	Act        string // "Regulation (EU) 2016/679 (GDPR)"
	Article    string
	Title      Text
	Stage      Stage
	By         string   // who has to act: "organisation", else a role ("csirt", "spoc")
	Applies    string   // CEL over facts of the organisation: to whom
	Trigger    string   // CEL over facts of the incident: when
	OnRequest  bool     `toml:"on_request"` // runs only when an authority asked
	Also       []string // other names in input files: "early_warning"
	Before     string   // of a national duty: the Union's duty before which it stands; empty: at the end
	Calendar   string   // instead of an incident: "3 months"
	Undue      bool     // "without undue delay": at once, the clock is only the outer bound
	Clock      []Clock
	Receiver   []string // roles, all of whom receive it
	Where      string   // whose authorities: "establishment", "occurrence", "placement", "occurrence and placement"
	Fields     []string // what the text itself demands, ids of the field catalogue
	Form       string   // column of the field catalogue for this receiver; empty: Stage alone
	Periods    string   // "1182/71" where that regulation governs the period
	Transposed string   // directive that national law carries out: "nis2", "cer"
	ValidFrom  Date     `toml:"valid_from"`
	ValidTo    Date     `toml:"valid_to"`
	Status     Status
	Note       Text // shown beside it; may be empty
	Provenance

	applies, trigger *expression
	union            *Record // of a duty that a country changes: as the directive has it
}

// Stage is a step of telling.
type Stage string

// Stages; the last four are no reports to an authority.
const (
	Early        Stage = "early"
	Notification Stage = "notification"
	Intermediate Stage = "intermediate"
	Progress     Stage = "progress"
	Final        Stage = "final"
	Inform       Stage = "inform" // tell people or partners
	Keep         Stage = "keep"   // write down inside
	Act          Stage = "act"    // do something
	Answer       Stage = "answer" // an authority's side
	Offer        Stage = "offer"  // may be done, must not
)

var stages = []Stage{Early, Notification, Intermediate, Progress, Final, Inform, Keep, Act, Answer, Offer}

var dutyID = pattern.Of(`^[A-Z]{1,2}[0-9]{1,2}[a-z]?(-[A-Z]{2}[0-9]*)?$`)

// check refuses what a record alone can get wrong; Read checks what it refers to.
// A duty must have an end, or say that it is one without undue delay: otherwise a
// forgotten clock would look like a duty with all the time in the world.
func (r *Record) check() error {
	of := "duty " + r.ID
	switch {
	case !dutyID().MatchString(r.ID):
		return fmt.Errorf("duty %q: not an id such as N1 or F1-FR", r.ID)
	case r.Version < 1:
		return fmt.Errorf("%s: no version", of)
	case r.Act == "" || r.Article == "":
		return fmt.Errorf("%s: no act or article", of)
	case !slices.Contains(stages, r.Stage):
		return fmt.Errorf("%s: unknown stage %q", of, r.Stage)
	case r.By == "" || r.Applies == "" || r.Trigger == "":
		return fmt.Errorf("%s: by, applies and trigger are needed (\"true\" for always)", of)
	case len(r.Receiver) == 0:
		return fmt.Errorf("%s: no receiver", of)
	case !slices.Contains([]string{"establishment", "occurrence", "placement", "occurrence and placement"}, r.Where):
		return fmt.Errorf("%s: where is establishment, occurrence, placement, or \"occurrence and placement\"", of)
	case !slices.Contains([]string{"", "1182/71"}, r.Periods):
		return fmt.Errorf("%s: periods is 1182/71 or empty", of)
	case !r.Status.known():
		return fmt.Errorf("%s: unknown status %q", of, r.Status)
	case r.Status == InForce && r.ValidFrom.IsZero():
		return fmt.Errorf("%s: law without the day from which it is valid", of)
	case !r.ValidTo.IsZero() && !r.ValidFrom.Before(r.ValidTo.Time):
		return fmt.Errorf("%s: valid to %s is not after valid from %s", of, r.ValidTo, r.ValidFrom)
	case len(r.Clock) == 0 && !r.Undue && !r.OnRequest && r.Calendar == "" && r.Stage != Offer && r.Stage != Keep && r.Stage != Act:
		return fmt.Errorf("%s: neither a clock nor without undue delay", of)
	}
	if err := r.Title.check(of); err != nil {
		return err
	}
	return r.Provenance.check(of)
}
