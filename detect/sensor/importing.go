package sensor

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"ward"
	"ward/format/detection"
	"ward/format/indicator"
	"ward/format/plain"
	"ward/format/sigma"
	"ward/kit/db"
)

// Import is what became of a list or a file of rules.
type Import struct {
	Format string // as format/indicator names it, or "sigma"
	Found  int    // items that can be used
	Taken  int    // of them, those that were not there; 0 for a look alone
	// Refused are lines, objects and rules that cannot be used, the first of RefusedTotal.
	Refused      []Refusal
	RefusedTotal int
	// Benign are values that a list of harmless ones knows: they are taken and
	// marked, and sensors leave them out.
	Benign      []indicator.Benign
	BenignTotal int
}

// Refusal is one thing that cannot be used, with the reason in English as the
// readers give it.
type Refusal struct {
	Line   int // from 1; 0 where lines mean nothing
	Text   string
	Reason string
}

// reportLimit bounds how many refusals and benign values a report names.
const reportLimit = 100

func (i *Import) refuse(line int, text, reason string) {
	i.RefusedTotal++
	if len(i.Refused) < reportLimit {
		i.Refused = append(i.Refused, Refusal{line, clip(plain.Line(text), 200), clip(plain.Line(reason), maxLine)})
	}
}

// clip cuts a text to a number of characters.
func clip(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// about is the same for the same thing in every collection and hit.
func about(kind Kind, typ, value string) string {
	sum := sha256.Sum256([]byte(string(kind) + "\x00" + typ + "\x00" + value))
	return hex.EncodeToString(sum[:16])
}

func (i Item) about() string { return about(i.Kind, i.Type, i.Value) }

// Look reads a list or rules as Add does and keeps nothing.
func (s *Service) Look(ctx context.Context, a ward.Actor, id string, kind Kind, name string, data []byte) (Import, error) {
	var c Collection
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		c, err = collectionByID(ctx, tx, id)
		return err
	})
	if err == nil && !s.readable(a, c) {
		err = ward.Fail(ward.NotFound, "")
	}
	if err == nil {
		_, err = s.cfg.Guard.Check(a, permWrite, c.Object())
	}
	if err != nil {
		return Import{}, ward.Wrap("look at list", err)
	}
	out, _, err := s.read(ctx, a, c, kind, name, data)
	return out, ward.Wrap("look at list", err)
}

// Add reads a list or rules into a draft. What cannot be used is in the report
// with its line; the rest is kept. Invalid where nothing can be read at all.
func (s *Service) Add(ctx context.Context, a ward.Actor, id string, kind Kind, name string, data []byte) (Import, error) {
	c, err := s.draft(ctx, a, id)
	if err != nil {
		return Import{}, ward.Wrap("add to collection", err)
	}
	out, items, err := s.read(ctx, a, c, kind, name, data)
	if err != nil {
		return out, ward.Wrap("add to collection", err)
	}
	err = s.act(ctx, a, permWrite, id, c.Edit, "added", func(tx *db.Tx, c Collection) error {
		if err := touchCollection(ctx, tx, c, s.cfg.Clock()); err != nil {
			return err
		}
		n, err := insertItems(ctx, tx, items)
		out.Taken = int(n)
		if err != nil {
			return err
		}
		return insertHand(ctx, tx, c.ID, a.Person)
	})
	return out, ward.Wrap("add to collection", err)
}

// draft reads a collection that a may change now.
func (s *Service) draft(ctx context.Context, a ward.Actor, id string) (c Collection, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		c, err = collectionByID(ctx, tx, id)
		return err
	})
	switch {
	case err != nil:
	case !s.readable(a, c):
		err = ward.Fail(ward.NotFound, "")
	case c.State != Draft:
		err = ward.Fail(ward.Conflict, "sensor.error.step")
	default:
		_, err = s.cfg.Guard.Check(a, permWrite, c.Object())
	}
	return c, err
}

// read turns bytes into items of a collection.
func (s *Service) read(ctx context.Context, a ward.Actor, c Collection, kind Kind, name string, data []byte) (out Import, items []Item, err error) {
	switch {
	case len(data) > MaxUpload:
		return out, nil, invalid("large", "text", "max", strconv.Itoa(MaxUpload>>20))
	case len(bytes.TrimSpace(data)) == 0:
		return out, nil, invalid("empty", "text")
	}
	most := MaxIndicators - c.Indicators
	switch kind {
	case Rule:
		most = MaxRules - c.Rules
		var have []Item
		err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
			have, err = itemsOf(ctx, tx, c.ID, MaxIndicators+MaxRules, 0)
			return err
		})
		if err == nil {
			out, items = readRules(data, have)
		}
	case Indicator, Harmless:
		var known *indicator.Warnings
		if known, err = s.harmless(ctx, a); err == nil {
			out, items, err = readIndicators(kind, name, data, known)
		}
		if kind == Harmless {
			most = MaxIndicators - c.Harmless
		}
	default:
		err = invalid("kind", "kind")
	}
	if err == nil && len(items) > most {
		err = invalid("room", "text", "max", strconv.Itoa(most))
	}
	for i := range items {
		items[i].ID, items[i].Collection, items[i].Kind = s.cfg.IDs(), c.ID, kind
	}
	return out, items, err
}

func readIndicators(kind Kind, name string, data []byte, known *indicator.Warnings) (Import, []Item, error) {
	var items []Item
	var patterns []string
	o := indicator.Options{Warnings: known, MaxRefused: reportLimit, Private: kind == Harmless}
	r, err := indicator.Read(name, bytes.NewReader(data), o, func(in indicator.Indicator) error {
		switch {
		case in.All != nil:
			patterns = append(patterns, in.Value)
		case len(items) > MaxIndicators:
			return errFull
		default:
			items = append(items, Item{Type: in.Type.String(), Value: in.Value, Covers: !in.Exact, Ref: clip(plain.Line(in.Ref), maxLine)})
		}
		return nil
	})
	if errors.Is(err, errFull) {
		return Import{}, nil, invalid("room", "text", "max", strconv.Itoa(MaxIndicators))
	}
	if err != nil {
		return Import{}, nil, invalid("unreadable", "text", "reason", clip(plain.Line(err.Error()), maxLine))
	}
	out := Import{Format: r.Format, Found: len(items), Benign: r.Benign[:min(len(r.Benign), reportLimit)], BenignTotal: r.BenignTotal}
	for _, x := range r.Refused {
		out.refuse(x.Line, x.Text, x.Reason)
	}
	out.RefusedTotal = r.RefusedTotal
	for _, p := range patterns {
		out.refuse(0, p, "a pattern of several parts is not given to sensors; scan with the list itself")
	}
	return out, items, nil
}

// errFull ends the reading of a list that is too long.
var errFull = errors.New("too many indicators")

// readRules parses each document of a file for itself and compiles all of them
// together with the rules that are there, which correlations may name.
func readRules(data []byte, have []Item) (Import, []Item) {
	out := Import{Format: "sigma"}
	var all []*sigma.Rule
	var items []Item
	for _, i := range have {
		if i.Kind == Rule {
			old, _ := sigma.Parse(strings.NewReader(i.YAML), "")
			all = append(all, old...)
		}
	}
	for _, d := range sigma.Texts(data) {
		rules, refused := sigma.Parse(strings.NewReader(d.YAML), "")
		for _, r := range refused {
			out.refuse(d.Line+max(0, r.Line-1), r.Title, r.Reason+": "+r.Detail)
		}
		for _, r := range rules {
			if r.ID == "" || len(r.ID) > 64 {
				out.refuse(d.Line, r.Title, "a rule needs an id of its own")
				continue
			}
			item := Item{Type: "sigma", Value: strings.ToLower(r.ID), Title: clip(plain.Line(r.Title), maxTitle), Level: string(r.Level),
				Author: clip(plain.Line(r.Author), maxLine), YAML: d.YAML}
			// Old files give one id to the rules of several log sources ("action: global").
			at := slices.IndexFunc(items, func(i Item) bool { return i.Value == item.Value })
			if at >= 0 {
				item = items[at]
				item.YAML = strings.TrimRight(item.YAML, "\r\n") + "\n---\n" + d.YAML
			}
			if err := (detection.RuleFile{ID: r.ID, YAML: item.YAML}).Check(); err != nil {
				out.refuse(d.Line, r.Title, err.Error())
				continue
			}
			all = append(all, r)
			if at >= 0 {
				items[at] = item
			} else {
				items = append(items, item)
			}
		}
	}
	_, refused := sigma.Compile(all, sigma.Options{})
	for _, r := range refused {
		id := strings.ToLower(r.ID)
		if !slices.ContainsFunc(items, func(i Item) bool { return i.Value == id }) {
			continue // a rule that was here before; it is not looked at again
		}
		items = slices.DeleteFunc(items, func(i Item) bool { return i.Value == id })
		out.refuse(0, r.Title, r.Reason+": "+r.Detail)
	}
	out.Found = len(items)
	return out, items
}

// warningList is a list of harmless values as MISP writes it.
type warningList struct {
	Name string   `json:"name"`
	Type string   `json:"type"`
	List []string `json:"list"`
}

// warningsOf are the harmless values of a collection as up to three lists.
func warningsOf(c Collection, items []Item) []warningList {
	lists := []warningList{{Name: c.Title, Type: "cidr"}, {Name: c.Title, Type: "hostname"}, {Name: c.Title, Type: "string"}}
	for _, i := range items {
		if i.Kind != Harmless {
			continue
		}
		at := 2
		switch i.Type {
		case "ipv4", "ipv6", "cidr":
			at = 0
		case "domain":
			at = 1
		}
		lists[at].List = append(lists[at].List, i.Value)
	}
	return slices.DeleteFunc(lists, func(l warningList) bool { return len(l.List) == 0 })
}

// harmless gathers the harmless values that are given out to a.
func (s *Service) harmless(ctx context.Context, a ward.Actor) (*indicator.Warnings, error) {
	out := new(indicator.Warnings)
	live, err := s.live(ctx, a)
	for _, l := range live {
		for _, w := range warningsOf(l.Collection, l.Items) {
			text, err := json.Marshal(w)
			if err != nil {
				return nil, err
			}
			if _, err := out.Add(w.Name, text); err != nil {
				return nil, err
			}
		}
	}
	return out, err
}

// live lists what is given out to a, with all its items.
func (s *Service) live(ctx context.Context, a ward.Actor) (out []View, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		out = nil
		list, err := collections(ctx, tx, true)
		if err != nil {
			return err
		}
		for _, c := range list {
			if !s.may(a, permRead, c.Object()) {
				continue
			}
			items, err := itemsOf(ctx, tx, c.ID, 2*MaxIndicators+MaxRules, 0)
			if err != nil {
				return err
			}
			out = append(out, View{Collection: c, Items: items})
		}
		return nil
	})
	return out, err
}
