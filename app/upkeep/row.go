package upkeep

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"ward/kit/db"
)

// appendRow writes a row as one line: a JSON array, bytes in base64.
func appendRow(line []byte, columns []db.Column, row []any) ([]byte, error) {
	line = append(line, '[')
	for i, c := range columns {
		if i > 0 {
			line = append(line, ',')
		}
		var err error
		if line, err = appendValue(line, row[i]); err != nil {
			return line, fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	return append(line, ']', '\n'), nil
}

func appendValue(line []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(line, "null"...), nil
	case int64:
		return strconv.AppendInt(line, v, 10), nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return line, errors.New("not a number")
		}
		return strconv.AppendFloat(line, v, 'g', -1, 64), nil
	case []byte:
		line = append(line, '"')
		line = base64.StdEncoding.AppendEncode(line, v)
		return append(line, '"'), nil
	case string:
		if !utf8.ValidString(v) {
			return line, errors.New("the text is not UTF-8")
		}
		return jsontext.AppendQuote(line, v)
	}
	return line, fmt.Errorf("a value of type %T", v)
}

// parseRow reads what appendRow wrote.
func parseRow(line []byte, columns []db.Column) ([]any, error) {
	var raw []json.RawMessage
	if err := json.Unmarshal(line, &raw); err != nil {
		return nil, err
	}
	if len(raw) != len(columns) {
		return nil, fmt.Errorf("%d values, want %d", len(raw), len(columns))
	}
	row := make([]any, len(raw))
	for i, c := range columns {
		v, err := parseValue(raw[i], c.Kind)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
		row[i] = v
	}
	return row, nil
}

func parseValue(raw json.RawMessage, kind db.Kind) (any, error) {
	if string(raw) == "null" {
		return nil, nil
	}
	switch kind {
	case db.Integer, db.Stamp:
		return strconv.ParseInt(string(raw), 10, 64)
	case db.Real:
		return strconv.ParseFloat(string(raw), 64)
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return nil, err
	}
	if kind == db.Bytes {
		return base64.StdEncoding.DecodeString(text)
	}
	return text, nil
}

// Sum is the number of rows of a table and the sum of their hashes, each taken
// as four numbers of 64 bits.
type Sum struct {
	Rows  int64
	lanes [4]uint64
}

func (s *Sum) add(line []byte) {
	h := sha256.Sum256(line)
	for i := range s.lanes {
		s.lanes[i] += binary.LittleEndian.Uint64(h[8*i:])
	}
	s.Rows++
}

// Hash is the sum as text.
func (s Sum) Hash() string {
	var b [32]byte
	for i, lane := range s.lanes {
		binary.LittleEndian.PutUint64(b[8*i:], lane)
	}
	return hex.EncodeToString(b[:])
}

// Total is a table's name with what it holds.
type Total struct {
	Table string `json:"table"`
	Rows  int64  `json:"rows"`
	Hash  string `json:"hash"`
	// Last is db.Table's, for a move: it is not of the content.
	Last int64 `json:"-"`
}

func (s Sum) total(table string) Total { return Total{Table: table, Rows: s.Rows, Hash: s.Hash()} }

// differences names the tables that are not the same in both.
func differences(want, got []Total) []string {
	have := map[string]Total{}
	for _, t := range got {
		have[t.Table] = t
	}
	var out []string
	for _, w := range want {
		switch g, ok := have[w.Table]; {
		case !ok && w.Rows > 0:
			out = append(out, fmt.Sprintf("%s: missing, want %d rows", w.Table, w.Rows))
		case ok && g.Rows != w.Rows:
			out = append(out, fmt.Sprintf("%s: %d rows, want %d", w.Table, g.Rows, w.Rows))
		case ok && g.Hash != w.Hash:
			out = append(out, fmt.Sprintf("%s: %d rows, but not the same ones", w.Table, g.Rows))
		}
		delete(have, w.Table)
	}
	for _, g := range got {
		if _, left := have[g.Table]; left && g.Rows > 0 {
			out = append(out, fmt.Sprintf("%s: %d rows, want none", g.Table, g.Rows))
		}
	}
	return out
}
