package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"ward"
	"ward/kit/db"
	"ward/test/process"
)

// fill puts a year of incidents into the picture, as folding would have left them.
func fill(ctx context.Context, database string, n int) error {
	d, err := db.Open(ctx, database)
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // the program ends
	r := rand.New(rand.NewPCG(11, 12))
	causes := []string{"system-failures", "natural-phenomena", "human-errors", "malicious-actions", "third-party-failures", ""}
	today := time.Now().Unix() / 86400
	const rows = 500
	for from := 0; from < n; from += rows {
		err := d.Write(ctx, func(tx *db.Tx) error {
			var args db.Args
			var values []string
			for i := from; i < min(n, from+rows); i++ {
				day := today - int64(r.IntN(365))
				at := db.At(time.Unix(day*86400+int64(r.IntN(86400)), 0))
				cause, family := causes[r.IntN(len(causes))], ""
				if cause == "malicious-actions" {
					family = fmt.Sprint("Family ", r.IntN(40))
				}
				var one []string
				for _, v := range []any{fmt.Sprintf("%032x", i), fmt.Sprintf("%032x", r.IntN(15_000)), "report", string(ward.Countries()[r.IntN(27)]), day, string(ward.OrgKinds()[r.IntN(6)]),
					"significant", cause, family, []string{"none", "low", "medium", "high"}[r.IntN(4)], "", []string{"", "emergency", "emergency laboratory"}[r.IntN(3)], "early_kept significant",
					at, at, at, fmt.Sprint(i), at, 1, 1} {
					one = append(one, args.Add(v))
				}
				values = append(values, "("+strings.Join(one, ", ")+")")
			}
			_, err := tx.Exec(ctx, `INSERT INTO picture_case (mark, org, source, country, day, sector, reason, cause, family, impact, supplier, services, signs, aware_at, early_at, told_at, told,
				known_at, born, serial) VALUES `+strings.Join(values, ", "), args...)
			return err
		})
		if err != nil {
			return err
		}
	}
	return d.Write(ctx, func(tx *db.Tx) error { // the server reads on from its own number: all are new to it
		if _, err := tx.Exec(ctx, `UPDATE picture_pace SET serial = serial + 1, cut = serial + 1`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE picture_case SET serial = (SELECT serial FROM picture_pace) WHERE serial = 1 AND born = 1`)
		return err
	})
}

// pages asks for the picture as people do who look around in it: other filters
// each time, exact for a team, under the cover for the Centre and a hospital.
func pages(ctx context.Context, people map[ward.Role]*process.Client) error {
	kinds := ward.OrgKinds()
	for _, x := range []struct {
		role ward.Role
		what string
		path func(int) string
	}{
		{ward.RoleCSIRT, "picture page, the country's own team", func(i int) string { return "/picture?country=HR&sector=" + string(kinds[i%6]) + "&from=" + day(i) }},
		{ward.RoleCentre, "picture page, the Centre", func(i int) string {
			return "/picture?country=" + string(ward.Countries()[i%27])
		}},
		{ward.RoleManager, "picture page, a hospital", func(i int) string {
			return "/picture?cause=" + []string{"", "malicious-actions", "system-failures"}[i%3]
		}},
	} {
		var all []time.Duration
		for i := range 150 {
			at := time.Now()
			if _, err := people[x.role].Get(ctx, x.path(i)); err != nil {
				return fmt.Errorf("%s: %w", x.path(i), err)
			}
			all = append(all, time.Since(at))
		}
		told(x.what, all)
	}
	return nil
}

// day is one of the last weeks, as filters write it.
func day(i int) string { return time.Now().AddDate(0, 0, -7*(i%50)-7).Format(time.DateOnly) }
