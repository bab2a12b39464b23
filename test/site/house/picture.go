package house

import (
	"net/http"
	"time"
)

// reported are incident reports, and the picture that grows from them.
func (h *House) reported(t *Town, c *Client) {
	h.t.Helper()
	h.incidents(t)
	h.pictures(t, c)
}

// pictures are weekly situation reports, and the name of a figure.
func (h *House) pictures(t *Town, c *Client) {
	h.t.Helper()
	now := time.Now().UTC()
	monday := now.AddDate(0, 0, -(int(now.Weekday())+6)%7-7)
	for n := range 3 * spare {
		var out struct{ ID string }
		c.MustJSON(http.MethodPost, "/api/v1/picture/weekly?week="+monday.AddDate(0, 0, -7*n).Format(time.DateOnly), struct{}{}, &out)
		c.MustJSON(http.MethodPut, "/api/v1/picture/weekly/"+out.ID, map[string]any{"version": 1, "body": "Check the way back to paper."}, nil)
		t.add("weekly", Centre, out.ID)
		t.add("figure", Centre, "causes")
	}
}
