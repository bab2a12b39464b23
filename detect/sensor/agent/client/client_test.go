package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"ward/format/detection"
)

// TestAnOlderCentreGetsPlainHits: a Centre that does not know "before" refuses the
// batch; it gets the same hits without, under the same id. Another refusal is told.
func TestAnOlderCentreGetsPlainHits(t *testing.T) {
	day := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	hits := []detection.Hit{
		{Time: day, Subject: "pc-1", Kind: detection.KindIndicator, Indicator: "evil.example", Type: "domain", Count: 3, Before: &detection.Before{Last: day.AddDate(0, 0, 9), Hosts: 2}},
		{Time: day, Subject: "pc-2", Kind: detection.KindRule, RuleID: "r", Count: 1},
	}
	var got []detection.Upload
	centre := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, err := io.ReadAll(r.Body)
		if err != nil || bytes.Contains(data, []byte(`"before"`)) || bytes.Contains(data, []byte("pc-bad")) {
			w.WriteHeader(http.StatusUnprocessableEntity)
			return
		}
		u, err := detection.DecodeUpload(data)
		if err != nil {
			t.Error(err)
			return
		}
		got = append(got, *u)
		_ = json.NewEncoder(w).Encode(detection.Answer{Accepted: len(u.Hits)})
	}))
	defer centre.Close()
	c, err := New(Config{URL: centre.URL, Token: "tok", Sensor: detection.Sensor{ID: "s", Version: "1"}})
	if err != nil {
		t.Fatal(err)
	}
	a, err := c.Send(t.Context(), "b-1", hits)
	if err != nil || a.Accepted != 2 || len(got) != 1 || got[0].Batch != "b-1" || got[0].Hits[0].Before != nil || got[0].Hits[0].Count != 3 {
		t.Errorf("%+v, %v: %+v", a, err, got)
	}
	if hits[0].Before == nil {
		t.Error("the caller's hits were changed")
	}
	hits[1].Subject = "pc-bad"
	if _, err := c.Send(t.Context(), "b-2", hits); !errors.Is(err, ErrRefused) || len(got) != 1 {
		t.Errorf("%v: %+v", err, got)
	}
}
