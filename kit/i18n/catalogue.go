package i18n

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"sync"

	"github.com/BurntSushi/toml"
	"github.com/go-playground/locales"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"ward"
)

// Pseudo is a made-up language for screenshots: English with accents and a
// third more length, to show texts that are not translated or do not fit.
// The code is the one that translators' tools know for it.
const Pseudo ward.Lang = "qps-ploc"

// Config says which messages a Catalogue holds.
type Config struct {
	// Texts are the file systems of the services; each holds text/active.en.toml
	// and may hold text/active.xx.toml. Keys are unique over all of them.
	Texts []fs.FS
	// Pseudo lets a reader choose Pseudo; false in production.
	Pseudo bool
}

// Catalogue holds the messages of all services. It is safe for concurrent use.
type Catalogue struct {
	texts  []fs.FS
	pseudo bool
	tables map[ward.Lang]*table // fixed after New; each table loads itself once
}

// table is the messages of one language.
type table struct {
	once     sync.Once
	messages map[Key]*goi18n.Message // as written, for Complete
	say      *goi18n.Localizer
	locale   locales.Translator
	approved int // messages that a person reviewed, see Review
	err      error
}

// New reads the English messages at once and checks them; the other languages
// are read on first use. It fails on a missing or broken English file and on a
// key that two services claim.
func New(cfg Config) (*Catalogue, error) {
	c := &Catalogue{texts: cfg.Texts, pseudo: cfg.Pseudo, tables: map[ward.Lang]*table{Pseudo: {}}}
	for _, l := range ward.Languages() {
		c.tables[l] = &table{}
	}
	if t := c.table(ward.English); t.err != nil {
		return nil, ward.Wrap("i18n.New", t.err)
	}
	return c, nil
}

// table returns the loaded messages of a language; English for an unknown one.
func (c *Catalogue) table(lang ward.Lang) *table {
	t := c.tables[lang]
	if t == nil {
		lang, t = ward.English, c.tables[ward.English]
	}
	t.once.Do(func() { t.err = c.load(lang, t) })
	return t
}

// load fills t from all services' files. A broken file of another language
// than English costs that file only: its messages are then shown in English.
func (c *Catalogue) load(lang ward.Lang, t *table) error {
	source := lang
	if lang == Pseudo {
		source = ward.English
	}
	t.messages, t.locale = map[Key]*goi18n.Message{}, localeOf(lang)
	var faults []error
	for _, texts := range c.texts {
		faults = append(faults, addFile(t.messages, texts, source))
	}
	approved, err := c.countApproved(lang, t)
	t.approved, faults = approved, append(faults, err)
	list := make([]*goi18n.Message, 0, len(t.messages))
	for _, m := range t.messages {
		if lang == Pseudo {
			pseudoMessage(m)
		}
		list = append(list, fillForms(m))
	}
	sort.Slice(list, func(i, j int) bool { return list[i].ID < list[j].ID })
	bundle := goi18n.NewBundle(language.Make(string(source)))
	if err := bundle.AddMessages(language.Make(string(source)), list...); err != nil {
		return err
	}
	t.say = goi18n.NewLocalizer(bundle, string(source))
	return errors.Join(faults...)
}

// addFile adds one service's messages of one language. A service without a file
// of a language other than English is no fault.
func addFile(into map[Key]*goi18n.Message, texts fs.FS, lang ward.Lang) error {
	name := path.Join("text", "active."+string(lang)+".toml")
	b, err := fs.ReadFile(texts, name)
	if errors.Is(err, fs.ErrNotExist) && lang != ward.English {
		return nil
	}
	if err != nil {
		return err
	}
	file, err := goi18n.ParseMessageFileBytes(b, name, map[string]goi18n.UnmarshalFunc{"toml": toml.Unmarshal})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for _, m := range file.Messages {
		if into[Key(m.ID)] != nil {
			return fmt.Errorf("%s: key %q is in two files", name, m.ID)
		}
		into[Key(m.ID)] = m
	}
	return nil
}

// fillForms puts Other where a plural form is not given, so that a count is
// never answered in another language because of a form that is rarely used
// (French "many" is for millions).
func fillForms(m *goi18n.Message) *goi18n.Message {
	if m.One == "" && m.Few == "" && m.Many == "" && m.Two == "" && m.Zero == "" {
		return m
	}
	full := *m
	for _, form := range []*string{&full.Zero, &full.One, &full.Two, &full.Few, &full.Many} {
		if *form == "" {
			*form = m.Other
		}
	}
	return &full
}
