package alert

import (
	"context"

	"ward"
	"ward/detect/alert/stand"
	"ward/kit/db"
)

// audienceOf lists whom the Centre speaks to in an advisory; nobody for those of
// others and for what was taken back.
func (s *Service) audienceOf(ctx context.Context, h ward.AdvisoryHead) ([]ward.OrgID, error) {
	if s.cfg.Bulletins == nil || !h.Own || h.Withdrawn {
		return nil, nil
	}
	list, err := s.cfg.Bulletins.Audience(ctx, h.Tracking)
	if ward.CodeOf(err) == ward.NotFound { // brought back from a backup without its room
		err = nil
	}
	return list, err
}

// stakes joins what everybody holds with whom the advisories of the issue address.
func (s *Service) stakes(ctx context.Context, heads []ward.AdvisoryHead, now []ward.Holding) ([]stand.Stake, error) {
	out := make([]stand.Stake, len(now))
	for i, h := range now {
		out[i].Holding = h
	}
	var at map[ward.OrgID]int
	for _, h := range heads {
		list, err := s.audienceOf(ctx, h)
		if err != nil {
			return nil, err
		}
		if len(list) > 0 && at == nil {
			at = make(map[ward.OrgID]int, len(out)+len(list))
			for i, h := range out {
				at[h.Org] = i
			}
		}
		for _, org := range list {
			i, known := at[org]
			if !known {
				i = len(out)
				at[org], out = i, append(out, stand.Stake{Holding: ward.Holding{Org: org}})
			}
			out[i].Addressed = true
		}
	}
	return out, nil
}

// guidance is what the advisories of an issue say to each reader: that of the
// newest one that does, the original language first.
func (s *Service) guidance(ctx context.Context, a Alert) ([]ward.Guidance, error) {
	if a.Sighted != "" {
		return s.sightedGuidance(ctx, a.Sighted)
	}
	var ids []ward.AdvisoryID
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		ids, err = speaking(ctx, tx, a.Issue)
		return err
	})
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	heads, err := s.cfg.Advisories.Heads(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if h, known := heads[id]; !known || h.Withdrawn {
			continue
		}
		list, err := s.cfg.Advisories.Guidance(ctx, id)
		if err != nil || len(list) > 0 {
			return list, err
		}
	}
	return nil, nil
}
