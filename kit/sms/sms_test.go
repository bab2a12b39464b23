package sms_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ward/kit/fetch"
	"ward/kit/sms"
)

var ctx = context.Background()

func message(text string) sms.Message {
	return sms.Message{ID: "alert-1-2-sms", To: "+38591234567", Text: text}
}

func TestSegments(t *testing.T) {
	for text, want := range map[string]int{"": 0, "a": 1, strings.Repeat("a", 160): 1, strings.Repeat("a", 161): 2, strings.Repeat("€", 80): 1,
		strings.Repeat("€", 81): 2, strings.Repeat("ж", 70): 1, strings.Repeat("ж", 71): 2, strings.Repeat("a", 306): 2, strings.Repeat("a", 307): 3,
		strings.Repeat("😀", 35): 1, strings.Repeat("😀", 36): 2, "č" + strings.Repeat("a", 69): 1} {
		if got := sms.Segments(text); got != want {
			t.Errorf("%.10q… (%d runes): %d segments, want %d", text, len([]rune(text)), got, want)
		}
	}
}

// got is what the gateway was asked.
type got struct {
	method, query, body string
	head                http.Header
}

// gateway answers with answer, and keeps what it was asked.
func gateway(t *testing.T, answer http.HandlerFunc) (*httptest.Server, *[]got) {
	t.Helper()
	var all []got
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // what is missing fails the comparison
		all = append(all, got{r.Method, r.URL.RawQuery, string(body), r.Header})
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	return s, &all
}

func open(t *testing.T, cfg sms.Config) *sms.Gateway {
	t.Helper()
	cfg.Fetch = fetch.New(fetch.Config{AllowLoopback: true})
	g, err := sms.NewGateway(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func status(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(n) }
}

// A text cannot leave its place in JSON, form or address.
func TestTextIsAValue(t *testing.T) {
	hostile := "a\",\"to\":\"+4912345678\"}&to=+4912345678\n{to} €"
	s, all := gateway(t, status(201))
	g := open(t, sms.Config{URL: s.URL, Body: `{"messages":[{"to":"{to}","text":"{text}","n":1,"ref":"{id}"}]}`, Secret: "Bearer s3cret",
		Headers: []string{"X-Ref: {id}"}, Expect: []int{201}})
	if err := g.Send(ctx, message(hostile)); err != nil {
		t.Fatal(err)
	}
	var body struct {
		Messages []struct {
			To, Text, Ref string
			N             int
		}
	}
	first := (*all)[0]
	if err := json.Unmarshal([]byte(first.body), &body); err != nil || len(body.Messages) != 1 || body.Messages[0].To != "+38591234567" ||
		body.Messages[0].Text != hostile || body.Messages[0].N != 1 || body.Messages[0].Ref != "alert-1-2-sms" {
		t.Errorf("JSON: %s (%v)", first.body, err)
	}
	if first.head.Get("Authorization") != "Bearer s3cret" || first.head.Get("X-Ref") != "alert-1-2-sms" || first.head.Get("Idempotency-Key") != "alert-1-2-sms" {
		t.Errorf("headers: %v", first.head)
	}
	for _, method := range []string{"POST", "PUT", "GET"} {
		*all = nil
		if err := open(t, sms.Config{URL: s.URL + "/send?key=1", Method: method, Body: "to={to}&text={text}"}).Send(ctx, message(hostile)); err != nil {
			t.Fatal(err)
		}
		x, text := (*all)[0], (*all)[0].body
		if method == "GET" {
			text = x.query
		}
		r := httptest.NewRequest("GET", "/?"+text, nil)
		if q := r.URL.Query(); x.method != method || len(q["to"]) != 1 || q.Get("to") != "+38591234567" || q.Get("text") != hostile {
			t.Errorf("%s: %+v", method, x)
		}
	}
}

func TestAnswersAreBoundedAndRead(t *testing.T) {
	for name, tt := range map[string]struct {
		answer    http.HandlerFunc
		permanent bool
		status    int
		ok        bool
	}{
		"taken":        {status(200), false, 0, true},
		"refused":      {status(400), true, 400, false},
		"wrong secret": {status(401), false, 401, false},
		"busy":         {status(429), false, 429, false},
		"broken":       {status(502), false, 502, false},
		"redirect":     {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/else", http.StatusFound) }, false, 302, false},
		"endless": {func(w http.ResponseWriter, _ *http.Request) {
			for range 100000 {
				if _, err := w.Write(make([]byte, 4096)); err != nil {
					return
				}
			}
		}, false, 0, true},
		"huge promise": {func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "99999999999") }, false, 0, false},
	} {
		s, _ := gateway(t, tt.answer)
		begin := time.Now()
		err := open(t, sms.Config{URL: s.URL, Body: "to={to}&text={text}"}).Send(ctx, message("hello"))
		var e *sms.Error
		if tt.ok != (err == nil) || err != nil && (!errors.As(err, &e) || e.Permanent != tt.permanent || e.Status != tt.status) {
			t.Errorf("%s: got %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), "+38591234567") {
			t.Errorf("%s: the error names the number: %v", name, err)
		}
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("%s took %s", name, took)
		}
	}
}

func TestRefusedBeforeAnybodyIsAsked(t *testing.T) {
	s, all := gateway(t, status(200))
	g := open(t, sms.Config{URL: s.URL, Body: "to={to}&text={text}"})
	for name, m := range map[string]sms.Message{"no number": {ID: "a", To: "0912", Text: "x"}, "no text": {ID: "a", To: "+38591234567"},
		"number with more": {ID: "a", To: "+38591234567&x", Text: "x"}, "no id": {ID: "a b", To: "+38591234567", Text: "x"},
		"too long": message(strings.Repeat("ж", 300)), "no UTF-8": message("a\xff")} {
		var e *sms.Error
		if err := g.Send(ctx, m); !errors.As(err, &e) || !e.Permanent {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if len(*all) != 0 {
		t.Errorf("the gateway was asked %d times", len(*all))
	}
	for name, cfg := range map[string]sms.Config{"no text": {Body: "to={to}"}, "broken JSON": {Body: `{"to":"{to}","text":"{text}"`},
		"method": {Method: "DELETE", Body: "to={to}&text={text}"}, "header": {Body: "to={to}&text={text}", Headers: []string{"X"}},
		"JSON in an address": {Method: "GET", Body: `{"to":"{to}","text":"{text}"}`}} {
		if _, err := sms.NewGateway(cfg); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}

func TestTrainingWritesFiles(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "outbox")
	s, err := sms.NewTraining(folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(ctx, message("hello")); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(folder, "alert-1-2-sms.sms.txt"))
	if err != nil || !strings.Contains(string(text), "hello") {
		t.Errorf("%q (%v)", text, err)
	}
}
