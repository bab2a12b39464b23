package advisory

import (
	"context"
	"fmt"
	"io"

	"ward/detect/advisory/harvest"
	"ward/detect/advisory/signal"
)

// Sources are where advisories come from.
func (s *Service) Sources() *harvest.Sources { return s.sources }

// harvested implements harvest.Intake.
type harvested struct{ service *Service }

// Documents takes in single documents of a provider.
func (h harvested) Documents(ctx context.Context, source string, in []harvest.Document) ([]harvest.Fate, error) {
	arrivals := make([]arrival, len(in))
	for i := range in {
		arrivals[i] = arrivalOf(source, &in[i])
	}
	done, err := h.service.process(ctx, arrivals)
	out := make([]harvest.Fate, len(done))
	for i, d := range done {
		switch {
		case d.fate != FateRefused:
			out[i] = harvest.Taken
		case d.refusal.Kind != refuseStore:
			out[i] = harvest.Refused
		}
	}
	return out, err
}

func arrivalOf(source string, d *harvest.Document) arrival {
	a := arrival{source: source, name: d.Name, body: d.Body, fetchedAt: d.FetchedAt, signature: Unsigned, signer: d.Signer, signed: d.Signature,
		unmarked: &d.Unmarked}
	if d.Signer != "" {
		a.signature = Verified
	}
	return a
}

// File takes in an archive of documents, or a catalogue.
func (h harvested) File(ctx context.Context, src *harvest.Source, r io.Reader) (err error) {
	switch src.Kind {
	case harvest.URL:
		var out Outcome
		return h.service.open(ctx, Delivery{Source: src.ID, Name: src.URL, Body: r, Unmarked: &src.Unmarked}, &out, false)
	case harvest.CVE:
		_, err = h.service.readRecords(ctx, src.ID, src.URL, r)
	case harvest.EPSS:
		_, err = h.service.signals.Scores(ctx, r)
	case harvest.KEVCISA, harvest.KEVEU:
		_, err = h.service.openKEV(ctx, signal.Kind(src.Kind), src.URL, r, false)
	default:
		err = fmt.Errorf("a source of kind %q cannot be fetched", src.Kind)
	}
	return err
}
