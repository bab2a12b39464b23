package i18n

import (
	"fmt"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"ward"
)

// Message is one message as its file holds it, for those who work on the files.
type Message struct {
	Key         Key
	Description string // what the translator should know
	// Forms are the words by plural form; a message without a count has "other" alone.
	Forms map[string]string
}

// Plural reports whether the message counts something.
func (m Message) Plural() bool { return len(m.Forms) > 1 || m.Forms["one"] != "" }

// allForms are the plural forms of CLDR, in its order.
func allForms() []string { return []string{"zero", "one", "two", "few", "many", "other"} }

// ReadMessages reads one message file in the order of its lines.
func ReadMessages(text []byte, name string) ([]Message, error) {
	order, err := toml.Decode(string(text), new(map[string]any))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	file, err := goi18n.ParseMessageFileBytes(text, "active.en.toml", map[string]goi18n.UnmarshalFunc{"toml": toml.Unmarshal})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	at := map[string]int{}
	for i, k := range order.Keys() {
		at[strings.Join(k, ".")] = i
	}
	slices.SortFunc(file.Messages, func(a, b *goi18n.Message) int { return at[a.ID] - at[b.ID] })
	out := make([]Message, len(file.Messages))
	for i, m := range file.Messages {
		out[i] = messageOf(m)
	}
	return out, nil
}

func messageOf(m *goi18n.Message) Message {
	out := Message{Key: Key(m.ID), Description: m.Description, Forms: map[string]string{}}
	for _, form := range allForms() {
		if s := formText(m, form); s != "" {
			out.Forms[form] = s
		}
	}
	return out
}

// source is m as go-i18n knows it.
func (m Message) source() *goi18n.Message {
	return &goi18n.Message{ID: string(m.Key), Description: m.Description, Zero: m.Forms["zero"], One: m.Forms["one"], Two: m.Forms["two"],
		Few: m.Forms["few"], Many: m.Forms["many"], Other: m.Forms["other"]}
}

// Faults compares a translation with the English message: plural forms that lang
// needs, placeholders, markup. Each fault is a line in English.
func Faults(lang ward.Lang, english, have Message) []string {
	return faultsOf(lang, english.source(), have.source())
}

// Forms lists the plural forms of lang, in the order of CLDR.
func Forms(lang ward.Lang) []string { return formsOf(lang) }

// Examples are the first whole numbers of each plural form of lang, at most n of
// each, as a help for who translates: few of Polish is 2, 3, 4, 22.
func Examples(lang ward.Lang, n int) map[string][]int {
	m := Message{Key: "x", Forms: map[string]string{}}
	for _, form := range allForms() {
		m.Forms[form] = form
	}
	tag := language.Make(string(lang))
	bundle := goi18n.NewBundle(tag)
	if err := bundle.AddMessages(tag, m.source()); err != nil {
		return nil
	}
	say, out := goi18n.NewLocalizer(bundle, string(lang)), map[string][]int{}
	for i := range 201 {
		form, err := say.Localize(&goi18n.LocalizeConfig{MessageID: "x", PluralCount: i})
		if err == nil && len(out[form]) < n {
			out[form] = append(out[form], i)
		}
	}
	return out
}
