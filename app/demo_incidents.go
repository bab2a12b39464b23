package app

import (
	"context"
	"time"

	"ward"
	"ward/base/registry"
	"ward/format/rule"
	"ward/respond/incident"
)

// demoReport is one sample report: of the hospital that stands at Place among
// those of the country, aware of it so long ago.
type demoReport struct {
	Country ward.Country
	Place   int
	Aware   time.Duration
	Stages  []rule.Stage
	Answers map[string]string
}

// demoReports tell of one supplier that was hit, which three hospitals of two
// countries feel, and of three matters that have nothing to do with it. All say
// that they are training.
var demoReports = []demoReport{
	{"HR", 0, 5 * time.Hour, []rule.Stage{rule.Early}, map[string]string{"summary": "Training: records cannot be opened, a note asks for money", "severe_disruption": "yes",
		"suspected_malicious": "suspected", "root_cause": "malicious-actions", "cause_detail": "ransomware", "malware_family": "LockBit 3.0", "third_party": "Sample Records Ltd (training)",
		"services_affected": "emergency\nlaboratory", "ambulances_diverted": "yes", "paper_mode": "all wards", "cross_border": "unknown", "patient_data_stolen": "unknown"}},
	{"HR", 1, 3 * time.Hour, []rule.Stage{rule.Early}, map[string]string{"summary": "Training: the records of our supplier are gone", "severe_disruption": "yes", "suspected_malicious": "suspected",
		"root_cause": "third-party-failures", "cause_detail": "records-vendor", "malware_family": "LockBit 3.0", "third_party": "Sample Records Ltd (training)", "services_affected": "emergency",
		"paper_mode": "emergency department", "cross_border": "yes", "affected_countries": "AT"}},
	{"AT", 0, 2 * time.Hour, []rule.Stage{rule.Early}, map[string]string{"summary": "Training: no access to patient records since noon", "severe_disruption": "yes", "suspected_malicious": "suspected",
		"root_cause": "third-party-failures", "cause_detail": "records-vendor", "malware_family": "LockBit 3.0", "third_party": "Sample Records Ltd (training)", "services_affected": "laboratory",
		"cross_border": "yes", "affected_countries": "HR"}},
	{"DE", 0, 26 * time.Hour, []rule.Stage{rule.Early, rule.Notification}, map[string]string{"summary": "Training: mail accounts send phishing", "severe_disruption": "no", "suspected_malicious": "confirmed",
		"root_cause": "malicious-actions", "incident_class": "fraud", "cause_detail": "phishing", "cross_border": "no", "patient_safety": "none", "impact_summary": "Training: forty accounts, no patient data."}},
	{"FR", 0, 9 * time.Hour, []rule.Stage{rule.Early}, map[string]string{"summary": "Training: infusion pumps lost the network after an update", "severe_disruption": "yes", "suspected_malicious": "ruled_out",
		"root_cause": "system-failures", "cause_detail": "faulty-update", "cross_border": "no", "patient_safety": "near_miss"}},
	{"IT", 0, 12 * time.Hour, []rule.Stage{rule.Early}, map[string]string{"summary": "Training: the portal for patients cannot be reached", "severe_disruption": "yes", "suspected_malicious": "confirmed",
		"root_cause": "malicious-actions", "cause_detail": "ddos", "cross_border": "no"}},
}

// demoIncidents sends the sample reports as their hospitals would, so that the
// queues of the teams and the situational picture show what they are for.
func (a *App) demoIncidents(ctx context.Context, orgs []registry.NewOrganisation, ids []ward.OrgID) error {
	for _, sample := range demoReports {
		place := 0
		for i, o := range orgs {
			if o.Kind != ward.KindHospital || o.Country != sample.Country {
				continue
			}
			if place == sample.Place {
				as := system
				as.Org, as.Country, as.Kind, as.Role, as.OrgName = ids[i], o.Country, o.Kind, ward.RoleManager, o.Name
				if err := a.demoIncident(ctx, as, sample); err != nil {
					return err
				}
				break
			}
			place++
		}
	}
	return nil
}

func (a *App) demoIncident(ctx context.Context, as ward.Actor, sample demoReport) error {
	svc := a.rooms.incident
	aware := a.cfg.Clock().UTC().Add(-sample.Aware).Truncate(time.Minute).Format(time.RFC3339)
	answers := incident.Answers{"aware_at": {Text: aware}, "detected_at": {Text: aware}, "contact": {Text: "IT service desk (training)"}}
	for id, text := range sample.Answers {
		answers[id] = incident.Answer{Text: text}
		if text == "unknown" {
			answers[id] = incident.Answer{Unknown: true}
		}
	}
	// Each hospital has one, under its own id: done again it is the same report.
	r, err := svc.Begin(ctx, as, incident.Start{ID: string(as.Org), Reason: incident.Incident, Answers: answers})
	for _, stage := range sample.Stages {
		if err == nil && r.MaySend(stage) {
			_, err = svc.Send(ctx, as, r.ID, incident.Dispatch{Seen: r.Version, Stage: stage})
		}
		if err == nil {
			r, err = svc.Begin(ctx, as, incident.Start{ID: string(as.Org), Reason: incident.Incident})
		}
	}
	return ward.Wrap("sample report of "+as.OrgName, err)
}
