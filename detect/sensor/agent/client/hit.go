package client

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"ward/detect/sensor/agent"
	"ward/detect/sensor/agent/retro"
	"ward/format/detection"
	"ward/format/indicator"
)

// HitOf is what leaves of a hit: no line, the matched fields, and as subject the
// computer or, where none is known, the name of the file without its folder. The
// hit has to be redacted already (agent.Redact).
func HitOf(h *agent.Hit, now time.Time) detection.Hit {
	out := detection.Hit{Time: now, Subject: clip(h.Host, detection.MaxSubject), Kind: detection.KindIndicator, Count: 1}
	if h.Time != nil && h.Time.Year() >= 1990 && h.Time.Before(now.Add(24*time.Hour)) {
		out.Time = *h.Time
	}
	if out.Subject == "" {
		out.Subject = clip(filepath.Base(h.File), detection.MaxSubject)
	}
	if h.RuleTitle != "" || h.RuleID != "" {
		out.Kind, out.RuleID, out.Title, out.Level = detection.KindRule, ruleID(h), clip(h.RuleTitle, 300), clip(h.Level, 20)
	} else {
		out.Indicator, out.Type, out.Source, out.ID = clip(h.Indicator, 4096), h.Type, clip(h.Source, 200), clip(h.Ref, 200)
		if out.Type == "" {
			out.Type = "pattern"
		}
	}
	for name, value := range h.Fields {
		if name = clip(name, detection.MaxName); name != "" && len(out.Fields) < detection.MaxFields {
			if out.Fields == nil {
				out.Fields = map[string]string{}
			}
			out.Fields[name] = clip(value, detection.MaxValue)
		}
	}
	return out
}

// ruleID is the rule's own, or one made of its title where it has none.
func ruleID(h *agent.Hit) string {
	id := strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' {
			return -1
		}
		return r
	}, h.RuleID)
	if id != "" && len(id) <= 128 {
		return id
	}
	sum := sha256.Sum256([]byte(h.RuleID + "\n" + h.RuleTitle))
	return "title-" + hex.EncodeToString(sum[:8])
}

// clip shortens a text to whole characters and takes controls out.
func clip(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}

// Bag gathers hits: those that say the same of one subject within one hour are one
// with a count. The zero value is ready.
type Bag struct {
	hits  []detection.Hit
	known map[string]int
}

// Add takes a hit up.
func (b *Bag) Add(h detection.Hit) {
	key := strings.Join([]string{string(h.Kind), h.Type, h.Indicator, h.Source, h.RuleID, h.Subject, h.Time.UTC().Format("2006-01-02T15")}, "\n")
	if i, ok := b.known[key]; ok {
		b.hits[i].Count = min(b.hits[i].Count+h.Count, detection.MaxCount)
		if h.Time.Before(b.hits[i].Time) {
			b.hits[i].Time = h.Time
		}
		return
	}
	if b.known == nil {
		b.known = map[string]int{}
	}
	b.known[key] = len(b.hits)
	b.hits = append(b.hits, h)
}

// Len counts what differs.
func (b *Bag) Len() int { return len(b.hits) }

// Empty gives all and forgets it.
func (b *Bag) Empty() []detection.Hit {
	out := b.hits
	b.hits, b.known = nil, nil
	return out
}

// PastHit is what leaves of an indicator that was seen at a computer before its list
// came: the first time, and the days as count.
func PastHit(in indicator.Indicator, host string, x retro.Place, hosts int) detection.Hit {
	last := x.Last
	if last.Before(x.First) { // a day begins before what was seen in it
		last = x.First
	}
	return detection.Hit{Time: x.First, Subject: clip(host, detection.MaxSubject), Kind: detection.KindIndicator, Indicator: clip(in.Value, 4096), Type: in.Type.String(),
		Source: clip(in.Source, 200), ID: clip(in.Ref, 200), Count: max(1, x.Days), Before: &detection.Before{Last: last, Hosts: min(hosts, detection.MaxHosts)}}
}
