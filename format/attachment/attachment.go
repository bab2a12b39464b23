// Package attachment says what a file is that somebody adds to a report, by its
// bytes and not by its name, and refuses what a receiver should not be sent: kinds
// that are not on the list, damaged archives, and archives that unpack to far more
// than they are. Nothing is written, run or rendered. It looks for no malware.
package attachment

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/mail"
	"path"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"ward/format/pack"
	"ward/format/plain"
)

// Kind is what a file is.
type Kind string

// Kinds that are taken. An office document is opaque: its archive is bounded,
// what stands in it is not read.
const (
	PDF    Kind = "pdf"
	PNG    Kind = "png"
	JPEG   Kind = "jpeg"
	Text   Kind = "txt"
	CSV    Kind = "csv"
	JSON   Kind = "json"
	Mail   Kind = "eml"
	Zip    Kind = "zip"
	Office Kind = "office"
)

// Reasons of refusal, for errors.Is.
var (
	ErrEmpty   = errors.New("the file is empty")
	ErrKind    = errors.New("not a kind that is taken")
	ErrDamaged = errors.New("the archive is damaged or of a kind that is not taken")
	ErrBomb    = errors.New("the archive holds too much, too many or too deep")
)

// limits of an archive: what a person can still look through.
var limits = pack.Limits{Entries: 2000, File: 64 << 20, Total: 256 << 20, Ratio: 100, Depth: 2, Buffer: 16 << 20, Office: true}

// endings are those of each kind; the first one is added where another stands.
var endings = map[Kind][]string{
	PDF: {".pdf"}, PNG: {".png"}, JPEG: {".jpg", ".jpeg"}, Text: {".txt", ".log", ".md"}, CSV: {".csv", ".tsv"}, JSON: {".json", ".jsonl"}, Mail: {".eml"}, Zip: {".zip"},
	Office: {".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".doc", ".xls", ".ppt", ".msg"},
}

// Accept lists all endings, for a form.
func Accept() string {
	var out []string
	for _, list := range endings {
		out = append(out, list...)
	}
	slices.Sort(out)
	return strings.Join(out, ",")
}

// magic lists the first bytes of what is no text and no archive.
var magic = [...]struct {
	kind Kind
	lead string
}{{PDF, "%PDF-"}, {PNG, "\x89PNG\r\n\x1a\n"}, {JPEG, "\xff\xd8\xff"}, {Office, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}}

// Look says what a file is and gives it a name that is safe to show and to save
// and ends like its kind. An encrypted entry of a zip is not looked into: samples
// are sent so.
func Look(name string, data []byte) (Kind, string, error) {
	kind, err := kindOf(path.Ext(strings.ToLower(name)), data)
	if err != nil {
		return "", "", err
	}
	if kind == Zip || kind == Office && pack.Sniff(data[:min(len(data), pack.HeadSize)]) == pack.Office {
		if err := bounded(data); err != nil {
			return "", "", err
		}
	}
	name = plain.FileName(name)
	if !slices.Contains(endings[kind], path.Ext(name)) {
		name = plain.FileName(name + endings[kind][0])
	}
	return kind, name, nil
}

// kindOf reads bytes; among texts, which have no first bytes, the ending chooses.
func kindOf(ending string, data []byte) (Kind, error) {
	if len(data) == 0 {
		return "", ErrEmpty
	}
	for _, m := range magic {
		if bytes.HasPrefix(data, []byte(m.lead)) {
			return m.kind, nil
		}
	}
	switch pack.Sniff(data[:min(len(data), pack.HeadSize)]) {
	case pack.Zip:
		return Zip, nil
	case pack.Office:
		return Office, nil
	case pack.Plain:
	default:
		return "", ErrKind
	}
	if !isText(data) {
		return "", ErrKind
	}
	switch {
	case slices.Contains(endings[JSON], ending) && json.Valid(firstValue(ending, data)):
		return JSON, nil
	case slices.Contains(endings[Mail], ending) && isMail(data):
		return Mail, nil
	case slices.Contains(endings[CSV], ending):
		return CSV, nil
	}
	return Text, nil
}

// firstValue is what must be JSON: of lines of JSON the first.
func firstValue(ending string, data []byte) []byte {
	if ending == ".jsonl" {
		data, _, _ = bytes.Cut(data, []byte("\n"))
	}
	return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
}

func isMail(data []byte) bool {
	m, err := mail.ReadMessage(bytes.NewReader(data))
	return err == nil && (m.Header.Get("From") != "" || m.Header.Get("Received") != "")
}

// isText takes UTF-8, UTF-16 with its mark, and old code pages: no NUL, and of
// control characters only those that terminals and printers know.
func isText(data []byte) bool {
	if len(data)%2 == 0 && (bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff})) {
		data = fromUTF16(data)
	}
	return !bytes.ContainsFunc(data, func(r rune) bool {
		return r < 0x20 && !strings.ContainsRune("\t\n\r\f\x1b", r) || r == 0x7f
	})
}

// fromUTF16 gives UTF-8; what is no text there becomes a control character.
func fromUTF16(data []byte) []byte {
	little := data[0] == 0xff
	units := make([]uint16, 0, len(data)/2)
	for i := 2; i+1 < len(data); i += 2 {
		a, b := uint16(data[i]), uint16(data[i+1])
		if little {
			a, b = b, a
		}
		units = append(units, a<<8|b)
	}
	out := make([]byte, 0, len(data))
	for _, r := range utf16.Decode(units) {
		if r == utf8.RuneError {
			r = 0
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

// bounded reads an archive through without keeping anything of it.
func bounded(data []byte) error {
	err := pack.Walk("archive", bytes.NewReader(data), int64(len(data)), limits, func(_ string, r io.Reader) error {
		_, err := io.Copy(io.Discard, r)
		if errors.Is(err, pack.ErrUnsupported) {
			return nil
		}
		return err
	})
	for _, kind := range []error{pack.ErrTooMany, pack.ErrTooLarge, pack.ErrBomb, pack.ErrTooDeep} {
		if errors.Is(err, kind) {
			return ErrBomb
		}
	}
	if err != nil {
		return ErrDamaged
	}
	return nil
}
