package app

import (
	"context"
	"time"

	"ward"
	"ward/detect/disclosure"
)

// demoDisclosures are two sample reports, one new and one that is coordinated
// with its maker, so that a newcomer sees what they are; done again it changes
// nothing. Both say that they are training.
func (a *App) demoDisclosures(ctx context.Context) error {
	svc := a.rooms.disclosure
	have, _, err := svc.List(ctx, system, disclosure.Filter{All: true, Limit: 1})
	if err != nil || len(have) > 0 {
		return err
	}
	if _, err := svc.Receive(ctx, demoFinding(), ""); err != nil {
		return err
	}
	r, err := svc.Receive(ctx, demoOwnReport(), "")
	if err != nil {
		return err
	}
	if err := svc.Write(ctx, system, r.ID, "Training: we read your report and take it on. Thank you.", false); err != nil {
		return err
	}
	if err := svc.Triage(ctx, system, r.ID, ""); err != nil {
		return err
	}
	embargo := a.cfg.Clock().UTC().Truncate(24*time.Hour).AddDate(0, 0, disclosure.EmbargoDays).Add(8 * time.Hour)
	return svc.Coordinate(ctx, system, r.ID, embargo, "Training: the maker wrote that a fix is under test.")
}

// demoFinding is of somebody who stays unknown.
func demoFinding() disclosure.Report {
	return disclosure.Report{Source: disclosure.Researcher, Lang: ward.English,
		Summary: disclosure.Summary{Title: "Training: the ward display shows names to everybody on the network", Vendor: "Training Medical", Product: "Sample display",
			Versions: "4.0 and 4.1", Exploited: ward.ExploitationNone, Impact: "This is a training report. Whoever reaches the display reads the names of patients.",
			Mitigation: "Let only the server of the ward reach the displays."},
		Confidence: disclosure.Confidence{Proof: "Training: open port 8080 in a browser.", Maker: "Not yet."}}
}

// demoOwnReport is a maker's, of its own accord.
func demoOwnReport() disclosure.Report {
	return disclosure.Report{Source: disclosure.Maker, Lang: ward.English,
		Summary: disclosure.Summary{Title: "Training: the sample gateway keeps its first password", Vendor: "Training Medical", Product: "Sample gateway", Versions: "before 3.2",
			Fixed: "3.2", Severity: ward.SeverityHigh, Exploited: ward.ExploitationNone, Impact: "This is a training report. Somebody with the first password can change what the gateway sends.",
			Patients: "Values of patients could be shown wrong.", Mitigation: "Change the password at the first start.", Credit: "Training Medical"},
		Confidence: disclosure.Confidence{Name: "Training product security", Organisation: "Training Medical", Email: "security@training.invalid", Proof: "Training: sign in as service."}}
}
