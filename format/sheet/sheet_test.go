package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"ward/test/workbook"
)

// readAll gives header and rows joined with "|", or the error.
func readAll(t *testing.T, data string, lim Limits) (lines []string, err error) {
	t.Helper()
	r, err := Open("test.csv", strings.NewReader(data), int64(len(data)), lim)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	lines = append(lines, strings.Join(r.Header(), "|"))
	for {
		row, line, err := r.Next()
		if errors.Is(err, io.EOF) {
			return lines, nil
		}
		if err != nil {
			return lines, err
		}
		lines = append(lines, fmt.Sprintf("%d:%s", line, strings.Join(row, "|")))
	}
}

func encode(t *testing.T, e interface{ String(string) (string, error) }, s string) string {
	t.Helper()
	out, err := e.String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCSV(t *testing.T) {
	german := "Hersteller;Gerät\nDräger;Evita\n"
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"comma", "vendor,product\nPhilips,IntelliVue\n", []string{"vendor|product", "2:Philips|IntelliVue"}},
		{"semicolon with commas inside", "vendor;product\nPhilips;MX, 40\n", []string{"vendor|product", "2:Philips|MX, 40"}},
		{"tab", "vendor\tproduct\na\tb\n", []string{"vendor|product", "2:a|b"}},
		{"bar", "vendor|product\na|b\n", []string{"vendor|product", "2:a|b"}},
		{"sep line", "sep=;\r\nvendor;product\r\na;b,c,d,e\r\n", []string{"vendor|product", "3:a|b,c,d,e"}},
		{"UTF-8 mark", "\ufeffvendor,product\na,b\n", []string{"vendor|product", "2:a|b"}},
		{"Windows-1252", encode(t, charmap.Windows1252.NewEncoder(), german), []string{"Hersteller|Gerät", "2:Dräger|Evita"}},
		{"Windows-1250", encode(t, charmap.Windows1250.NewEncoder(), "Výrobce;Název;Umístění\nDräger;Přístroj;Střešovice ť\n"), []string{"Výrobce|Název|Umístění", "2:Dräger|Přístroj|Střešovice ť"}},
		{"Windows-1250 by language", encode(t, charmap.Windows1250.NewEncoder(), "Producent;Model;Wersja;Numer seryjny\na;urządzenie;1;2\n"), []string{"Producent|Model|Wersja|Numer seryjny", "2:a|urządzenie|1|2"}},
		{"Windows-1251", encode(t, charmap.Windows1251.NewEncoder(), "Производител;Апарат\nа;б\n"), []string{"Производител|Апарат", "2:а|б"}},
		{"Windows-1253 in capitals", encode(t, charmap.Windows1253.NewEncoder(), "ΚΑΤΑΣΚΕΥΑΣΤΗΣ;ΜΟΝΤΕΛΟ\nα;β\n"), []string{"ΚΑΤΑΣΚΕΥΑΣΤΗΣ|ΜΟΝΤΕΛΟ", "2:α|β"}},
		{"UTF-16 LE with mark", encode(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(), german), []string{"Hersteller|Gerät", "2:Dräger|Evita"}},
		{"UTF-16 BE without mark", encode(t, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder(), german), []string{"Hersteller|Gerät", "2:Dräger|Evita"}},
		{"quoted newline, doubled mark", "vendor,notes\na,\"x\ny \"\"z\"\"\"\nb,c\n", []string{"vendor|notes", "2:a|x\ny \"z\"", "4:b|c"}},
		{"inch mark in a cell", "vendor,product\na,19\" monitor\n", []string{"vendor|product", `2:a|19" monitor`}},
		{"ragged", "vendor,product,model\na\nb,c,d,e\n", []string{"vendor|product|model", "2:a||", "3:b|c|d|e"}},
		{"old Mac line ends", "vendor,product\ra,b\r", []string{"vendor|product", "2:a|b"}},
		{"title rows", "Inventory of devices;;\nPrinted 1.2.2025;;\n;;\nHersteller;Modell;Seriennummer\na;b;c\n", []string{"Hersteller|Modell|Seriennummer", "5:a|b|c"}},
		{"empty rows and repeated header", "vendor,product\na,b\n,,\nvendor,product\nc,d\n", []string{"vendor|product", "2:a|b", "5:c|d"}},
		{"one column", "product\nEvita\n", []string{"product", "2:Evita"}},
		{"no known names", "foo,bar\n1,2\n", []string{"foo|bar", "2:1|2"}},
		{"formula escape undone", "vendor,notes\na,'=1+1\nb,'twas\n", []string{"vendor|notes", "2:a|=1+1", "3:b|'twas"}},
	} {
		got, err := readAll(t, c.in, Limits{})
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, %v, want %q", c.name, got, err, c.want)
		}
	}
}

func TestRefuses(t *testing.T) {
	lim := Limits{Bytes: 300, Rows: 3, Columns: 4, Cells: 6, CellBytes: 20}
	for _, c := range []struct {
		name, in string
		want     error
		text     string // part of the message
	}{
		{"empty", "", ErrEmpty, "test.csv: no rows"},
		{"blank", "\n\n,,\n", ErrEmpty, ""},
		{"large", strings.Repeat("x", 301), ErrSize, ""},
		{"rows", "vendor\na\nb\nc\nd\n", ErrRows, "test.csv:5: too many rows"},
		{"columns", "vendor\na\n1,2,3,4,5\n", ErrColumns, "test.csv:3"},
		{"cells", "vendor,model,version\na,b,c\na,b,c\na,b,c\n", ErrCells, "test.csv:4"},
		{"cell", "vendor\na\n" + strings.Repeat("y", 21) + "\n", ErrCell, "test.csv:3"},
		{"open quote", "vendor\na\n\"b\nc\n", ErrQuote, "test.csv:3"},
		{"mixed encoding", "vendor\nDräger, Würzburg\nGer\xe4t\n", ErrEncoding, "at byte 29"},
		{"no encoding at all", "vendor\n\x81\x8d\n", ErrEncoding, "at byte 7"},
		{"binary", "vendor\x00\x01\x02,model\n", ErrFormat, "binary"},
		{"JSON", `[{"vendor":"a"}]`, ErrFormat, "JSON"},
		{"HTML", "<html><table>", ErrFormat, "HTML"},
		{"old workbook", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ErrFormat, ".xls"},
		{"damaged container", "PK\x03\x04rest", ErrFormat, "damaged"},
	} {
		_, err := readAll(t, c.in, lim)
		var e *Error
		if !errors.Is(err, c.want) || !errors.As(err, &e) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: got %v, want %v with %q", c.name, err, c.want, c.text)
		}
	}
}

func TestXLSX(t *testing.T) {
	book := workbook.Of(t, map[string][][]any{
		"Deckblatt": {},
		"Geräte":    {{"Inventar 2025"}, {}, {"Hersteller", "Modell", "Anzahl", "GTIN"}, {"Dräger", "Evita V500", 3, 4046826000012}, {}, {"Baxter"}},
		"Netz":      {{"vendor", "product"}, {"Cisco", "C9300"}},
	}, "Deckblatt", "Geräte", "Netz")
	got, err := readAll(t, string(book), Limits{})
	want := []string{"Hersteller|Modell|Anzahl|GTIN", "4:Dräger|Evita V500|3|4046826000012", "6:Baxter|||"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("first sheet with rows: got %q, %v, want %q", got, err, want)
	}
	r, err := OpenSheet("b.xlsx", "Netz", bytes.NewReader(book), int64(len(book)), Limits{})
	if err != nil || r.Header()[1] != "product" || len(r.Sheets()) != 3 {
		t.Errorf("named sheet: got %v, %v, want vendor and product of three sheets", r, err)
	}
	_, err = OpenSheet("b.xlsx", "Nix", bytes.NewReader(book), int64(len(book)), Limits{})
	if !errors.Is(err, ErrSheet) {
		t.Errorf("unknown sheet: got %v, want %v", err, ErrSheet)
	}
	if _, err := readAll(t, string(book), Limits{Unzipped: 1000}); !errors.Is(err, ErrSize) {
		t.Errorf("bomb: got %v, want %v", err, ErrSize)
	}
	if _, err := readAll(t, string(book[:len(book)/2]), Limits{}); !errors.Is(err, ErrFormat) {
		t.Errorf("cut off: got %v, want %v", err, ErrFormat)
	}
}

// TestSheets: the worksheets of all sites are read; covers, price lists and hidden
// ones are named.
func TestSheets(t *testing.T) {
	content := map[string][][]any{
		"Cover":   {{"Inventory"}, {"Version", "3"}, {"Author", "X"}},
		"Main":    {{"vendor", "product", "version"}, {"Baxter", "Prismax", "3.1"}},
		"Empty":   {},
		"Dealers": {{"Vendor", "Phone"}, {"Baxter", "112"}},
		"Old":     {{"vendor", "product", "version"}, {"Gone", "Gone", "1"}},
		"Annex":   {{"Stand 2025"}, {"Gerät", "Hersteller"}, {"Evita", "Dräger"}},
	}
	f, err := excelize.OpenReader(bytes.NewReader(workbook.Of(t, content, "Cover", "Main", "Empty", "Dealers", "Old", "Annex")))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := errors.Join(f.SetSheetVisible("Old", false), f.Write(&b), f.Close()); err != nil {
		t.Fatal(err)
	}
	r, err := Open("b.xlsx", bytes.NewReader(b.Bytes()), int64(b.Len()), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var got []string
	for more := true; more; more = r.NextSheet() {
		row, line, err := r.Next()
		got = append(got, fmt.Sprintf("%s %d:%s %v", r.Sheet(), line, strings.Join(row, "|"), err))
	}
	if want := []string{"Main 2:Baxter|Prismax|3.1 <nil>", "Annex 3:Evita|Dräger <nil>"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if want := []string{"Cover", "Dealers", "Old"}; !slices.Equal(r.Unread(), want) {
		t.Errorf("unread %q, want %q", r.Unread(), want)
	}
}

// A quotation mark that somebody typed before a name takes no other row with it; one
// that is never closed is told besides.
func TestStrayQuotationMark(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
		kind     error
	}{
		{"closed by the next row's", "vendor;product\n\"Acme;Pump\nB;Monitor\n\"C\";\"Scanner\"\n", []string{"2:\"Acme|Pump", "3:B|Monitor", "4:C|Scanner"}, nil},
		{"never closed", "vendor;product\nA;\"Pump\nB;Monitor\nC;Scanner\n", []string{"2:A|\"Pump", "3:B|Monitor", "4:C|Scanner"}, ErrQuote},
		{"longer than a cell", "vendor;product\nA;\"Pump\n" + strings.Repeat("B;Monitor\n", 5000) + "C;\"x\"\n", nil, nil},
		{"of several lines", "vendor;product\nA;\"Pump\n\"\"new\"\"\" \nB;\"Mon\nitor\"\n", []string{"2:A|Pump\n\"new\"", "4:B|Mon\nitor"}, nil},
		{"inches", "vendor;product\nA;\"24\"\" screen\"\nB;24\" screen\n", []string{"2:A|24\" screen", "3:B|24\" screen"}, nil},
	} {
		r, err := Open("x.csv", strings.NewReader(c.in), int64(len(c.in)), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for {
			row, line, end := r.Next()
			if err = end; err != nil {
				break
			}
			got = append(got, fmt.Sprintf("%d:%s", line, strings.Join(row, "|")))
		}
		if c.kind == nil && !errors.Is(err, io.EOF) || c.kind != nil && !errors.Is(err, c.kind) {
			t.Errorf("%s: ends with %v, want %v", c.name, err, c.kind)
		}
		if c.want == nil && len(got) != 5002 || c.want != nil && !slices.Equal(got, c.want) {
			t.Errorf("%s: got %d rows %q, want %q", c.name, len(got), got[:min(len(got), 4)], c.want)
		}
	}
}

// What a formula failed with names no maker.
func TestFailedFormulas(t *testing.T) {
	text := "vendor,product,version,row_id\n#REF!,Pump,#N/A,#4\n#BEZUG!,#NV,2.1,#A/7\n#\u00bfNOMBRE?,Monitor,#DIV/0!,x\n"
	got, err := readAll(t, text, Limits{})
	if want := []string{"vendor|product|version|row_id", "2:|Pump||#4", "3:||2.1|#A/7", "4:|Monitor||x"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

// Worksheets under the header of the first are read with it, though no name in it is
// known: a person says what they mean.
func TestSheetsOfUnknownColumns(t *testing.T) {
	rows := func(name string) [][]any { return [][]any{{"col a", "col b"}, {name, "1"}} }
	book := workbook.Of(t, map[string][][]any{"A": rows("Pump"), "B": rows("Monitor"), "C": {{"other"}, {"x"}}}, "A", "B", "C")
	r, err := Open("b.xlsx", bytes.NewReader(book), int64(len(book)), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if !r.NextSheet() || r.Sheet() != "B" || r.NextSheet() || !slices.Equal(r.Unread(), []string{"C"}) {
		t.Errorf("at %s, unread %q, want B read and C not", r.Sheet(), r.Unread())
	}
}

// TestXLSXMerged: a maker that is written once for several rows is that of each.
func TestXLSXMerged(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range [][]any{{"vendor", "product", "version"}, {"Philips", "MX800", "M"}, {nil, "MX700", "N"}, {nil, nil, nil}, {nil, "MX40", "B"}, {"Moxa", "NPort", "2"}} {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	for _, area := range [][2]string{{"A2", "A5"}, {"C6", "D6"}, {"E1", "E9"}} {
		if err := f.MergeCell("Sheet1", area[0], area[1]); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	got, err := readAll(t, b.String(), Limits{})
	if want := []string{"vendor|product|version", "2:Philips|MX800|M", "3:Philips|MX700|N", "5:Philips|MX40|B", "6:Moxa|NPort|2"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

// A workbook whose cells point at texts that it does not have is refused with the row
// where it breaks; the rows before are good.
func TestXLSXOfBadNumbers(t *testing.T) {
	book := workbook.Of(t, map[string][][]any{"A": {{"vendor", "product"}, {"Acme", "Pump"}, {"Acme", "Monitor"}}}, "A")
	// The library numbers the texts in the order in which they come: "Monitor" is the fifth.
	book = workbook.Edited(t, book, "xl/worksheets/sheet1.xml", func(s string) string { return strings.Replace(s, "<v>4</v>", "<v>-1</v>", 1) })
	got, err := readAll(t, string(book), Limits{})
	var e *Error
	if !errors.As(err, &e) || !errors.Is(err, ErrFormat) || e.Line != 3 {
		t.Errorf("got %q, %v, want the fault of row 3", got, err)
	}
}

// A worksheet that ends in the middle of its rows says so: what is missing in it is not
// gone.
func TestXLSXCutOff(t *testing.T) {
	book := workbook.Of(t, map[string][][]any{"A": {{"vendor", "product"}, {"Acme", "Pump"}, {"Acme", "Monitor"}}}, "A")
	book = workbook.Edited(t, book, "xl/worksheets/sheet1.xml", func(s string) string { return s[:strings.Index(s, `<c r="B3"`)] })
	got, err := readAll(t, string(book), Limits{})
	if !errors.Is(err, ErrFormat) || !slices.Contains(got, "2:Acme|Pump") {
		t.Errorf("got %q, %v, want the rows before and the fault", got, err)
	}
}

func TestXLSXRatio(t *testing.T) {
	rows := make([][]any, 40_000)
	for i := range rows {
		rows[i] = []any{"a", "a", "a", "a"}
	}
	book := workbook.Of(t, map[string][][]any{"A": rows}, "A")
	if _, err := readAll(t, string(book), Limits{Ratio: 5}); !errors.Is(err, ErrSize) {
		t.Errorf("got %v, want %v", err, ErrSize)
	}
}

func TestWriteCSVComesBack(t *testing.T) {
	header := []string{"vendor", "notes"}
	rows := [][]string{{"Dräger", "=HYPERLINK(\"x\")"}, {"-5", "@a"}, {"a,b", "line\nbreak"}, {"+1", "'quoted'"}, {"＝1", "x"}}
	var b bytes.Buffer
	if err := WriteCSV(&b, header, slices.Values(rows)); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"\n=", "\n-", ",@", "\n+", "\"="} {
		if strings.Contains(b.String(), bad) {
			t.Errorf("got %q, want no cell that begins as a formula (%q)", b.String(), bad)
		}
	}
	r, err := Open("x.csv", bytes.NewReader(b.Bytes()), int64(b.Len()), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range rows {
		if got, _, err := r.Next(); err != nil || !slices.Equal(got, want) {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("vendor,product\na,b\n"))
	f.Add([]byte("sep=;\n\"a\"\"\n"))
	f.Add([]byte("\xff\xfea\x00,\x00b\x00"))
	f.Add(workbook.Of(f, map[string][][]any{"A": {{"vendor", "x"}, {"a", 1}}}, "A"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Open("f", bytes.NewReader(data), int64(len(data)), Limits{Rows: 50, Columns: 20, Unzipped: 1 << 20})
		if err != nil {
			return
		}
		defer r.Close()
		for range 60 {
			row, line, err := r.Next()
			if err != nil {
				return
			}
			if line <= r.HeaderLine() || len(row) < len(r.Header()) {
				t.Fatalf("got line %d of %d cells under a header of %d at %d", line, len(row), len(r.Header()), r.HeaderLine())
			}
		}
		t.Fatal("more rows than the limit")
	})
}

func BenchmarkOpenXLSX4000(b *testing.B) {
	rows := [][]any{{"Hersteller", "Modell", "Seriennummer", "Softwarestand", "Abteilung", "Standort"}}
	for i := range 4000 {
		rows = append(rows, []any{"Dräger", "Evita V500", fmt.Sprintf("SN%06d", i), "2.51", "ITS 1", "Haus A"})
	}
	book := workbook.Of(b, map[string][][]any{"A": rows}, "A")
	b.SetBytes(int64(len(book)))
	for b.Loop() {
		r, err := Open("b.xlsx", bytes.NewReader(book), int64(len(book)), Limits{})
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for _, _, err := r.Next(); err == nil; _, _, err = r.Next() {
			n++
		}
		if n != 4000 {
			b.Fatalf("got %d rows, want 4000", n)
		}
		r.Close()
	}
}

func ExampleOpen() {
	text := "Geräteliste Haus 2;;\nHersteller;Modell;Softwarestand\nDräger;Evita V500;SW 2.51\n"
	r, err := Open("liste.csv", strings.NewReader(text), int64(len(text)), Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	row, line, _ := r.Next()
	m := Guess(r.Header(), nil)
	fmt.Println(line, m.Cell(row, Vendor), m.Cell(row, Model), m.Cell(row, Version))
	// Output: 3 Dräger Evita V500 SW 2.51
}
