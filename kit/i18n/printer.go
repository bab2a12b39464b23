package i18n

import (
	"time"

	"github.com/go-playground/locales"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"

	"ward"
)

// Printer speaks one language and shows times in one zone. It is a value made
// for a request or a letter, cheap, and safe for concurrent use.
type Printer struct {
	lang    ward.Lang
	own     *table
	english *table
	locale  locales.Translator
	zone    *time.Location
}

// Printer returns the printer of a language, English for an unknown one, with
// times in UTC until Zone is called.
func (c *Catalogue) Printer(lang ward.Lang) *Printer {
	if c.tables[lang] == nil {
		lang = ward.English
	}
	own := c.table(lang)
	return &Printer{lang: lang, own: own, english: c.table(ward.English), locale: own.locale, zone: time.UTC}
}

// Zone returns a printer that shows times in zone; nil means UTC.
func (p *Printer) Zone(zone *time.Location) *Printer {
	q := *p
	q.zone = zone
	if zone == nil {
		q.zone = time.UTC
	}
	return &q
}

// Lang is the page's language.
func (p *Printer) Lang() ward.Lang { return p.lang }

// Tag is the page's language for <html lang>. What stands for the pseudo-language
// is known to translators' tools and to no reader of pages: it is English.
func (p *Printer) Tag() string {
	if p.lang == Pseudo {
		return "en"
	}
	return string(p.lang)
}

// Draft reports whether the page's language waits for a person's review.
func (p *Printer) Draft() bool {
	return p.lang != ward.English && p.lang != Pseudo && p.own.approved < len(p.english.messages)
}

// T gives the message of key; args are name, value pairs of its placeholders.
// A key that the language lacks is given in English, marked so; one that is
// nowhere comes back as the key itself, for the page to be seen as faulty.
func (p *Printer) T(key Key, args ...string) Text {
	return p.say(key, &goi18n.LocalizeConfig{MessageID: string(key), TemplateData: pairs(args)})
}

// N gives the plural form of key for count, which is also the placeholder
// {{.count}}, written in the language's own digits grouping.
func (p *Printer) N(key Key, count int, args ...string) Text {
	data := pairs(args)
	data["count"] = p.Number(count)
	return p.say(key, &goi18n.LocalizeConfig{MessageID: string(key), TemplateData: data, PluralCount: count})
}

// Error gives the words of an error for a person: its key, or the text of its
// code under "error.code." when it has none.
func (p *Printer) Error(e *ward.Error) Text {
	if e.Key == "" {
		return p.T(Key("error.code." + string(e.Code)))
	}
	args := make([]string, 0, 2*len(e.Args))
	for k, v := range e.Args {
		args = append(args, k, v)
	}
	return p.T(Key(e.Key), args...)
}

// Has reports whether the key exists in English.
func (p *Printer) Has(key Key) bool { return p.english.messages[key] != nil }

func (p *Printer) say(key Key, cfg *goi18n.LocalizeConfig) Text {
	if p.own.messages[key] != nil {
		if s, err := p.own.say.Localize(cfg); err == nil {
			return Text{s: s}
		}
	}
	if s, err := p.english.say.Localize(cfg); err == nil && s != "" {
		return Text{s: s, lang: p.foreign()}
	}
	return Text{s: string(key)}
}

// foreign marks English words unless the page is English itself.
func (p *Printer) foreign() ward.Lang {
	if p.lang == ward.English || p.lang == Pseudo {
		return ""
	}
	return ward.English
}

// pairs makes placeholders of name, value pairs; a lone last name is dropped.
func pairs(args []string) map[string]string {
	m := make(map[string]string, len(args)/2+1)
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i]] = args[i+1]
	}
	return m
}
