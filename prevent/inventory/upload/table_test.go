package upload

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ward/format/sheet"
	"ward/test/workbook"
)

// hospital is a workbook as hospitals keep it: a worksheet for each kind of device,
// not all with the same columns, and one that is no list.
func hospital(t *testing.T, imaging ...[]any) []byte {
	sheets := map[string][][]any{
		"Legend":  {{"Colours"}, {"red", "out of use"}},
		"Imaging": append([][]any{{"No.", "Manufacturer", "Product", "Serial number"}}, imaging...),
		"ICU":     {{"No.", "Manufacturer", "Product", "Serial number"}, {1, "Dräger", "Evita", "E1"}, {2, "Baxter", "Prismax", "P1"}},
		"IT":      {{"Hersteller", "Gerät", "Softwareversion"}, {"Moxa", "NPort", "2.3"}},
		"Prices":  {{"Vendor", "Phone"}, {"Moxa", "112"}},
	}
	return workbook.Of(t, sheets, "Legend", "Imaging", "ICU", "IT", "Prices")
}

// A hospital with a worksheet for each department is warned of the devices of all.
func TestAllWorksheets(t *testing.T) {
	f, err := Read("h.xlsx", hospital(t, []any{1, "Philips", "Brilliance", "B1"}), nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range f.Rows {
		got = append(got, fmt.Sprintf("%s %d: %s %s %s%s", r.Sheet, r.Line, r.Ref.Vendor, r.Ref.Name, r.Ref.Serial, r.Ref.Version))
	}
	want := []string{"Imaging 2: Philips Brilliance B1", "ICU 2: Dräger Evita E1", "ICU 3: Baxter Prismax P1", "IT 2: Moxa NPort 2.3"}
	if !slices.Equal(got, want) || f.Notes.All != 0 {
		t.Errorf("got %q and notes %v, want %q", got, f.Notes.List, want)
	}
	if want := []string{"Imaging", "ICU", "IT"}; !slices.Equal(f.Sheets, want) || !slices.Equal(f.Unread, []string{"Legend", "Prices"}) {
		t.Errorf("read %q, left out %q, want %q and the rest", f.Sheets, f.Unread, want)
	}
	if tables := Tables(f.Columns); len(tables) != 2 || tables[1][0].Sheet != "IT" || len(f.Sample) == 0 || f.Sample[0][4] != "Moxa" {
		t.Errorf("columns %v with values %q, want those of two headers", f.Columns, f.Sample)
	}
	// A value that a worksheet does not speak of is not taken for an empty one.
	if it := f.Rows[3]; slices.Contains(it.Fields, sheet.Serial) || !slices.Contains(it.Fields, sheet.Version) {
		t.Errorf("the worksheet of IT speaks of %v", it.Fields)
	}
}

// Each worksheet is mapped for itself, and one of which nothing names the product is
// left out.
func TestWorksheetsMapped(t *testing.T) {
	body := hospital(t, []any{1, "Philips", "Brilliance", "B1"})
	f, err := Read("h.xlsx", body, nil)
	if err != nil {
		t.Fatal(err)
	}
	fields := []sheet.Field{sheet.RowID, sheet.Vendor, sheet.Product, "", sheet.Vendor, "", sheet.Version}
	columns, err := Mapped(f.Columns, fields)
	if err != nil {
		t.Fatal(err)
	}
	if f, err = Read("h.xlsx", body, columns); err != nil {
		t.Fatal(err)
	}
	if len(f.Rows) != 3 || f.Rows[0].Ref.Serial != "" || !slices.Contains(f.Unread, "IT") || !SameFields(columns, f.Columns) {
		t.Errorf("got %d rows, left out %q, want the three without the worksheet of IT", len(f.Rows), f.Unread)
	}
	if _, err := Mapped(f.Columns, make([]sheet.Field, 7)); err == nil {
		t.Error("no worksheet names a product: got no error")
	}
	fields[3] = sheet.Vendor
	if _, err := Mapped(f.Columns, fields); err == nil {
		t.Error("a field twice in one worksheet: got no error")
	}
}

// Where worksheets count their rows from one, a row less in the first does not make
// another device of one in the second.
func TestWorksheetsCountForThemselves(t *testing.T) {
	keys := func(imaging ...[]any) map[string]string {
		f, err := Read("h.xlsx", hospital(t, imaging...), nil)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		for _, r := range f.Rows {
			out[r.Ref.Name] = r.Key
		}
		if f.Notes.All != 0 {
			t.Errorf("notes %v, want none: the numbers are those of each worksheet", f.Notes.List)
		}
		return out
	}
	before := keys([]any{1, "Philips", "Brilliance", "B1"}, []any{2, "Philips", "Ingenia", "I1"})
	after := keys([]any{1, "Philips", "Brilliance", "B1"})
	for _, name := range []string{"Brilliance", "Evita", "Prismax", "NPort"} {
		if before[name] != after[name] {
			t.Errorf("%s was %s and is %s", name, before[name], after[name])
		}
	}
}

// However many worksheets, the columns and rows of all together are bounded.
func TestWorksheetsAreBounded(t *testing.T) {
	sheets := map[string][][]any{}
	var order []string
	for i := range 6 {
		name := fmt.Sprint("S", i)
		head, row := []any{"vendor", "product"}, []any{"Acme", "Pump"}
		for n := range 150 {
			head, row = append(head, fmt.Sprintf("c%d-%d", i, n)), append(row, strings.Repeat("x", 200))
		}
		sheets[name], order = [][]any{head, row}, append(order, name)
	}
	f, err := Read("h.xlsx", workbook.Of(t, sheets, order...), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Columns) > MaxColumns || len(f.Rows) != 3 || len(f.Unread) != 3 {
		t.Errorf("%d columns, %d rows, left out %q, want three worksheets in %d columns", len(f.Columns), len(f.Rows), f.Unread, MaxColumns)
	}
	if n := len([]rune(f.Sample[0][2])); n > 80 {
		t.Errorf("the preview keeps a value of %d characters", n)
	}
}
