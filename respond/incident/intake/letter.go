package intake

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/format/notice"
	"ward/format/plain"
	"ward/format/rule"
	"ward/kit/db"
	"ward/respond/incident"
)

// Proposal is what rules found in a letter, for a person to confirm.
type Proposal struct {
	notice.Letter
	Hospitals []ward.Organisation // of the registry, that the letter may be from
	Name      string              // of the organisation as the letter writes it
	Answers   incident.Answers
	Known     Result // when this very text was taken over before
}

// summaryLength is how much of a letter is proposed as its summary.
const summaryLength = 600

// ReadLetter looks through a text; nothing is stored. Needs incident.handle.
func (s *Service) ReadLetter(ctx context.Context, a ward.Actor, text string) (p Proposal, err error) {
	if err := s.may(ctx, a); err != nil {
		return p, ward.Wrap("read letter", err)
	}
	if p.Letter, err = (notice.Reader{Zone: incident.ZoneOf(a), Family: s.cfg.Families.Named}).Read(text); err != nil {
		return p, ward.Wrap("read letter", letterFault(err))
	}
	for _, name := range p.Letter.Hospitals {
		list, err := s.candidates(ctx, a, name)
		if err != nil {
			return p, ward.Wrap("read letter", err)
		}
		p.Hospitals = append(p.Hospitals, list[:min(len(list), 5)]...)
	}
	if len(p.Letter.Hospitals) > 0 {
		p.Name = p.Letter.Hospitals[0]
	}
	p.Answers = proposed(p.Letter, text)
	p.Known, _, err = s.settle(ctx, a, item{digest: s.digest("letter", text)})
	return p, ward.Wrap("read letter", err)
}

func letterFault(err error) error {
	key := "letter_text"
	switch {
	case errors.Is(err, notice.ErrLarge):
		key = "letter_large"
	case errors.Is(err, notice.ErrEmpty):
		key = "words"
	}
	return ward.Fail(ward.Invalid, "incident.error."+key).At("letter").Because(err)
}

// proposed are answers that the letter seems to give. The first time is proposed
// for when the hospital became aware; what was not found stays unanswered.
func proposed(l notice.Letter, text string) incident.Answers {
	out := incident.Answers{}
	if len(l.Moments) > 0 {
		out["aware_at"] = said(l.Moments[0].At.UTC().Format(time.RFC3339))
	}
	if len(l.Phones) > 0 {
		out["contact"] = said(l.Phones[0])
	}
	if l.Family != "" {
		out["malware_family"] = said(l.Family)
	}
	for _, see := range l.Sees {
		switch see {
		case notice.Files:
			out["ransomware"] = said("yes")
			out["suspected_malicious"] = said("suspected")
		case notice.Intruder, notice.Mail:
			out["suspected_malicious"] = said("suspected")
		}
	}
	body := text
	if _, after, ok := strings.Cut(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n"); ok && l.Subject != "" { // behind the head of a mail
		body = after
	}
	words := []rune(plain.Line(body))
	if len(words) > summaryLength {
		words = append(words[:summaryLength-1], '…')
	}
	out["summary"] = said(strings.TrimSpace(l.Subject + "\n" + string(words)))
	return out
}

func said(text string) incident.Answer { return incident.Answer{Text: text} }

// Letter is a letter with what a person confirmed of it.
type Letter struct {
	Text      string
	Org       ward.OrgID
	OrgName   string
	Reference string
	Sure      bool
	Reason    incident.Reason
	Stage     rule.Stage
	Received  time.Time
	Answers   incident.Answers
	Faults    error // of what the person typed: told with all others, and nothing is stored
}

// TakeLetter takes a letter over with the answers that a person confirmed. Needs
// incident.handle.
func (s *Service) TakeLetter(ctx context.Context, a ward.Actor, in Letter) (Result, error) {
	out, err := s.takeLetter(ctx, a, in)
	return out, ward.Wrap("take over letter", err)
}

func (s *Service) takeLetter(ctx context.Context, a ward.Actor, in Letter) (Result, error) {
	if err := s.may(ctx, a); err != nil {
		return Result{}, err
	}
	_, unread := notice.Reader{Zone: time.UTC}.Read(in.Text)
	if unread != nil {
		unread = letterFault(unread)
	}
	reference, long := checkReference(in.Reference)
	x := item{reference: reference, digest: s.digest("letter", in.Text), text: in.Text, Entered: incident.Entered{Org: in.Org, OrgName: in.OrgName,
		Origin: incident.FromLetter, Sure: in.Sure, Reason: in.Reason, Stage: orEarly(in.Stage), Received: in.Received, Answers: in.Answers}}
	if found := errors.Join(unread, in.Faults, long); found != nil {
		_, more := s.cfg.Reports.Weigh(ctx, a, x.Entered)
		return Result{}, alsoWrong(found, more)
	}
	return s.one(ctx, a, x)
}

// alsoWrong adds the faults of more at fields where nothing was found: a time that
// cannot be read is not missing as well.
func alsoWrong(found, more error) error {
	if more != nil && ward.CodeOf(more) != ward.Invalid {
		return more
	}
	out := found
	for _, e := range ward.All(more) {
		if !slices.ContainsFunc(ward.All(found), func(x *ward.Error) bool { return x.Field == e.Field }) {
			out = errors.Join(out, e)
		}
	}
	return out
}

// Came is how a stage of a report reached the team.
type Came struct {
	Stage             rule.Stage
	Reference         string
	Received, Entered time.Time
	By                string // who put it in
	Text              string // of a letter, as it came; empty for what was none
}

// Original shows how a report reached the team, letters as they came. Recorded,
// and the hospital sees it. NotFound for a report that was sent here. Needs
// incident.handle.
func (s *Service) Original(ctx context.Context, a ward.Actor, report string) (out []Came, err error) {
	err = s.cfg.Reports.LookInto(ctx, a, report, func(tx *db.Tx) error {
		out = nil
		list, err := cameOf(ctx, tx, report)
		if err == nil && len(list) == 0 {
			err = ward.Fail(ward.NotFound, "")
		}
		for _, x := range list {
			c := Came{x.stage, x.reference, x.received, x.entered, x.person, ""}
			if len(x.sealed) > 0 {
				if c.Text, err = s.box.Open(x.sealed, letterOwner(x.id)); err != nil {
					return err
				}
			}
			out = append(out, c)
		}
		return err
	})
	return out, ward.Wrap("show how it came", err)
}
