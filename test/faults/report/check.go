package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ward"
	"ward/kit/db"
	"ward/test/process"
)

// world is a house at work and what was there before.
type world struct {
	operator, team *process.Client
	hospitals      []*hospital
	perReport      int // mails to the team of the country for each of its sendings
	before         counted
}

// counted is what the house holds.
type counted struct {
	Reports, Pictures map[string]int // by country; Pictures of reports, not of history
	Looked            int            // what the team's picture of its country says
	Mails             int            // files that are no delivery
}

// patient is how long jobs may take to come to rest.
const patient = 3 * time.Minute

// foreign registers a hospital of Ireland, whose team works elsewhere and is
// reached by mail, and lets its manager in.
func (w *world) foreign(ctx context.Context, srv *process.Server) (*process.Client, error) {
	centre, err := srv.As(ctx, ward.RoleCentre)
	if err != nil {
		return nil, err
	}
	var made struct{ IDs []string }
	err = centre.Call(ctx, "POST", "/api/v1/organisations", map[string]any{"organisations": []any{map[string]any{
		"organisation": map[string]string{"kind": "hospital", "name": "Hospital abroad", "country": "IE"}}}}, &made)
	if err != nil || len(made.IDs) != 1 {
		return nil, errors.Join(fmt.Errorf("registered %d hospitals", len(made.IDs)), err)
	}
	var who struct{ Person string }
	if err := w.operator.Call(ctx, "POST", "/api/v1/organisations/"+made.IDs[0]+"/people", map[string]string{"name": "Orla Abroad", "email": "orla@abroad.invalid",
		"role": string(ward.RoleManager)}, &who); err != nil {
		return nil, err
	}
	var link struct{ Path string }
	if err := w.operator.Call(ctx, "POST", "/api/v1/people/"+who.Person+"/links", map[string]string{"purpose": "enter"}, &link); err != nil {
		return nil, err
	}
	return srv.Enter(ctx, link.Path)
}

// begin counts what is there, and what an undisturbed report brings.
func (w *world) begin(ctx context.Context, srv *process.Server) error {
	err := w.operator.Rest(ctx, patient)
	if err == nil {
		w.before, err = w.count(ctx, srv)
	}
	if err != nil {
		return err
	}
	alone := &crowd{asked: map[string]bool{}}
	if err := w.hospitals[0].report(ctx, alone); err != nil {
		return err
	}
	if err := w.operator.Rest(ctx, patient); err != nil {
		return err
	}
	now, err := w.count(ctx, srv)
	w.perReport = (now.Mails - w.before.Mails) / 2 // two stages
	if err == nil && w.perReport < 1 {
		err = errors.New("the team heard of nothing")
	}
	return err
}

// count looks at tables, picture and outbox.
func (w *world) count(ctx context.Context, srv *process.Server) (counted, error) {
	c := counted{Reports: map[string]int{}, Pictures: map[string]int{}}
	d, err := db.Open(ctx, srv.Database)
	if err != nil {
		return c, err
	}
	defer d.Close() //nolint:errcheck // read only
	deliveries := map[string]bool{}
	err = d.Read(ctx, func(tx *db.Tx) error {
		for into, text := range map[*map[string]int]string{&c.Reports: `SELECT country, COUNT(*) FROM incident_report WHERE state <> 'draft' GROUP BY country`,
			&c.Pictures: `SELECT country, COUNT(*) FROM picture_case WHERE source = 'report' GROUP BY country`} {
			err := tx.Query(ctx, text, nil, func(row db.Row) error {
				var country string
				var n int
				err := row.Scan(&country, &n)
				(*into)[country] = n
				return err
			})
			if err != nil {
				return err
			}
		}
		return tx.Query(ctx, `SELECT id FROM incident_delivery`, nil, func(row db.Row) error {
			var id string
			err := row.Scan(&id)
			deliveries[mailFile(id)] = true
			return err
		})
	})
	if err != nil {
		return c, err
	}
	files, err := os.ReadDir(srv.Outbox())
	for _, f := range files {
		if strings.HasPrefix(f.Name(), "incident-") && !deliveries[f.Name()] {
			c.Mails++
		}
	}
	var p struct{ Total struct{ Reports int } }
	err = errors.Join(err, w.team.Call(ctx, "GET", "/api/v1/picture?country=HR", nil, &p))
	c.Looked = p.Total.Reports
	return c, err
}

// check holds what is there against what was answered.
func (w *world) check(ctx context.Context, srv *process.Server, r *result) error {
	if err := w.operator.Rest(ctx, patient); err != nil {
		return err
	}
	var faults []error
	wrong := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	reports := map[string]int{}
	for _, h := range w.hospitals {
		for _, f := range h.filed {
			reports[f.Country]++
			r.Reports++
			if err := w.checkReport(ctx, srv, h, f, r); err != nil {
				faults = append(faults, err)
			}
		}
	}
	now, err := w.count(ctx, srv)
	if err != nil {
		return err
	}
	for country, n := range reports {
		if got := now.Reports[country] - w.before.Reports[country]; got != n {
			wrong("%d reports of %s were sent, want %d", got, country, n)
		}
		if got := now.Pictures[country] - w.before.Pictures[country]; got != n {
			wrong("the picture has %d rows for %d reports of %s", got, n, country)
		}
	}
	if got := now.Looked - w.before.Looked; got != reports["HR"] {
		wrong("the picture says %d more reports, want %d", got, reports["HR"])
	}
	if got, want := now.Mails-w.before.Mails, 2*reports["HR"]*w.perReport; got != want {
		wrong("%d mails to the team, want %d", got, want)
	}
	return errors.Join(append(faults, w.numbers(ctx, srv), w.unique(ctx, srv, r))...)
}

// checkReport reads a report as its hospital does: each stage that was answered
// is there once, with the receipt that was answered, and nothing else.
func (w *world) checkReport(ctx context.Context, srv *process.Server, h *hospital, f filed, r *result) error {
	var v struct {
		State    string
		Sendings []struct {
			sending
			Stage string
		}
	}
	if err := h.client.Call(ctx, "GET", "/api/v1/incidents/"+f.ID, nil, &v); err != nil {
		return err
	}
	if len(v.Sendings) != len(f.Sent) || v.State != "reported" {
		return fmt.Errorf("report %s is %s with %d stages, want %d", f.ID, v.State, len(v.Sendings), len(f.Sent))
	}
	for _, x := range v.Sendings {
		r.Sendings++
		want := f.Sent[x.Stage]
		if x.ID != want.ID || x.Receipt == "" || x.Receipt != want.Receipt || len(x.Deliveries) == 0 || len(x.Deliveries) != len(want.Deliveries) {
			return fmt.Errorf("report %s, %s: %+v was answered, %+v is there", f.ID, x.Stage, want, x)
		}
		if f.Country == "IE" && x.Deliveries[0].Way != "mail" {
			return fmt.Errorf("report %s goes to the team by %s", f.ID, x.Deliveries[0].Way)
		}
	}
	return nil
}

// numbers holds that none was left out and none given twice.
func (w *world) numbers(ctx context.Context, srv *process.Server) error {
	return w.read(ctx, srv, func(tx *db.Tx) error {
		var reports, different, last int
		err := tx.QueryRow(ctx, `SELECT COUNT(*), COUNT(DISTINCT number), (SELECT MAX(last) FROM incident_year) FROM incident_report`).Scan(&reports, &different, &last)
		if err == nil && (reports != different || reports != last) {
			err = fmt.Errorf("%d reports have %d numbers up to %d", reports, different, last)
		}
		return err
	})
}

// unique holds that each delivery by mail ended, that its mail is out, and says
// that it may be a repeat exactly when more than one was tried.
func (w *world) unique(ctx context.Context, srv *process.Server, r *result) error {
	return w.read(ctx, srv, func(tx *db.Tx) error {
		return tx.Query(ctx, `SELECT id, state, tries FROM incident_delivery WHERE way = 'mail'`, nil, func(row db.Row) error {
			var id, state string
			var tries int
			if err := row.Scan(&id, &state, &tries); err != nil {
				return err
			}
			text, err := os.ReadFile(filepath.Join(srv.Outbox(), mailFile(id)))
			if err != nil {
				return err
			}
			r.Mails++
			if tries > 1 {
				r.Repeats++
			}
			if marked := strings.Contains(string(text), again); state != "delivered" || marked != (tries > 1) {
				return fmt.Errorf("mail %s is %s after %d tries, marked as a repeat: %v", id, state, tries, marked)
			}
			return nil
		})
	})
}

// again begins the words by which a repeat says that it is one, in the language of
// the receiver in Ireland.
const again = "This message may reach you a second time"

func (w *world) read(ctx context.Context, srv *process.Server, fn func(*db.Tx) error) error {
	d, err := db.Open(ctx, srv.Database)
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // read only
	return d.Read(ctx, fn)
}
