package texts

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"ward"
	"ward/format/xliff"
	"ward/kit/i18n"
)

// columns of the CSV form. The language stands in the name of the fifth.
func columns(lang ward.Lang) []string {
	return []string{"room", "key", "form", "en", string(lang), "state", "letters", "help"}
}

// maxRows bounds a sheet.
const maxRows = 100_000

// WriteCSV writes the sheet for a spreadsheet, with a byte order mark: without it
// Excel takes UTF-8 for something else.
func (s Sheet) WriteCSV(w io.Writer) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	rows := [][]string{columns(s.Lang)}
	for _, e := range s.Entries {
		letters := ""
		if e.Limit > 0 {
			letters = strconv.Itoa(e.Limit)
		}
		rows = append(rows, []string{e.Room, string(e.Key), e.Form, guarded(e.English), guarded(e.Translation), string(e.State), letters,
			guarded(strings.Join(e.Help, " "))})
	}
	return c.WriteAll(rows)
}

// guarded keeps a spreadsheet from taking a text for a formula; unguarded takes the
// mark away again.
func guarded(s string) string {
	if s != "" && strings.ContainsRune("=+-@'\t", rune(s[0])) {
		return "'" + s
	}
	return s
}

func unguarded(s string) string {
	if len(s) > 1 && s[0] == '\'' && strings.ContainsRune("=+-@'\t", rune(s[1])) {
		return s[1:]
	}
	return s
}

// ReadCSV reads what WriteCSV wrote, with commas or semicolons: a European
// spreadsheet writes the latter.
func ReadCSV(r io.Reader) (Sheet, error) {
	text, err := io.ReadAll(io.LimitReader(r, xliff.MaxBytes+1))
	if err != nil {
		return Sheet{}, err
	}
	if len(text) > xliff.MaxBytes {
		return Sheet{}, xliff.ErrTooLarge
	}
	body := strings.TrimPrefix(string(text), "\ufeff")
	c := csv.NewReader(strings.NewReader(body))
	if head, _, _ := strings.Cut(body, "\n"); strings.Count(head, ";") > strings.Count(head, ",") {
		c.Comma = ';'
	}
	head, err := c.Read()
	if err != nil {
		return Sheet{}, fmt.Errorf("the first line: %w", err)
	}
	if len(head) < 6 {
		return Sheet{}, errors.New("the first line names too few columns: want " + strings.Join(columns("pl"), ", "))
	}
	lang, ok := ward.ParseLang(head[4])
	if !ok || lang == ward.English || !slices.Equal(head[:6], columns(ward.Lang(head[4]))[:6]) {
		return Sheet{}, errors.New("the first line is not ours: want " + strings.Join(columns("pl"), ", ") + ", with the language as fifth")
	}
	return readRows(c, lang)
}

func readRows(c *csv.Reader, lang ward.Lang) (Sheet, error) {
	s := Sheet{Lang: lang}
	for {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			return s, nil
		}
		if err != nil {
			return s, err
		}
		if len(s.Entries) == maxRows {
			return s, xliff.ErrTooLarge
		}
		s.Entries = append(s.Entries, Entry{Room: row[0], Key: i18n.Key(row[1]), Form: row[2], English: unguarded(row[3]),
			Translation: unguarded(row[4]), State: xliff.State(row[5])})
	}
}
