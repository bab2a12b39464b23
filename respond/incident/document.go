package incident

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/format/notice"
	"ward/format/rule"
	"ward/format/sheet"
	"ward/kit/db"
	"ward/kit/i18n"
)

// Schema is the version of the open form of a report; fields are only added.
const Schema = notice.Schema

// Document is one sent stage, as its receivers get it: the same in all forms.
type Document struct {
	Number       string
	Stage        rule.Stage
	Reason       Reason
	At           time.Time
	Organisation string
	Country      ward.Country
	Answers      Answers
	To           Delivery // of a copy for one receiver
	Narrowed     bool     // to what the receiver's form asks
	cat          Catalogue
}

// document is a sending of r with the answers of its time.
func (s *Service) document(ctx context.Context, r Report, sending string) (Document, error) {
	i := slices.IndexFunc(r.Sendings, func(x Sending) bool { return x.ID == sending })
	if i < 0 {
		return Document{}, ward.Fail(ward.NotFound, "")
	}
	x := r.Sendings[i]
	var answers Answers
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		answers, err = s.answersAt(ctx, tx, r.ID, x.Version)
		return err
	})
	return s.documentOf(r, x, answers), err
}

func (s *Service) documentOf(r Report, x Sending, answers Answers) Document {
	return Document{Number: r.Number, Stage: x.Stage, Reason: r.Reason, At: x.At, Organisation: r.OrgName, Country: r.Country, Answers: answers, cat: s.cat}
}

// Row is one answer for people: the title in a language of the catalogue (its
// own or English), and the answer in words.
type Row struct {
	ID    string
	Title i18n.Text
	Value string // empty: not known yet
	Lines []string
}

// Rows lists what the document says, in the order of the catalogue, facts last.
func (d Document) Rows(p *i18n.Printer) []Row {
	var out []Row
	for _, id := range d.cat.ordered(d.Answers) {
		q, _ := d.cat.Question(id)
		out = append(out, Row{ID: id, Title: Title(p, q), Value: Words(p, q, d.Answers[id]), Lines: strings.Split(Words(p, q, d.Answers[id]), "\n")})
	}
	return out
}

// ordered are the ids of answers in the order of the catalogue.
func (c Catalogue) ordered(a Answers) []string {
	var out []string
	for _, f := range c.Book.Fields {
		if !a[f.ID].IsZero() {
			out = append(out, f.ID)
		}
	}
	for _, f := range c.Book.Facts {
		if f.Of == "incident" && !a[f.ID].IsZero() && c.Book.Field(f.ID) == nil {
			out = append(out, f.ID)
		}
	}
	return out
}

// Title names a question: the words of the pages, else of the law's data, which
// speaks English, German and French.
func Title(p *i18n.Printer, q Question) i18n.Text {
	if key := i18n.Key("incident.q." + q.ID); p.Has(key) {
		return p.T(key)
	}
	if own := q.Title[string(p.Lang())]; own != "" {
		return i18n.Raw(own)
	}
	return i18n.In(ward.English, q.Title.In("en"))
}

// Words says an answer in the printer's language.
func Words(p *i18n.Printer, q Question, a Answer) string {
	switch {
	case a.Unknown:
		return p.T("incident.unknown").String()
	case a.Text == "":
		return ""
	case q.Kind == KindTime:
		return p.Time(a.Time())
	case q.Kind == KindYesNo:
		return Value(p, "yesno", a.Text).String()
	case q.Kind == KindMoney:
		return a.Text + " EUR"
	case q.Kind == KindChoice, q.Kind == KindList && len(q.Values) > 0:
		var out []string
		for _, v := range a.Items() {
			out = append(out, Value(p, q.ID, v).String())
		}
		return strings.Join(out, "\n")
	}
	return a.Text
}

// Value is one word of a choice in the printer's language.
func Value(p *i18n.Printer, id, v string) i18n.Text {
	switch id {
	case "services_affected":
		return p.T(i18n.Key("registry.care." + v))
	case "affected_countries", "countries_available":
		return i18n.Raw(v)
	}
	if v == "other" { // a reserved word of message files
		v = "something_else"
	}
	key := i18n.Key("incident.value." + id + "." + strings.NewReplacer("-", "_", "+", "_").Replace(v))
	if !p.Has(key) { // of a question that no page asks: programs write the word itself
		return i18n.Raw(v)
	}
	return p.T(key)
}

// Text is the document as a mail holds it.
func (d Document) Text(p *i18n.Printer) string {
	var b strings.Builder
	b.WriteString(p.T("incident.document.title", "number", d.Number).String() + "\n")
	b.WriteString(p.T("incident.stage."+i18n.Key(d.Stage)).String() + " · " + p.Time(d.At) + "\n" + d.Organisation + ", " + string(d.Country) + "\n\n")
	for _, r := range d.Rows(p) {
		b.WriteString(r.Title.String() + "\n    " + strings.Join(r.Lines, "\n    ") + "\n")
	}
	b.WriteString("\n" + p.T("incident.document.foot").String() + "\n")
	return b.String()
}

// documentWire is the open form.
type documentWire = notice.Document

// AnswerWire is one answer of a program; Unknown says "not known yet".
type AnswerWire = notice.Answer

func (d Document) wire() documentWire {
	return documentWire{Schema: Schema, Number: d.Number, Stage: d.Stage, Reason: string(d.Reason), At: d.At.UTC(), Organisation: d.Organisation, Country: d.Country,
		Answers: d.cat.Wire(d.Answers)}
}

func wireAnswer(q Question, a Answer) AnswerWire {
	if q.Kind == KindList && !a.Unknown {
		return AnswerWire{ID: q.ID, Values: a.Items()}
	}
	return AnswerWire{ID: q.ID, Value: a.Text, Unknown: a.Unknown}
}

// JSON is the document in the open form of Schema.
func (d Document) JSON() ([]byte, error) { return json.MarshalIndent(d.wire(), "", "  ") }

// CSV writes one line for each answer, safe to open in a spreadsheet.
func (d Document) CSV(w io.Writer, p *i18n.Printer) error {
	return sheet.WriteCSV(w, tableHead[:], d.table(p))
}

// XLSX is the same as a workbook.
func (d Document) XLSX(w io.Writer, p *i18n.Printer) error {
	return sheet.WriteXLSX(w, tableHead[:], d.table(p))
}

var tableHead = [...]string{"id", "field", "answer"}

func (d Document) table(p *i18n.Printer) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for _, r := range d.Rows(p) {
			if !yield([]string{r.ID, r.Title.String(), r.Value}) {
				return
			}
		}
	}
}

// JSONSchema is the JSON Schema (2020-12) of the open form, made from the field
// catalogue that questions are asked from.
func (s *Service) JSONSchema() ([]byte, error) {
	var ids []string
	seen := map[string]bool{}
	for _, f := range s.cat.Book.Fields {
		if confined(f.ID) {
			continue
		}
		ids, seen[f.ID] = append(ids, f.ID), true
	}
	for _, f := range s.cat.Book.Facts {
		if f.Of == "incident" && !seen[f.ID] && !confined(f.ID) {
			ids = append(ids, f.ID)
		}
	}
	text := map[string]any{"type": "string"}
	answer := map[string]any{"type": "object", "required": []string{"id"}, "additionalProperties": false, "properties": map[string]any{
		"id": map[string]any{"enum": ids}, "value": text, "values": map[string]any{"type": "array", "items": text}, "unknown": map[string]any{"type": "boolean"}}}
	return json.MarshalIndent(map[string]any{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": s.cfg.URL + "/incidents/schema.json", "title": Schema, "type": "object",
		"required": []string{"schema", "number", "stage", "reporting_reason", "sent_at", "organisation", "country", "answers"},
		"properties": map[string]any{"schema": map[string]any{"const": Schema}, "number": text, "stage": map[string]any{"enum": Stages()},
			"reporting_reason": map[string]any{"enum": Reasons()}, "sent_at": map[string]any{"type": "string", "format": "date-time"}, "organisation": text,
			"country": map[string]any{"enum": ward.Countries()}, "answers": map[string]any{"type": "array", "items": answer}}}, "", "  ")
}

// receipt is the signed text of a sending: what was sent, when, to whom.
func (s *Service) receipt(r Report, x Sending) string {
	doc := s.documentOf(r, x, r.Answers)
	var b strings.Builder
	for _, line := range [][2]string{{"receipt", "ward.incident.receipt/1"}, {"number", r.Number}, {"stage", string(x.Stage)}, {"sent", x.At.UTC().Format(time.RFC3339)},
		{"organisation", r.OrgName}, {"by", x.By}, {"sha256 of the JSON form", doc.digest()}} {
		b.WriteString(line[0] + ": " + strings.ReplaceAll(line[1], "\n", " ") + "\n")
	}
	for _, d := range x.Deliveries {
		b.WriteString("receiver: " + d.Key + " " + d.Name + "; " + string(d.Way) + "; " + strings.Join(d.Duties, " "))
		if copied := doc.For(d); copied.Narrowed {
			b.WriteString("; sha256 " + copied.digest())
		}
		b.WriteString("\n")
	}
	signature := ed25519.Sign(s.sign, []byte(b.String()))
	return b.String() + "signature (Ed25519): " + base64.StdEncoding.EncodeToString(signature) + "\n"
}

// ReceiptKey is the public key of receipts, base64.
func (s *Service) ReceiptKey() string {
	return base64.StdEncoding.EncodeToString(s.sign.Public().(ed25519.PublicKey))
}

// VerifyReceipt reports whether text is a receipt that the holder of key signed.
func VerifyReceipt(text, key string) bool {
	at := strings.LastIndex(text, "signature (Ed25519): ")
	public, err := base64.StdEncoding.DecodeString(key)
	if at < 0 || err != nil || len(public) != ed25519.PublicKeySize {
		return false
	}
	signature, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text[at+len("signature (Ed25519): "):]))
	return err == nil && ed25519.Verify(public, []byte(text[:at]), signature)
}
