package api

import (
	"context"
	"time"

	"ward"
)

type speedQuery struct {
	Issue int64 `path:"issue" minimum:"1" maximum:"1000000000000"`
}

type wireSpeed struct {
	Country       string  `json:"country,omitempty" doc:"absent for all together"`
	Channel       string  `json:"channel,omitempty" doc:"absent for the first acknowledgement"`
	Organisations int     `json:"organisations,omitempty"`
	Hidden        bool    `json:"hidden" doc:"too few organisations to show figures of"`
	P50           float64 `json:"p50_seconds,omitempty"`
	P95           float64 `json:"p95_seconds,omitempty"`
}

type wireSpeeds struct {
	Issue     int64       `json:"issue"`
	Published time.Time   `json:"published" doc:"from when the durations count"`
	Rows      []wireSpeed `json:"rows"`
}

func (h handler) speed(ctx context.Context, a ward.Actor, in *speedQuery) (*wireSpeeds, error) {
	all, err := h.svc.Speed(ctx, a, in.Issue)
	if err != nil {
		return nil, err
	}
	out := &wireSpeeds{Issue: all.Issue.No, Published: all.Published.UTC(), Rows: make([]wireSpeed, len(all.Rows))}
	for i, r := range all.Rows {
		out.Rows[i] = wireSpeed{string(r.Country), string(r.Channel), r.Organisations, r.Hidden, r.P50.Seconds(), r.P95.Seconds()}
	}
	return out, nil
}
