package advisory

import (
	"context"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"time"

	"ward"
	"ward/detect/advisory/term"
	"ward/kit/auth"
	"ward/kit/db"
)

// Sort is an order of the list: one of those below, or the name of a Field.
type Sort string

// Orders of the list; each with the id as the last word.
const (
	SortNewest   Sort = "newest" // release date of the revision, latest first
	SortSeverity Sort = "severity"
	SortEPSS     Sort = "epss"
	SortTitle    Sort = "title"
)

// order is how SQL sorts, and how the key of a page's last row is known again.
type order struct {
	column string // of advisory; empty for the order by a field
	field  term.Field
	up     bool
	key    func(*Advisory) string
	bind   func(key string) any
}

// sorts are the orders by a column, all but the title downwards.
var sorts = map[Sort]order{
	SortNewest:   {column: "published_at", key: func(a *Advisory) string { return strconv.FormatInt(a.Published.UnixMicro(), 10) }, bind: bindInt},
	SortSeverity: {column: "score", key: func(a *Advisory) string { return strconv.FormatFloat(a.Score, 'g', -1, 64) }, bind: bindFloat},
	SortEPSS:     {column: "epss", key: func(a *Advisory) string { return strconv.FormatFloat(a.EPSS, 'g', -1, 64) }, bind: bindFloat},
	SortTitle:    {column: "title_key", up: true, key: func(a *Advisory) string { return titleKey(a.Title) }, bind: func(s string) any { return s }},
}

// Sorts lists the names of all orders: those by a column, and the fields.
func Sorts() []Sort {
	out := []Sort{SortNewest, SortSeverity, SortEPSS, SortTitle}
	for _, f := range term.Fields() {
		if !slices.Contains(out, Sort(f)) {
			out = append(out, Sort(f))
		}
	}
	return out
}

// order finds how the list is sorted; what nobody knows is SortNewest.
func (f *Filter) order() order {
	o, ok := sorts[f.Sort]
	switch {
	case ok:
	case slices.Contains(term.Fields(), term.Field(f.Sort)):
		o = order{field: term.Field(f.Sort), up: true, bind: func(s string) any { return []byte(s) }}
	default:
		o = sorts[SortNewest]
	}
	o.up = o.up != f.Reverse
	return o
}

func bindInt(s string) any {
	n, _ := strconv.ParseInt(s, 10, 64) // a forged cursor starts somewhere else, no more
	return n
}

func bindFloat(s string) any {
	f, _ := strconv.ParseFloat(s, 64)
	return f
}

// Filter chooses advisories; the zero value of a field does not restrict.
type Filter struct {
	Text      string        // words of title, number, CVE, publisher, product; all must be there, each may be a beginning
	Severity  ward.Severity // this or worse
	Exploited bool          // listed as exploited
	Publisher string        // exactly
	TLP       *ward.TLP     // exactly this marking
	From, To  time.Time     // release of the revision, To excluded
	CVE       string        // exactly
	Withdrawn bool          // also withdrawn ones
	Unread    bool          // not yet read by the asker in its newest revision
	Source    string        // newest revision came from this source
	// Fields restricts to documents that say so, each from the beginning of a value
	// on, whatever the case.
	Fields  map[term.Field]string
	Sort    Sort   // "" means SortNewest
	Reverse bool   // the order turned round
	Cursor  string // Page.Next of the page before
	Limit   int    // 0 means 30, at most 200

	person ward.PersonID // who asks, for Unread
}

// Page is one page of a list.
type Page struct {
	Advisories []Advisory
	Next       string // cursor; "" on the last page
}

// Active counts the fields that restrict.
func (f *Filter) Active() int {
	n := 0
	for _, set := range []bool{f.Text != "", f.Severity != ward.SeverityNone, f.Exploited, f.Publisher != "", f.TLP != nil,
		!f.From.IsZero(), !f.To.IsZero(), f.CVE != "", f.Withdrawn, f.Unread, f.Source != ""} {
		if set {
			n++
		}
	}
	for field, text := range f.Fields {
		if term.Sortable(field, text) != "" {
			n++
		}
	}
	return n
}

// List gives a page of the advisories that a may read.
func (s *Service) List(ctx context.Context, a ward.Actor, f Filter) (Page, error) {
	if _, err := s.cfg.Guard.Check(a, "advisory.read", ward.Object{Kind: "advisory"}); err != nil {
		return Page{}, ward.Wrap("list advisories", err)
	}
	f.Limit, f.person = pageSize(f.Limit), a.Person
	key, id, err := readCursor(f.Cursor)
	if err != nil {
		return Page{}, ward.Wrap("list advisories", err)
	}
	var out Page
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		list, err := listHeads(ctx, tx, f, auth.Clearance(a), key, id)
		if len(list) > f.Limit {
			list = list[:f.Limit]
			out.Next, err = cursorAt(ctx, tx, f.order(), &list[f.Limit-1])
		}
		out.Advisories = list
		if err != nil {
			return err
		}
		if err := addRead(ctx, tx, a.Person, list); err != nil {
			return err
		}
		return withCVEs(ctx, tx, list)
	})
	return out, ward.Wrap("list advisories", err)
}

// Publishers lists the names of publishers whose advisories a may read, in
// alphabetical order, at most 500: for the filter.
func (s *Service) Publishers(ctx context.Context, a ward.Actor) ([]string, error) {
	if _, err := s.cfg.Guard.Check(a, "advisory.read", ward.Object{Kind: "advisory"}); err != nil {
		return nil, ward.Wrap("list publishers", err)
	}
	var out []string
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = publishers(ctx, tx, auth.Clearance(a))
		return err
	})
	return out, ward.Wrap("list publishers", err)
}

func pageSize(n int) int {
	if n <= 0 {
		return 30
	}
	return min(n, 200)
}

// cursorAt is the cursor behind one row.
func cursorAt(ctx context.Context, tx *db.Tx, o order, last *Advisory) (string, error) {
	if o.field == "" {
		return writeCursor(o.key(last), string(last.ID)), nil
	}
	key, err := keyOf(ctx, tx, last.ID, o.field)
	return writeCursor(string(key), string(last.ID)), err
}

// A cursor is the sort key and id of the last row, opaque to clients.
func writeCursor(key, id string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(id + "\x00" + key))
}

func readCursor(cursor string) (key, id string, err error) {
	if cursor == "" {
		return "", "", nil
	}
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	id, key, ok := strings.Cut(string(b), "\x00")
	if err != nil || !ok || len(b) > 1000 || strings.ContainsRune(key, 0) || strings.ToValidUTF8(string(b), "") != string(b) {
		return "", "", ward.Fail(ward.Invalid, "advisory.error.cursor").At("after")
	}
	return key, id, nil
}
