package registry

import (
	"context"
	"fmt"
	"testing"

	"ward"
	"ward/test/database"
)

// union is as many organisations as the plan reaches.
const union = 15_000

func hospitals(n int) []NewOrganisation {
	out := make([]NewOrganisation, n)
	for i := range out {
		out[i] = NewOrganisation{Details: Details{Kind: ward.KindHospital, Name: fmt.Sprint("Hospital ", i), Country: ward.Countries()[i%27], City: "Town"},
			Source: "atlas", SourceKey: fmt.Sprint(i), Services: []Care{{Code: "emergency"}, {Code: "dialysis"}},
			Contacts: []ward.Contact{{Name: "IT", Email: fmt.Sprint("it", i, "@x.example"), Duty: ward.DutyIT}}}
	}
	return out
}

// europe runs fn on either database with all of the Union's organisations in it.
func europe(b *testing.B, fn func(*testing.B, *world, []ward.OrgID)) {
	for _, kind := range []database.Kind{database.SQLite, database.Postgres} {
		b.Run(string(kind), func(b *testing.B) {
			w := newWorld(b, database.Open(b, kind))
			r, err := w.Register(context.Background(), house, hospitals(union))
			if err != nil || r.New != union {
				b.Fatal(r.New, err)
			}
			fn(b, w, r.IDs)
		})
	}
}

// BenchmarkRegister takes in 15,000 organisations with contacts and services.
func BenchmarkRegister(b *testing.B) {
	rows := hospitals(union)
	for _, kind := range []database.Kind{database.SQLite, database.Postgres} {
		b.Run(string(kind), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				w := newWorld(b, database.Open(b, kind))
				b.StartTimer()
				if r, err := w.Register(context.Background(), house, rows); err != nil || r.New != union {
					b.Fatal(r.New, err)
				}
			}
		})
	}
}

// BenchmarkAnswers is what a publication to all of Europe asks: who they are and
// whom to write to.
func BenchmarkAnswers(b *testing.B) {
	europe(b, func(b *testing.B, w *world, ids []ward.OrgID) {
		ctx := context.Background()
		b.Run("organisations", func(b *testing.B) {
			for b.Loop() {
				if got, err := w.Organisations(ctx, ids); err != nil || len(got) != union {
					b.Fatal(len(got), err)
				}
			}
		})
		b.Run("contacts", func(b *testing.B) {
			for b.Loop() {
				if got, err := w.Contacts(ctx, ids); err != nil || len(got) != union {
					b.Fatal(len(got), err)
				}
			}
		})
		b.Run("list", func(b *testing.B) {
			for b.Loop() {
				if got, err := w.List(ctx, house, Filter{Search: "149"}); err != nil || len(got.Rows) != 50 {
					b.Fatal(len(got.Rows), err)
				}
			}
		})
	})
}

// BenchmarkWear is asked once a request.
func BenchmarkWear(b *testing.B) {
	europe(b, func(b *testing.B, w *world, ids []ward.OrgID) {
		f, err := w.Invite(context.Background(), house, ids[7], Invitation{Name: "A", Email: "a@x.example", Role: ward.RoleMember})
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := w.Wear(context.Background(), f.Person.ID, f.ID); err != nil {
				b.Fatal(err)
			}
		}
	})
}
