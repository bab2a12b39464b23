package sms

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"ward/kit/fetch"
)

// Config of NewGateway.
type Config struct {
	URL    string
	Method string // POST, PUT, or GET; empty means POST
	// Body is a template with {to}, {text} and {id}: JSON when it begins with a
	// brace, else a form ("to={to}&text={text}"), which GET puts into the address.
	Body    string
	Headers []string // "Name: value"; {id} is filled in
	// Secret is the value of the header Authorization; empty for none.
	Secret string
	Expect []int // status of success; empty means any 2xx
	Fetch  *fetch.Client
}

// Gateway sends through an HTTP interface. Safe for concurrent use.
type Gateway struct {
	cfg  Config
	json any        // parsed Body, or nil
	form url.Values // parsed Body, or nil
	head http.Header
}

// Bounds of one call: a gateway answers with a status.
const (
	answerBytes = 64 << 10
	answerTime  = 20 * time.Second
)

// NewGateway checks the configuration; it does not connect.
func NewGateway(cfg Config) (*Gateway, error) {
	if cfg.Method == "" {
		cfg.Method = http.MethodPost
	}
	g := &Gateway{cfg: cfg, head: http.Header{}}
	if !slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodGet}, cfg.Method) {
		return nil, fmt.Errorf("sms method %q: want POST, PUT or GET", cfg.Method)
	}
	if err := g.template(cfg.Body); err != nil {
		return nil, err
	}
	for _, h := range cfg.Headers {
		name, value, ok := strings.Cut(h, ":")
		if name, value = strings.TrimSpace(name), strings.TrimSpace(value); !ok || name == "" || value == "" || strings.ContainsAny(h, "\r\n") {
			return nil, fmt.Errorf("sms header %q: want Name: value", name)
		}
		g.head.Add(name, value)
	}
	if cfg.Secret != "" {
		g.head.Set("Authorization", cfg.Secret)
	}
	return g, nil
}

// template reads the body once, so that a fault is found at the start.
func (g *Gateway) template(body string) error {
	if !strings.Contains(body, "{to}") || !strings.Contains(body, "{text}") {
		return errors.New("sms body: {to} and {text} are needed")
	}
	var err error
	if strings.HasPrefix(strings.TrimSpace(body), `{"`) {
		if err = json.Unmarshal([]byte(body), &g.json); err == nil && g.cfg.Method == http.MethodGet {
			err = errors.New("GET has no JSON body")
		}
	} else {
		g.form, err = url.ParseQuery(body)
	}
	if err != nil {
		return fmt.Errorf("sms body: %w", err)
	}
	return nil
}

// Send implements Sender. That the gateway refuses the message is permanent; that
// it is busy, broken or refuses us is a matter of the house, to be tried again.
func (g *Gateway) Send(ctx context.Context, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	fill := strings.NewReplacer("{to}", m.To, "{text}", m.Text, "{id}", m.ID)
	address, kind, body, err := g.request(fill)
	if err != nil {
		return &Error{Permanent: true, Err: err}
	}
	head := http.Header{"Idempotency-Key": {m.ID}}
	for name, values := range g.head {
		for _, v := range values {
			head.Add(name, strings.ReplaceAll(v, "{id}", m.ID))
		}
	}
	res, err := g.cfg.Fetch.Send(ctx, g.cfg.Method, address, kind, body, fetch.Options{MaxBytes: answerBytes, Timeout: answerTime, Header: head})
	if err != nil {
		return refusal(err)
	}
	defer res.Body.Close()                                   //nolint:errcheck // the status is the answer
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64)) // so that the connection can be used again
	if len(g.cfg.Expect) > 0 && !slices.Contains(g.cfg.Expect, res.Status) {
		return &Error{Status: res.Status, Err: errors.New("not the status that means success")}
	}
	return nil
}

// refusal reads a status: 4xx is about this message, but for those that are
// about us or about now (RFC 9110, section 15.5).
func refusal(err error) error {
	var s *fetch.StatusError
	if !errors.As(err, &s) {
		return &Error{Err: err}
	}
	ours := []int{http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed,
		http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests}
	return &Error{Permanent: s.Status >= 400 && s.Status < 500 && !slices.Contains(ours, s.Status), Status: s.Status, Err: err}
}

// request fills the template: values are put into the parsed tree and written
// anew, so that no text ends a string or a field.
func (g *Gateway) request(fill *strings.Replacer) (address, kind string, body []byte, err error) {
	if g.json != nil {
		var out bytes.Buffer
		err = json.NewEncoder(&out).Encode(filled(g.json, fill))
		return g.cfg.URL, "application/json", out.Bytes(), err
	}
	form := url.Values{}
	for name, values := range g.form {
		for _, v := range values {
			form.Add(name, fill.Replace(v))
		}
	}
	if g.cfg.Method != http.MethodGet {
		return g.cfg.URL, "application/x-www-form-urlencoded", []byte(form.Encode()), nil
	}
	u, err := url.Parse(g.cfg.URL)
	if err != nil {
		return "", "", nil, err
	}
	query := u.Query()
	for name, values := range form {
		query[name] = values
	}
	u.RawQuery = query.Encode()
	return u.String(), "", nil, nil
}

func filled(v any, fill *strings.Replacer) any {
	switch v := v.(type) {
	case string:
		return fill.Replace(v)
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = filled(x, fill)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, x := range v {
			out[name] = filled(x, fill)
		}
		return out
	}
	return v
}
