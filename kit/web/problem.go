package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"ward"
	"ward/kit/i18n"
)

// statusOf is the one table from our codes to HTTP.
var statusOf = map[ward.Code]int{
	ward.Invalid:     http.StatusUnprocessableEntity,
	ward.NotFound:    http.StatusNotFound,
	ward.Forbidden:   http.StatusForbidden,
	ward.Conflict:    http.StatusConflict,
	ward.Unavailable: http.StatusServiceUnavailable,
	ward.Throttled:   http.StatusTooManyRequests,
	ward.Internal:    http.StatusInternalServerError,
}

// problem is an error body after RFC 9457. It carries a translated title and a
// stable code, never the cause and never the value that was refused: it may be
// a secret.
type problem struct {
	Type     string         `json:"type"`
	Title    string         `json:"title"`
	Status   int            `json:"status"`
	Code     string         `json:"code"`
	Key      string         `json:"key,omitempty"`
	Instance string         `json:"instance,omitempty" doc:"reference of the request in the log"`
	Errors   []fieldProblem `json:"errors,omitempty"`
	Outcome  any            `json:"outcome,omitempty" doc:"of a batch of which nothing was stored: what success would have answered, with the refusals"`
	wait     time.Duration
	allow    string // methods, of a 405
}

// Refused is the error of a batch of which nothing was stored; Outcome is what
// its answer would have been, and stands in the problem (RFC 9457 section 3.2).
type Refused struct {
	Err     error
	Outcome any
}

func (e *Refused) Error() string { return e.Err.Error() }
func (e *Refused) Unwrap() error { return e.Err }

// fieldProblem names one wrong field.
type fieldProblem struct {
	Location string `json:"location,omitempty"`
	Message  string `json:"message"`
}

// Error implements error and huma.StatusError.
func (p *problem) Error() string  { return p.Title }
func (p *problem) GetStatus() int { return p.Status }

// GetHeaders implements huma.HeadersError.
func (p *problem) GetHeaders() http.Header {
	h := http.Header{}
	retryAfter(h, p.wait)
	return h
}

// retryAfter tells a client when to come back, in whole seconds, rounded up
// (RFC 9110 section 10.2.3).
func retryAfter(h http.Header, wait time.Duration) {
	if wait > 0 {
		h.Set("Retry-After", strconv.FormatInt(int64((wait+time.Second-1)/time.Second), 10))
	}
}

// problemType is the media type of an error body.
const problemType = "application/problem+json"

// ContentType implements huma.ContentTypeFilter.
func (p *problem) ContentType(string) string { return problemType }

// problemOf turns any error into what an API client may see, and logs what the
// client may not.
func problemOf(ctx context.Context, err error) *problem {
	var e *ward.Error
	if !errors.As(err, &e) {
		e = ward.Fail(ward.Internal, "").Because(err)
	}
	rc := requestOf(ctx)
	if e.Code == ward.Internal {
		rc.log.ErrorContext(ctx, "request failed", slog.String("request", rc.id), slog.Any("error", err))
	}
	p := &problem{Type: "about:blank", Title: rc.printer.Error(e).String(), Status: statusOf[e.Code], Code: string(e.Code),
		Key: e.Key, Instance: rc.id, wait: e.Wait}
	if r := (*Refused)(nil); errors.As(err, &r) {
		p.Outcome = r.Outcome
	}
	if m := (wrongMethod{}); errors.As(err, &m) {
		p.allow, p.Key, p.Status, p.Title = m.allow, "", http.StatusMethodNotAllowed, http.StatusText(http.StatusMethodNotAllowed)
		p.Code = string(codeOf(p.Status))
	}
	for _, x := range ward.All(err) {
		if x.Field != "" {
			p.Errors = append(p.Errors, fieldProblem{Location: x.Field, Message: rc.printer.Error(x).String()})
		}
	}
	return p
}

// newProblem replaces huma's own error body, which repeats the offending value. The
// title is of the reader's language; what the schema says of a field is for whoever
// writes the program.
func newProblem(hc huma.Context, status int, message string, errs ...error) huma.StatusError {
	rc, e := requestOf(hc.Context()), ward.Fail(codeOf(status), "")
	if status == http.StatusRequestEntityTooLarge {
		e.Key = "error.too_large"
	}
	p := &problem{Type: "about:blank", Title: rc.printer.Error(e).String(), Status: status, Code: string(e.Code), Instance: rc.id}
	if len(errs) == 0 {
		p.Errors = append(p.Errors, fieldProblem{Message: message})
	}
	for _, err := range errs {
		var d *huma.ErrorDetail
		if errors.As(err, &d) {
			p.Errors = append(p.Errors, fieldProblem{Location: d.Location, Message: d.Message})
		} else if err != nil {
			p.Errors = append(p.Errors, fieldProblem{Message: err.Error()})
		}
	}
	return p
}

func codeOf(status int) ward.Code {
	for code, s := range statusOf {
		if s == status {
			return code
		}
	}
	if status >= 500 {
		return ward.Internal
	}
	return ward.Invalid
}

// errorText is what a page or a problem says of e.
func errorText(p *i18n.Printer, err error) string {
	var e *ward.Error
	if !errors.As(err, &e) {
		e = ward.Fail(ward.Internal, "")
	}
	return p.Error(e).String()
}
