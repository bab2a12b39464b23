package api

import (
	"context"

	"ward"
)

// assetPath is the asset that a path names.
type assetPath struct {
	Asset string `path:"asset" maxLength:"64"`
}

type wireAssetAlert struct {
	Alert    WireAlert `json:"alert"`
	Advisory string    `json:"advisory"`
	Verdict  string    `json:"verdict"`
	Reason   string    `json:"reason"`
	CVEs     []string  `json:"cves"`
	Leaf     string    `json:"leaf" doc:"product_id in the advisory's tree"`
	Path     string    `json:"path"`
	Evidence string    `json:"evidence" doc:"the compared values"`
}

type wireAssetAlerts struct {
	Alerts []wireAssetAlert `json:"alerts"`
}

func (h handler) ofAsset(ctx context.Context, a ward.Actor, in *assetPath) (*wireAssetAlerts, error) {
	all, err := h.svc.OfAsset(ctx, a, ward.AssetID(in.Asset))
	if err != nil {
		return nil, err
	}
	out := &wireAssetAlerts{Alerts: make([]wireAssetAlert, len(all))}
	for i, x := range all {
		out.Alerts[i] = wireAssetAlert{Alert: alertWire(x.Alert), Advisory: string(x.Advisory), Verdict: x.Finding.Verdict.String(),
			Reason: string(x.Finding.Reason), CVEs: x.CVEs, Leaf: x.Finding.Leaf, Path: x.Finding.Path, Evidence: x.Finding.Detail}
	}
	return out, nil
}
