package house

import (
	"fmt"
	"time"
)

// detection are drafts of the Centre with an indicator each, and hits at the
// hospitals.
func (h *House) detection(t *Town, c *Client) {
	h.t.Helper()
	const all = "/api/v1/detection/collections"
	for n := range 4 * spare {
		var out struct{ ID string }
		c.MustJSON("POST", all, map[string]string{"title": fmt.Sprint("Collection ", n), "source": "Test", "tlp": "AMBER"}, &out)
		c.Upload(all+"/"+out.ID+"/items?name=list.txt", fmt.Appendf(nil, "c%d.example\n", n), nil)
		var got struct{ Items []struct{ ID string } }
		c.MustJSON("GET", all+"/"+out.ID, nil, &got)
		t.add("collection", Centre, out.ID)
		for _, i := range got.Items {
			t.add("item", Centre, i.ID)
		}
	}
	for _, p := range []Place{Home, Near, Far} {
		who := h.Enter(t.hosts[p])
		var hits []map[string]any
		for n := range 3 * spare {
			hits = append(hits, map[string]any{"time": time.Now().UTC(), "subject": fmt.Sprint("pc-", n), "kind": "indicator", "type": "domain",
				"indicator": "seen.example", "count": 1, "fields": map[string]string{"query": "www.seen.example"}})
		}
		who.MustJSON("POST", "/api/v1/detection/hits", map[string]any{"version": 1, "sensor": map[string]string{"id": "test", "version": "1"},
			"batch": "town", "hits": hits}, nil)
		var list struct{ Hits []struct{ ID string } }
		who.MustJSON("GET", "/api/v1/detection/sightings?limit=200", nil, &list)
		for _, x := range list.Hits {
			t.add("hit", p, x.ID)
		}
	}
}
