package inventory_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ward"
	"ward/kit/db"
	"ward/prevent/inventory"
	"ward/prevent/inventory/entry"
	"ward/test/database"
	"ward/test/expect"
)

// truth counts the rows of an organisation per product as the list shows them,
// components included, without looking at lists or index.
func truth(t *rapid.T, h *house, a ward.Actor) map[string]int {
	ctx, out := context.Background(), map[string]int{}
	for p := (inventory.Page{Limit: 500}); ; {
		rows, _, after, err := h.Assets(ctx, a, inventory.Filter{}, p)
		check(t, err)
		for _, r := range rows {
			ref := r.Ref
			ref.Serial = ""
			out[fmt.Sprint(ref)]++
			parts, err := h.Components(ctx, a, r.ID, "", 0, 1000)
			check(t, err)
			for _, c := range parts {
				out[fmt.Sprint(c.Ref)]++
			}
		}
		if after == "" {
			return out
		}
		p.After = after
	}
}

func check(t *rapid.T, err error) {
	if err != nil {
		t.Fatal(err)
	}
}

// answered is the same by the questions that other services ask.
func answered(t *rapid.T, h *house, a ward.Actor) map[string]int {
	ctx, out := context.Background(), map[string]int{}
	ids, err := h.ProductsOf(ctx, a.Org)
	check(t, err)
	refs, err := h.Products(ctx, ids)
	check(t, err)
	counts, err := h.Counts(ctx, a.Org, ids)
	check(t, err)
	for id, n := range counts {
		out[fmt.Sprint(refs[id])] = n
	}
	return out
}

// Whatever happens to inventories, by import or by hand, lists and index say what
// the rows say.
func TestAnswersEqualRows(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		ctx, round := context.Background(), 0
		rapid.Check(t, func(t *rapid.T) {
			round++
			actors := []ward.Actor{member(round * 10), member(round*10 + 1)}
			actor := func(t *rapid.T) ward.Actor { return rapid.SampledFrom(actors).Draw(t, "actor") }
			t.Repeat(map[string]func(*rapid.T){
				"import": func(t *rapid.T) {
					_, err := h.ImportNow(ctx, actor(t), inventory.ImportIn{File: "l.csv", Body: strings.NewReader(drawFile(t)), Removing: rapid.Bool().Draw(t, "removing")})
					check(t, err)
				},
				"bill of a new product": func(t *rapid.T) {
					_, err := h.ImportNow(ctx, actor(t), inventory.ImportIn{File: "b.json", Body: strings.NewReader(bill)})
					check(t, err)
				},
				"add": func(t *rapid.T) {
					_, err := h.Add(ctx, actor(t), drawEntry(t))
					check(t, err)
				},
				"edit": func(t *rapid.T) {
					onRow(t, h, actor(t), func(a ward.Actor, id ward.AssetID) error { return h.Edit(ctx, a, id, drawEntry(t)) })
				},
				"delete": func(t *rapid.T) {
					onRow(t, h, actor(t), func(a ward.Actor, id ward.AssetID) error { return h.Delete(ctx, a, []ward.AssetID{id}) })
				},
				"attach": func(t *rapid.T) {
					onRow(t, h, actor(t), func(a ward.Actor, id ward.AssetID) error {
						return h.Attach(ctx, a, []ward.AssetID{id}, "b.json", strings.NewReader(bill))
					})
				},
				"detach": func(t *rapid.T) {
					onRow(t, h, actor(t), func(a ward.Actor, id ward.AssetID) error { return h.Detach(ctx, a, []ward.AssetID{id}) })
				},
				"": func(t *rapid.T) {
					for _, a := range actors {
						if got, want := answered(t, h, a), truth(t, h, a); !maps.Equal(got, want) {
							t.Fatalf("answers of %s = %v, want what the rows say: %v", a.Org, got, want)
						}
					}
				},
			})
			v, err := h.VerifyIndex(ctx)
			check(t, err)
			if len(v.Lists)+len(v.Index) > 0 {
				t.Fatalf("VerifyIndex = %+v, want no difference", v)
			}
		})
	})
}

func drawEntry(t *rapid.T) entry.Entry {
	return entry.Entry{Ref: ward.ProductRef{Vendor: rapid.SampledFrom([]string{"Acme", "Philips"}).Draw(t, "vendor"),
		Name: rapid.SampledFrom([]string{"Pump", "Monitor", "Scanner"}).Draw(t, "name"), Version: rapid.SampledFrom([]string{"", "1", "2"}).Draw(t, "version"),
		Serial: rapid.SampledFrom([]string{"", "A1", "B22"}).Draw(t, "serial")}, Quantity: 1}
}

func drawFile(t *rapid.T) string {
	var b strings.Builder
	b.WriteString("vendor,product,version,serial,quantity\n")
	for range rapid.IntRange(1, 6).Draw(t, "rows") {
		e := drawEntry(t)
		fmt.Fprintf(&b, "%s,%s,%s,%s,1\n", e.Ref.Vendor, e.Ref.Name, e.Ref.Version, e.Ref.Serial)
	}
	return b.String()
}

func onRow(t *rapid.T, h *house, a ward.Actor, act func(ward.Actor, ward.AssetID) error) {
	rows, _, _, err := h.Assets(context.Background(), a, inventory.Filter{}, inventory.Page{Limit: 500})
	check(t, err)
	if len(rows) == 0 {
		return // nothing there to act on: the next act is drawn
	}
	check(t, act(a, rows[rapid.IntRange(0, len(rows)-1).Draw(t, "row")].ID))
}

// Two replicas on one database: what one writes, the other knows at once, without
// any signal.
func TestReplicasAgree(t *testing.T) {
	url := database.URL(t, database.Postgres)
	ctx := context.Background()
	one, two := open(t, database.Dial(t, url)), open(t, database.Dial(t, url))
	expect.OK(t, two.Refresh(ctx))
	claims := []ward.Claim{{Advisory: "x", Leaf: "1", Vendor: "Philips", Names: []string{"IntelliVue MX450"}, Models: []string{"MX450"}, Range: "<L.00", Status: ward.StatusAffected}}
	for n := 1; n < 4; n++ {
		importText(t, one, member(n), small, false)
		got, err := two.Holders(ctx, claims)
		expect.OK(t, err)
		if len(got.Holdings) != n {
			t.Fatalf("Holders on the other replica = %v, want %d organisations", got.Holdings, n)
		}
	}
}

// A list that was spoilt is found and mended from the rows.
func TestVerifyMends(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		ctx, h := context.Background(), open(t, d)
		importText(t, h, member(1), small, false)
		want, err := h.ProductsOf(ctx, orgID(1))
		expect.OK(t, err)
		expect.OK(t, d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE inventory_posting SET body = $1`, []byte{1, 6})
			return err
		}))
		v, err := h.VerifyIndex(ctx)
		expect.OK(t, err)
		got, err := h.ProductsOf(ctx, orgID(1))
		expect.OK(t, err)
		if len(v.Lists) != 1 || !slices.Equal(got, want) {
			t.Errorf("VerifyIndex = %+v and products %v, want one list mended to %v", v, got, want)
		}
	})
}

// Follow keeps up without being asked and ends with its context.
func TestFollow(t *testing.T) {
	h := open(t, database.Open(t, database.SQLite))
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- h.Follow(ctx) }()
	importText(t, h, member(1), small, false)
	for s, _, err := h.Sizes(ctx); s.Orgs != 1; s, _, err = h.Sizes(ctx) {
		expect.OK(t, err)
	}
	stop()
	expect.OK(t, <-ended)
}
