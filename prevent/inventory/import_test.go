package inventory_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"ward"
	"ward/format/sheet"
	"ward/kit/db"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/prevent/inventory"
	"ward/test/database"
	"ward/test/expect"
)

// endless gives bytes until somebody stops reading.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestUploadRefuses(t *testing.T) {
	h := open(t, database.Open(t, database.SQLite))
	ctx := context.Background()
	for name, tc := range map[string]struct {
		actor ward.Actor
		body  io.Reader
		key   string
	}{
		"too large":       {member(1), endless{}, "inventory.error.file.size"},
		"nothing":         {member(1), strings.NewReader(""), "inventory.error.file.empty"},
		"broken off":      {member(1), io.MultiReader(strings.NewReader("a,b\n"), failing{}), "inventory.error.broken_off"},
		"an auditor":      {ward.Actor{Person: "p", Role: ward.RoleAuditor}, strings.NewReader(small), "error.forbidden"},
		"nobody":          {ward.Actor{}, strings.NewReader(small), "error.forbidden"},
		"token of reader": {ward.Actor{Person: "p", Org: orgID(1), Role: ward.RoleMember, Token: true, Scopes: []ward.Permission{"inventory.read"}}, strings.NewReader(small), "error.forbidden"},
	} {
		_, err := h.Upload(ctx, tc.actor, "l.csv", tc.body)
		var e *ward.Error
		if !errors.As(err, &e) || e.Key != tc.key {
			t.Errorf("%s: got error %v, want %s", name, err, tc.key)
		}
	}
	list, err := h.Imports(ctx, member(1), "", 10)
	expect.OK(t, err)
	if len(list) != 0 {
		t.Errorf("refused uploads left %d imports", len(list))
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// The columns that were confirmed are read the same way the next time.
func TestMappingIsRemembered(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		ctx, h, a := context.Background(), open(t, d), member(1)
		const text = "col a,col b\nPump,7.1\nMonitor,8.2\n"
		in := inventory.ImportIn{File: "l.csv", Body: strings.NewReader(text), Fields: []sheet.Field{sheet.Product, sheet.Version}}
		_, err := h.ImportNow(ctx, a, in)
		expect.OK(t, err)
		if m := importText(t, h, a, text, false); m.Unchanged != 2 {
			t.Errorf("second import without a mapping: %+v, want two rows unchanged", m)
		}
		_, err = h.ImportNow(ctx, member(2), inventory.ImportIn{File: "l.csv", Body: strings.NewReader(text), DryRun: true})
		expect.OK(t, err)
		if left, err := h.ProductsOf(ctx, orgID(2)); err != nil || len(left) != 0 {
			t.Errorf("a dry run left products %v, %v", left, err)
		}
	})
}

// Imports of one organisation at the same time end as if one came after the other.
func TestImportsAtTheSameTime(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		ctx, h, a := context.Background(), open(t, d), member(1)
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				text := "vendor,product,version,serial\n"
				for n := range 40 {
					text += fmt.Sprintf("Acme,Pump,%d,SN%d\n", i, n)
				}
				if _, err := h.ImportNow(ctx, a, inventory.ImportIn{File: "l.csv", Body: strings.NewReader(text)}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		f, err := h.Figures(ctx, a)
		expect.OK(t, err)
		v, err := h.VerifyIndex(ctx)
		expect.OK(t, err)
		if f.Rows != 40 || len(v.Lists)+len(v.Index) > 0 {
			t.Errorf("%d rows and %+v, want the 40 rows once and nothing to mend", f.Rows, v)
		}
	})
}

// One fact for each act, with the products that came or went; none when nothing did.
func TestFactsTold(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		ctx, h, a := context.Background(), open(t, d), member(1)
		expect.OK(t, h.queue.Start(ctx))
		t.Cleanup(func() { expect.OK(t, h.queue.Stop(ctx)) })
		importText(t, h, a, small, false)
		if f := h.next(t); f.Org != orgID(1) || len(f.Products) != 3 {
			t.Errorf("after the first import heard %+v, want its three products", f)
		}
		importText(t, h, a, small, true)
		importText(t, h, a, strings.Replace(small, "K.15", "K.16", 1), true)
		if f := h.next(t); len(f.Products) != 2 {
			t.Errorf("after a new version heard %+v, want the old and the new product only", f)
		}
	})
}

func (h *house) next(t *testing.T) ward.InventoryChanged {
	t.Helper()
	select {
	case f := <-h.heard:
		return f
	case <-time.After(time.Minute):
		t.Fatal("no fact was told")
	}
	return ward.InventoryChanged{}
}

func TestUnconfirmedExpires(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		ctx, h, a := context.Background(), open(t, d), member(1)
		var ids []string
		for range 7 {
			id, err := h.Upload(ctx, a, "l.csv", strings.NewReader(small))
			expect.OK(t, err)
			ids = append(ids, id)
		}
		states := map[inventory.State]int{}
		for _, id := range ids {
			m, err := h.Import(ctx, a, id)
			expect.OK(t, err)
			states[m.State]++
		}
		if states[inventory.StatePreview] != 5 || states[inventory.StateCancelled] != 2 {
			t.Errorf("states = %v, want five open and the two oldest given up", states)
		}
		h.clock.Advance(25 * time.Hour)
		expect.OK(t, h.Expire(ctx))
		m, err := h.Import(ctx, a, ids[6])
		expect.OK(t, err)
		if m.State != inventory.StateExpired {
			t.Errorf("state after a day = %s, want expired", m.State)
		}
		if err := h.Confirm(ctx, a, ids[6], false); ward.CodeOf(err) != ward.Conflict {
			t.Errorf("Confirm of an expired import: got %v, want a conflict", err)
		}
	})
}

// Paging forward and back shows every row once.
func TestPages(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		ctx, h, a := context.Background(), open(t, d), member(1)
		importText(t, h, a, longList(23, "1"), false)
		var seen []string
		p, last := inventory.Page{Limit: 10}, ward.AssetID("")
		for {
			rows, before, after, err := h.Assets(ctx, a, inventory.Filter{}, p)
			expect.OK(t, err)
			if (before == "") != (len(seen) == 0) {
				t.Errorf("page after %q: before = %q", p.After, before)
			}
			for _, r := range rows {
				seen = append(seen, r.RowID)
			}
			last = before
			if after == "" {
				break
			}
			p.After = after
		}
		if len(seen) != 23 || seen[0] != "0" || seen[22] != "22" {
			t.Errorf("rows = %v, want 0 to 22 in the order of the file", seen)
		}
		rows, before, after, err := h.Assets(ctx, a, inventory.Filter{}, inventory.Page{Before: last, Limit: 10})
		expect.OK(t, err)
		if len(rows) != 10 || rows[0].RowID != "10" || before == "" || after == "" {
			t.Errorf("page back: %d rows from %v, before %q, after %q, want 10 rows from 10", len(rows), rows, before, after)
		}
		for text, want := range map[string]int{"device 7": 1, "DEVICE 1": 11, "sn000005": 1, "100%": 0, "_": 0} {
			rows, _, _, err := h.Assets(ctx, a, inventory.Filter{Text: text}, inventory.Page{Limit: 100})
			expect.OK(t, err)
			if len(rows) != want {
				t.Errorf("text %q finds %d rows, want %d", text, len(rows), want)
			}
		}
	})
}

func TestProgressStream(t *testing.T) {
	s := openSite(t)
	s.clock.Advance(max(0, time.Since(s.clock.Now()))) // the stream sets real deadlines by this clock
	to := s.want("upload", s.upload("/inventory/import", "list.csv", small), 303)
	server := httptest.NewServer(s.handler)
	defer server.Close()
	s.want("confirm", s.post(to+"/confirm", nil), 303)
	res, err := http.Get(server.URL + to + "/stream")
	expect.OK(t, err)
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	until := func(word string) {
		for lines.Scan() {
			if strings.Contains(lines.Text(), word) {
				return
			}
		}
		t.Fatalf("the stream ended without %q", word)
	}
	until("<progress")
	s.work()
	until("Show the result")
}

func TestTextsAreComplete(t *testing.T) {
	s := openSite(t)
	texts, err := i18n.New(i18n.Config{Texts: []fs.FS{web.Texts(), ui.Texts(), s.Parts().Texts}})
	expect.OK(t, err)
	for _, lang := range i18n.Required() {
		r := texts.Complete(lang)
		for _, k := range append(r.Missing, r.Unknown...) {
			if strings.HasPrefix(string(k), "inventory.") {
				t.Errorf("%s: %s is missing or not in English", lang, k)
			}
		}
		for _, f := range r.Faults {
			if strings.HasPrefix(f, "inventory.") {
				t.Errorf("%s: %s", lang, f)
			}
		}
	}
}

// A bill of a new release takes the place of the old one on the same asset, and
// the fact names what came and what went.
func TestBillOfNewRelease(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		ctx, h, a := context.Background(), open(t, d), member(1)
		expect.OK(t, h.queue.Start(ctx))
		t.Cleanup(func() { expect.OK(t, h.queue.Stop(ctx)) })
		importText(t, h, a, bill, false)
		if f := h.next(t); len(f.Products) != 3 {
			t.Errorf("after the first bill heard %+v, want the firmware and two components", f)
		}
		importText(t, h, a, strings.NewReplacer(`"version":"2.0"`, `"version":"2.1"`, "1.2.11", "1.3.0").Replace(bill), true)
		if f := h.next(t); len(f.Products) != 4 {
			t.Errorf("after the second bill heard %+v, want firmware and zlib, both old and new", f)
		}
		rows, _, _, err := h.Assets(ctx, a, inventory.Filter{}, inventory.Page{Limit: 10})
		expect.OK(t, err)
		if len(rows) != 1 || rows[0].Ref.Version != "2.1" {
			t.Fatalf("Assets = %+v, want the one firmware in release 2.1", rows)
		}
		parts, err := h.Components(ctx, a, rows[0].ID, "zlib", 0, 10)
		expect.OK(t, err)
		if len(parts) != 1 || parts[0].Ref.Version != "1.3.0" {
			t.Errorf("Components = %+v, want zlib 1.3.0 only", parts)
		}
		ids, err := h.ProductsOf(ctx, a.Org)
		expect.OK(t, err)
		held, err := h.Held(ctx, a.Org, ids)
		expect.OK(t, err)
		if len(held) != 3 || held[0].Asset != rows[0].ID {
			t.Errorf("Held = %+v, want the row for itself and for both components", held)
		}
	})
}

// A process that was killed in the middle leaves an import that runs, with rows
// set aside: the next one brings it in whole, and once.
func TestImportAfterACrash(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		ctx, h, a := context.Background(), open(t, d), member(1)
		id, err := h.Upload(ctx, a, "l.csv", strings.NewReader(small))
		expect.OK(t, err)
		expect.OK(t, h.Confirm(ctx, a, id, false))
		expect.OK(t, d.Write(ctx, func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `UPDATE inventory_import SET state = 'running', progress = 2 WHERE id = $1`, id); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `INSERT INTO inventory_staged (run, n, drops, id, row_key, row_id, product, sbom, serial, quantity, site, department,
				service, zone, owner, notes, end_of_support) VALUES ('lost', 0, 0, 'x', 'k', '', 1, '', '', 1, '', '', '', '', '', '', '')`)
			return err
		}))
		if f, err := h.Figures(ctx, a); err != nil || f.Rows != 0 {
			t.Errorf("%d rows (%v) before the import ended, want none", f.Rows, err)
		}
		expect.OK(t, h.queue.Start(ctx))
		t.Cleanup(func() { expect.OK(t, h.queue.Stop(ctx)) })
		h.next(t)
		f, err := h.Figures(ctx, a)
		expect.OK(t, err)
		m, err := h.Import(ctx, a, id)
		expect.OK(t, err)
		if f.Rows != 4 || m.State != inventory.StateDone || m.Added != 4 {
			t.Errorf("%d rows, import %s with %d added, want 4, done, 4", f.Rows, m.State, m.Added)
		}
	})
}
