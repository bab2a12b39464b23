package main

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"ward"
	"ward/detect/alert/pages"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/i18n"
	"ward/kit/id"
	"ward/kit/web"
	"ward/test/faults/house"
)

// server is the alerts of a world of hospitals behind the real server. Who asks
// is said by a cookie: signing in is measured elsewhere.
func server(folder string, hospitals int) error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	d, err := db.Open(ctx, "sqlite:"+filepath.Join(folder, "ward.db"))
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // the program ends
	w := house.Europe(hospitals)
	w.Do(func() { clear(w.People) }) // mails are measured elsewhere
	a := w.Publish("adv-1", "Pump takes commands", ward.TLPClear, []string{"CVE-2026-1"}, map[ward.ProductID]ward.Verdict{house.Pump: ward.Affected})
	h, err := house.Open(ctx, d, w, house.Options{Folder: folder})
	if err != nil {
		return err
	}
	if err := h.Start(ctx); err != nil {
		return err
	}
	site, err := web.New(web.Config{Log: slog.New(slog.DiscardHandler), Clock: clock.System(), Texts: h.Texts, Guard: h.Guard, IDs: id.New(clock.System()),
		Zone: i18n.ZoneOf("HR"), Pages: pages.Routes(h.Alerts, h.Live), Authenticate: func(r *http.Request) (ward.Actor, error) {
			c, err := r.Cookie("hospital")
			if err != nil {
				return ward.Actor{}, nil
			}
			n, err := strconv.Atoi(c.Value)
			o := w.Orgs[house.Org(n)]
			return ward.Actor{Person: ward.PersonID("p-" + o.ID), Org: o.ID, OrgName: o.Name, Country: o.Country, Kind: o.Kind, Role: ward.RoleMember, Lang: ward.English}, err
		}})
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- site.Serve(ctx, l, 20*time.Second) }()
	fmt.Println(l.Addr())
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		if in.Text() == "withdraw" {
			w.Do(func() { a.Head.Withdrawn, a.Head.Revision = true, "2" })
		}
		if _, err := h.Alerts.Raise(ctx, "adv-1", map[string]string{"raise": "new", "withdraw": "withdrawn"}[in.Text()]); err != nil {
			return err
		}
		fmt.Println(time.Now().UnixNano())
	}
	stop()
	if err := <-ended; err != nil {
		return err
	}
	return h.Stop()
}
