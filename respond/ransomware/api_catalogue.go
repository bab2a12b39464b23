package ransomware

import (
	"context"
	"encoding/json"
	"time"

	"ward"
	"ward/kit/web"
)

// CatalogueWire is a catalogue; exported, as its fields are those of a preview too.
type CatalogueWire struct {
	Version  int64      `json:"version"`
	Families int        `json:"families"`
	Notes    int        `json:"notes"`
	SHA256   string     `json:"sha256"`
	Put      time.Time  `json:"put"`
	PutBy    string     `json:"put_by"`
	Used     *time.Time `json:"used,omitempty"`
	UsedBy   string     `json:"used_by,omitempty"`
}

func wireCatalogue(c Catalogue) CatalogueWire {
	w := CatalogueWire{Version: c.Version, Families: c.Families, Notes: c.Notes, SHA256: c.SHA256, Put: c.Put.UTC(), PutBy: c.PutName, UsedBy: c.UsedName}
	if at := c.UsedAt.UTC(); !c.UsedAt.IsZero() {
		w.Used = &at
	}
	return w
}

type previewWire struct {
	CatalogueWire
	New       []string `json:"new" doc:"families that the one in use does not know; at most 40 are named"`
	NewCount  int      `json:"new_count"`
	Gone      []string `json:"gone" doc:"families that only the one in use knows; at most 40 are named"`
	GoneCount int      `json:"gone_count"`
}

func wirePreview(p Preview) *previewWire {
	return &previewWire{wireCatalogue(p.Catalogue), append([]string{}, p.New...), p.NewCount, append([]string{}, p.Gone...), p.GoneCount}
}

type cataloguesOut struct {
	Used    *CatalogueWire `json:"used,omitempty" doc:"absent while the families of the program or of the data folder are used"`
	Waiting *previewWire   `json:"waiting,omitempty"`
}

func (s *Service) apiCatalogues(ctx context.Context, a ward.Actor, _ *struct{}) (*cataloguesOut, error) {
	used, waiting, err := s.Catalogues(ctx, a)
	var out cataloguesOut
	if used != nil {
		w := wireCatalogue(*used)
		out.Used = &w
	}
	if waiting != nil {
		out.Waiting = wirePreview(*waiting)
	}
	return &out, err
}

func (s *Service) apiPut(c *web.Call) error {
	p, err := s.Put(c.Context(), c.Actor, c.R.Body)
	if err != nil {
		return err
	}
	c.W.Header().Set("Content-Type", "application/json")
	return ward.Wrap("write", json.NewEncoder(c.W).Encode(wirePreview(p)))
}

type takeIn struct {
	Body struct {
		SHA256 string `json:"sha256" doc:"of the catalogue that you looked at"`
	}
}

func (s *Service) apiTake(ctx context.Context, a ward.Actor, in *takeIn) error {
	return s.Take(ctx, a, in.Body.SHA256)
}

type discardIn struct {
	SHA256 string `query:"sha256" doc:"of the catalogue that you looked at"`
}

func (s *Service) apiDiscard(ctx context.Context, a ward.Actor, in *discardIn) error {
	return s.Discard(ctx, a, in.SHA256)
}
