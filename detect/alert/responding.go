package alert

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"ward"
	"ward/detect/alert/stand"
	"ward/kit/audit"
	"ward/kit/db"
)

// Permissions of this service, as the policies know them.
const (
	permRead     ward.Permission = "alert.read"
	permRespond  ward.Permission = "alert.respond"
	permOverview ward.Permission = "alert.overview"
	permCurate   ward.Permission = "advisory.write"
	permAssets   ward.Permission = "inventory.read"
	permPeople   ward.Permission = "person.read"
)

// visible loads an alert and checks p on it. Whoever may not see it learns
// nothing: the answer is NotFound.
func (s *Service) visible(ctx context.Context, tx *db.Tx, a ward.Actor, id ward.AlertID, p ward.Permission) (Alert, string, error) {
	issue, org, ok := ParseID(id)
	if !ok {
		return Alert{}, "", ward.Fail(ward.NotFound, "alert.error.not_found")
	}
	al, err := alertByKey(ctx, tx, issue, org)
	if err != nil {
		return Alert{}, "", err
	}
	if !s.cfg.Guard.Decide(a, permRead, al.Object()).Allowed || !s.sees(a, al) {
		return Alert{}, "", ward.Fail(ward.NotFound, "alert.error.not_found")
	}
	d, err := s.cfg.Guard.Check(a, p, al.Object())
	return al, d.Policy, err
}

// commentLimit bounds a comment in characters.
const commentLimit = 4000

// Response is what a person decides for an alert or some of its assets.
type Response struct {
	State  stand.State
	Assets []ward.AssetID // empty means the whole alert
	CVE    string         // empty means all CVEs; only with Assets
	Reason string         // why; needed for not applicable and risk accepted
	Round  int64          // the round that the person has seen; 0 means whichever is newest
}

// Check names all that is wrong with a response before anything is read. forAssets
// says that it is one for single assets, which must then be named.
func (in Response) Check(forAssets bool) error {
	reason := strings.TrimSpace(in.Reason)
	return errors.Join(ward.When(forAssets && len(in.Assets) == 0, ward.Fail(ward.Invalid, "alert.error.no_assets").At("state")),
		ward.When(forAssets && !slices.Contains(stand.AssetStates(), in.State), ward.Fail(ward.Invalid, "alert.error.step").At("state")),
		ward.When(in.State.NeedsReason() && reason == "", ward.Fail(ward.Invalid, "alert.error.reason").At("reason")),
		ward.When(len([]rune(reason)) > commentLimit, ward.Fail(ward.Invalid, "alert.error.comment_long").At("reason")))
}

// Respond moves an alert, or single assets of it, to a state. Invalid when the
// table of transitions does not know the step or a reason is missing, Conflict
// when somebody else was first.
func (s *Service) Respond(ctx context.Context, a ward.Actor, id ward.AlertID, in Response) error {
	in.Reason = strings.TrimSpace(in.Reason)
	if err := in.Check(len(in.Assets) > 0); err != nil {
		return ward.Wrap("respond", err)
	}
	if len(in.Assets) > 0 {
		return ward.Wrap("respond for assets", s.respondAssets(ctx, a, id, in))
	}
	err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		al, policy, err := s.visible(ctx, tx, a, id, permRespond)
		if err != nil {
			return err
		}
		return s.move(ctx, tx, a, al, policy, in)
	})
	return ward.Wrap("respond", err)
}

// RespondAll moves many alerts at once; those that cannot make the step are
// left as they are. It returns how many were moved.
func (s *Service) RespondAll(ctx context.Context, a ward.Actor, ids []ward.AlertID, in Response) (int, error) {
	if len(ids) > bulkLimit {
		return 0, ward.Fail(ward.Invalid, "alert.error.too_many", "max", strconv.Itoa(bulkLimit))
	}
	moved := 0
	for _, id := range ids {
		err := s.Respond(ctx, a, id, Response{State: in.State, Reason: in.Reason})
		switch ward.CodeOf(err) {
		case "":
			moved++
		case ward.Conflict, ward.NotFound:
		default:
			return moved, err
		}
	}
	return moved, nil
}

// bulkLimit is how many alerts one form may move.
const bulkLimit = 200

func (s *Service) move(ctx context.Context, tx *db.Tx, a ward.Actor, al Alert, policy string, in Response) error {
	if !al.State.May(in.State) || in.Round != 0 && in.Round != al.Round {
		return ward.Fail(ward.Conflict, "alert.error.step").At("state")
	}
	at := s.cfg.Clock()
	if err := setState(ctx, tx, al, in.State, at); err != nil {
		return err
	}
	e := entry{Kind: "state", From: string(al.State), To: string(in.State), Comment: in.Reason}
	if err := s.note(ctx, tx, a, al, e); err != nil {
		return err
	}
	return s.record(ctx, tx, a, al, permRespond, policy, map[string]string{"from": string(al.State), "to": string(in.State)})
}

// respondAssets writes a state for single assets; all of them must be the
// organisation's own and part of the alert.
func (s *Service) respondAssets(ctx context.Context, a ward.Actor, id ward.AlertID, in Response) error {
	detail, err := s.Get(ctx, a, id)
	if err != nil {
		return err
	}
	if err := in.within(detail.Assets); err != nil {
		return err
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		al, policy, err := s.visible(ctx, tx, a, id, permRespond)
		if err != nil {
			return err
		}
		at := s.cfg.Clock()
		for _, x := range in.Assets {
			if err := putAssetState(ctx, tx, al, x, in.CVE, in.State, a.Person, at); err != nil {
				return err
			}
		}
		e := entry{Kind: "assets", To: string(in.State), Count: len(in.Assets), CVE: in.CVE, Comment: in.Reason}
		if err := s.note(ctx, tx, a, al, e); err != nil {
			return err
		}
		return s.record(ctx, tx, a, al, permRespond, policy, map[string]string{"to": string(in.State), "assets": strconv.Itoa(len(in.Assets))})
	})
}

// within checks that the assets are of the alert and that the CVE is said of
// each of them.
func (in Response) within(all []Asset) error {
	held := map[ward.AssetID][]string{}
	for _, x := range all {
		held[x.Asset] = append(held[x.Asset], x.CVEs...)
	}
	for _, x := range in.Assets {
		cves, ok := held[x]
		if !ok {
			return ward.Fail(ward.NotFound, "alert.error.no_asset").At("assets")
		}
		if in.CVE != "" && !slices.Contains(cves, in.CVE) {
			return ward.Fail(ward.Invalid, "alert.error.cve").At("cve")
		}
	}
	return nil
}

// Comment adds a word to an alert's history, seen by the organisation and its CSIRT.
func (s *Service) Comment(ctx context.Context, a ward.Actor, id ward.AlertID, text string) error {
	text = strings.TrimSpace(text)
	if text == "" {
		return ward.Fail(ward.Invalid, "alert.error.comment_empty").At("comment")
	}
	if len([]rune(text)) > commentLimit {
		return ward.Fail(ward.Invalid, "alert.error.comment_long").At("comment")
	}
	err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		al, policy, err := s.visible(ctx, tx, a, id, permRespond)
		if err != nil {
			return err
		}
		if err := s.note(ctx, tx, a, al, entry{Kind: "comment", Comment: text}); err != nil {
			return err
		}
		return s.record(ctx, tx, a, al, permRespond, policy, nil)
	})
	return ward.Wrap("comment", err)
}

// entry is one line of an alert's history before it has an id.
type entry struct {
	Kind    string
	From    string
	To      string
	CVE     string
	Count   int
	Comment string
}

// flaw is the fault of a field if there is one.
func flaw(wrong bool, key, field string) error {
	return ward.When(wrong, ward.Fail(ward.Invalid, "alert.error."+key).At(field))
}

func (s *Service) note(ctx context.Context, tx *db.Tx, a ward.Actor, al Alert, e entry) error {
	detail, err := json.Marshal(map[string]string{"from": e.From, "to": e.To, "cve": e.CVE, "count": strconv.Itoa(e.Count)})
	if err != nil {
		return err
	}
	if err := insertEntry(ctx, tx, s.cfg.IDs(), al, s.cfg.Clock(), e.Kind, a.Name, string(detail), e.Comment); err != nil {
		return err
	}
	if err := s.changed(ctx, tx, al.Issue, []int64{al.OrgNo}); err != nil {
		return err
	}
	return s.cfg.Live.Tell(ctx, tx, Topic, strconv.FormatInt(al.Issue, 10))
}

func (s *Service) record(ctx context.Context, tx *db.Tx, a ward.Actor, al Alert, p ward.Permission, policy string, detail map[string]string) error {
	return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(p), Object: al.Object(), Outcome: audit.Done, Policy: policy, Detail: detail})
}
