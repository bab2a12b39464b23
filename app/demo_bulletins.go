package app

import (
	"context"
	"time"

	"ward"
	"ward/detect/bulletin"
)

// demoApprover is the second person of the training house's own alerts: the
// house itself, as there is nobody else yet.
var demoApprover = ward.Actor{Person: "demonstration", Name: "Ward (training)", System: true}

// demoBulletins publishes sample alerts of the Centre, so that a newcomer sees
// what they are; done again it changes nothing. All say that they are training.
func (a *App) demoBulletins(ctx context.Context) error {
	have, err := a.rooms.bulletin.List(ctx, system)
	if err != nil || len(have) > 0 {
		return err
	}
	for _, c := range demoAlerts() {
		if err := a.demoBulletin(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) demoBulletin(ctx context.Context, c bulletin.Content) error {
	svc := a.rooms.bulletin
	id, err := svc.Create(ctx, system, "blank")
	if err != nil {
		return err
	}
	said := c.Translations
	if err := svc.Save(ctx, system, id, 1, c); err != nil {
		return err
	}
	for _, t := range said {
		if err := svc.Translate(ctx, system, id, t.Text, true); err != nil {
			return err
		}
	}
	if err := svc.Submit(ctx, system, id); err != nil {
		return err
	}
	v, err := svc.Get(ctx, system, id)
	if err != nil {
		return err
	}
	return svc.Approve(ctx, demoApprover, id, v.Open().Edit, time.Time{})
}

// demoAlerts are two alerts: one on a way of attack, to hospitals of some
// countries, with a translation; one on a device, to whoever holds it.
func demoAlerts() []bulletin.Content {
	return []bulletin.Content{
		{Severity: ward.SeverityMedium, Exploited: ward.ExploitationNone, TLP: ward.TLPGreen,
			Audience: ward.Audience{Countries: []ward.Country{"AT", "DE", "HR"}, Kinds: []ward.OrgKind{ward.KindHospital}},
			Text: ward.Guidance{Lang: ward.English, Title: "Training: false calls from device makers",
				Summary:  "This is a training alert. Callers say that they are from the maker of a device and ask for remote access.",
				IT:       "Allow remote access of makers only by appointment.\nLook through the list of remote sessions of the last two weeks.",
				Devices:  "Call the maker back on the number in your contract before you give access.",
				Practice: "Hang up. Call whoever maintains your device on the number that you know."},
			Translations: []bulletin.Translation{{Text: ward.Guidance{Lang: "de", Title: "Übung: falsche Anrufe von Geräteherstellern",
				Summary:  "Dies ist eine Übungswarnung. Anrufer geben sich als Hersteller eines Geräts aus und verlangen Fernzugriff.",
				IT:       "Erlauben Sie Fernzugriff von Herstellern nur nach Vereinbarung.\nSehen Sie die Fernsitzungen der letzten zwei Wochen durch.",
				Devices:  "Rufen Sie den Hersteller unter der Nummer in Ihrem Vertrag zurück, bevor Sie Zugriff geben.",
				Practice: "Legen Sie auf. Rufen Sie Ihre Wartungsfirma unter der bekannten Nummer an."}}}},
		{Severity: ward.SeverityHigh, Exploited: ward.ExploitationNone, TLP: ward.TLPClear,
			Products:   []bulletin.Product{{Vendor: "Training Medical", Name: "Sample pump", Versions: "<2.0", Fixed: "2.0"}},
			Audience:   ward.Audience{Countries: []ward.Country{"FR", "IT"}, Kinds: []ward.OrgKind{ward.KindHospital}},
			References: []bulletin.Reference{{URL: "https://training.invalid/sample-pump", Summary: "The maker's page (training)"}},
			Text: ward.Guidance{Lang: ward.English, Title: "Training: the sample pump takes commands from the network",
				Summary:  "This is a training alert on an invented device. Somebody on the same network can change its rate.",
				Patients: "A changed rate could harm patients.",
				IT:       "Let only the pump server reach the pumps.",
				Devices:  "Install version 2.0, and test before patients are connected again.",
				Practice: "Call whoever maintains your pumps."}},
	}
}
