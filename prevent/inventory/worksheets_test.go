package inventory_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"ward/format/sheet"
	"ward/kit/db"
	"ward/prevent/inventory"
	"ward/prevent/inventory/upload"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/workbook"
)

// departments is a workbook with a worksheet for each department.
func departments(t *testing.T) string {
	return string(workbook.Of(t, map[string][][]any{
		"Legend":  {{"Colours"}, {"red", "out of use"}},
		"Imaging": {{"Vendor", "Product", "Version"}, {"Philips", "Brilliance", "4.1"}},
		"ICU":     {{"Vendor", "Product", "Version"}, {"Dräger", "Evita", "2.51"}},
		"IT":      {{"col a", "Produkt", "Software-Version"}, {"Moxa", "NPort", "2.3"}},
	}, "Legend", "Imaging", "ICU", "IT"))
}

// The preview says which worksheets count; all of them are imported, and the same
// file once more changes nothing.
func TestPagesOfAWorkbook(t *testing.T) {
	s := openSite(t)
	book := departments(t)
	to := s.want("upload", s.upload("/inventory/import", "h.xlsx", book), 303)
	s.want("preview", s.get(to), 200, "Worksheets read: Imaging, ICU, IT.", "Worksheets left out: Legend.", "Import 3 rows", "IT: col a", "NPort")
	fields := url.Values{}
	for i, f := range []string{"vendor", "product", "version", "vendor", "product", "version"} {
		fields.Set(upload.ColumnName(i), f)
	}
	s.want("columns", s.post(to+"/columns", fields), 303)
	s.want("confirm", s.post(to+"/confirm", url.Values{}), 303)
	s.work()
	s.want("result", s.get(to), 200, "3 rows of the file are in your inventory", "Worksheets left out: Legend.")
	s.want("list", s.get("/inventory"), 200, "Philips Brilliance", "Dräger Evita", "Moxa NPort")
	s.want("again", s.do("POST", "/api/v1/inventory/import?name=h.xlsx", "application/octet-stream", book), 200,
		`"unchanged":3`, `"removed":0`, `"worksheets":["Imaging","ICU","IT"]`, `"worksheets_left_out":["Legend"]`)
}

// A worksheet that a person left out stays out the next time.
func TestWorksheetLeftOutIsRemembered(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h, book := open(t, d), departments(t)
		in := inventory.ImportIn{File: "h.xlsx", Body: strings.NewReader(book), Fields: []sheet.Field{sheet.Vendor, sheet.Product, sheet.Version, "", "", ""}}
		m, err := h.ImportNow(context.Background(), member(1), in)
		expect.OK(t, err)
		if m.Added != 2 || len(m.Report.Unread) != 2 {
			t.Errorf("%d rows added, left out %q, want two and the worksheet of IT", m.Added, m.Report.Unread)
		}
		if m = importText(t, h, member(1), book, true); m.Unchanged != 2 || m.Added+m.Removed != 0 {
			t.Errorf("the second time %d unchanged, %d added, %d removed, want nothing to change", m.Unchanged, m.Added, m.Removed)
		}
	})
}
