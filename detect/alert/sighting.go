package alert

import (
	"context"

	"ward"
	"ward/detect/alert/escalation"
	"ward/detect/alert/reach"
	"ward/detect/alert/stand"
	"ward/detect/alert/weakness"
	"ward/kit/db"
	"ward/kit/event"
)

// permSighted is the right to what sensors saw at somebody. Who reads alerts of
// the whole Union has it not: a hospital's hit stays between it and its national team.
const permSighted ward.Permission = "sighting.read"

// Sightings is what alerts ask about what sensors saw.
type Sightings interface {
	// Sighted is NotFound for what is no indicator or rule of this house.
	Sighted(ctx context.Context, subject string) (ward.Sighted, error)
	// Beside counts what else of its collection an organisation saw that has no alert
	// of its own: of a list of which very many are seen, only some have one.
	Beside(ctx context.Context, org ward.OrgID, subject string) (int, error)
}

// Teams is what alerts ask about national teams.
type Teams interface {
	// Teams lists the response teams of a country.
	Teams(context.Context, ward.Country) ([]ward.OrgID, error)
}

// onSighting raises the one alert that an organisation has of an indicator or
// rule. Seen again, it is told again only where somebody had said that it was
// done: whoever is still at it, or called it harmless, has been told.
func (s *Service) onSighting(ctx context.Context, _ event.Meta, f ward.SightingRecorded) error {
	seen, err := s.cfg.Sightings.Sighted(ctx, f.Subject)
	if ward.CodeOf(err) == ward.NotFound || err == nil && seen.Withdrawn {
		return nil // its keeper took it back: nobody is to be woken by it
	}
	if err != nil {
		return ward.Wrap("raise for sighting", err)
	}
	return ward.Wrap("raise for sighting", s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return s.settleSighting(ctx, tx, f.Org, seen) }))
}

func (s *Service) settleSighting(ctx context.Context, tx *db.Tx, org ward.OrgID, seen ward.Sighted) error {
	if err := tx.Lock(ctx, issueLock); err != nil {
		return err
	}
	// What is seen in a hospital is in use, whoever uses it.
	face := weakness.Face{Title: seen.Title, Lang: seen.Lang, Severity: seen.Severity, TLP: seen.TLP, Exploited: ward.ExploitationExploited}
	now := s.cfg.Clock()
	issue, err := sightedIssue(ctx, tx, seen.Subject)
	switch {
	case err != nil:
		return err
	case issue != 0:
		err = updateIssue(ctx, tx, issue, face, now)
	default:
		if issue, err = insertIssue(ctx, tx, face, nil, now); err == nil {
			err = markSighted(ctx, tx, issue, seen.Subject)
		}
	}
	if err != nil {
		return err
	}
	held := stand.Stake{Holding: ward.Holding{Org: org}, Addressed: true}
	numbers, err := s.orgNumbers(ctx, tx, []stand.Stake{held})
	if err != nil || numbers[org] == 0 { // left the registry in the meantime
		return err
	}
	had, err := standings(ctx, tx, issue, numbers[org])
	if err != nil {
		return err
	}
	st := had[numbers[org]]
	w := newAlertWriter(issue, now, 1)
	n := stand.News{Now: now, Why: stand.WhySighted, Urgency: escalation.UrgencyOf(face.Severity, face.Exploited), Said: st != nil && st.State == stand.Done}
	w.add(numbers[org], st, stand.Decide(st, held, false, n))
	_, err = s.finishWrite(ctx, tx, w, stand.WhySighted)
	return err
}

// teamContacts adds to alerts of what sensors saw the contacts of the national
// team, by the hospital's organisation: they get the same mail, without the link that acknowledges.
func (s *Service) teamContacts(ctx context.Context, alerts []Alert) (map[ward.OrgID][]ward.Contact, error) {
	teams := map[ward.Country][]ward.OrgID{}
	var all []ward.OrgID
	for _, a := range alerts {
		if _, asked := teams[a.Country]; a.Sighted == "" || asked || s.cfg.Teams == nil {
			continue
		}
		t, err := s.cfg.Teams.Teams(ctx, a.Country)
		if err != nil {
			return nil, err
		}
		teams[a.Country], all = t, append(all, t...)
	}
	if len(all) == 0 {
		return nil, nil
	}
	contacts, err := s.cfg.Registry.Contacts(ctx, all)
	out := map[ward.OrgID][]ward.Contact{}
	for _, a := range alerts {
		for _, team := range teams[a.Country] {
			out[a.Org] = append(out[a.Org], reach.Receivers(contacts[team])...)
		}
	}
	return out, err
}

// planTeams lists the mails to national teams.
func planTeams(alerts []Alert, to audience, teams map[ward.OrgID][]ward.Contact) []Delivery {
	var out []Delivery
	for _, a := range alerts {
		for _, c := range teams[a.Org] {
			if reach.Heard(to.contacts[a.Org], c) { // has it already
				continue
			}
			base := Delivery{Issue: a.Issue, OrgNo: a.OrgNo, Round: a.Round, State: Queued, Queued: to.at}
			out = append(out, planPerson(a, base, c, to)...)
		}
	}
	return out
}

// sees reports whether somebody may see an alert, beside his right to alerts as
// such. The scopes of a token are for alerts; what sensors saw comes with them.
func (s *Service) sees(a ward.Actor, al Alert) bool {
	return al.Sighted == "" || s.cfg.Guard.Decide(hatOf(a), permSighted, al.Object()).Allowed
}

// hatOf is the hat without the limits of a token or an emergency.
func hatOf(a ward.Actor) ward.Actor {
	a.Token, a.Scopes = false, nil
	return a
}

// beside fills in what else was seen.
func (s *Service) beside(ctx context.Context, d *Detail) (err error) {
	if d.Sighted != "" && s.cfg.Sightings != nil {
		d.Beside, err = s.cfg.Sightings.Beside(ctx, d.Org, d.Sighted)
	}
	return err
}

// sightedGuidance is what the keeper of an indicator or rule says to do.
func (s *Service) sightedGuidance(ctx context.Context, subject string) ([]ward.Guidance, error) {
	seen, err := s.cfg.Sightings.Sighted(ctx, subject)
	if ward.CodeOf(err) == ward.NotFound {
		return nil, nil
	}
	return []ward.Guidance{{Lang: seen.Lang, Title: seen.Title, Summary: seen.Summary, IT: seen.Advice}}, err
}
