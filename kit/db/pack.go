package db

import (
	"fmt"
	"math/bits"
	"strconv"
)

// A row of small numbers goes to SQLite as one number: fields side by side in
// its bits, taken apart by shifts. Reading a JSON array for each row costs twice
// as much as all else of writing 15,000 alerts.

// packBits is what one number may hold: JSON's integers are SQLite's, 64 bits
// with a sign.
const packBits = 63

// field is where one column stands in the packed number.
type field struct{ shift, width int }

// pick is the SQL that takes the field out of r.value.
func (f field) pick() string {
	return fmt.Sprintf("(r.value >> %d) & %d", f.shift, uint64(1)<<f.width-1)
}

// pack lays the columns of rows into one number; false when a value is not a
// whole number from zero up, or they do not fit.
func pack(rows [][]any) ([]field, bool) {
	if len(rows) == 0 || len(rows[0]) == 0 {
		return nil, false
	}
	fields := make([]field, len(rows[0]))
	for _, r := range rows {
		for i, v := range r {
			n, ok := whole(v)
			if !ok {
				return nil, false
			}
			fields[i].width = max(fields[i].width, bits.Len64(uint64(n)))
		}
	}
	used := 0
	for i := range fields {
		fields[i].shift = used
		used += fields[i].width
	}
	return fields, used <= packBits
}

// whole is a number from zero up.
func whole(v any) (n int64, ok bool) {
	switch v := v.(type) {
	case int:
		n = int64(v)
	case int64:
		n = v
	default:
		return 0, false
	}
	return n, n >= 0
}

// packedDocument writes rows as a JSON list of numbers.
func packedDocument(rows [][]any, fields []field) []byte {
	doc := make([]byte, 1, len(rows)*(packBits/3))
	doc[0] = '['
	for i, r := range rows {
		if i > 0 {
			doc = append(doc, ',')
		}
		var sum int64
		for j, v := range r {
			n, _ := whole(v)
			sum |= n << fields[j].shift
		}
		doc = strconv.AppendInt(doc, sum, 10)
	}
	return append(doc, ']')
}
