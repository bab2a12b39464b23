package house

import "net/http"

// reported are incident reports, and the picture that grows from them.
func (h *House) reported(t *Town, c *Client) {
	h.t.Helper()
	h.incidents(t)
	h.pictures(t, c)
}

// pictures are a weekly situation report, which all may try in turn, and the
// name of a figure.
func (h *House) pictures(t *Town, c *Client) {
	h.t.Helper()
	var out struct{ ID string }
	c.MustJSON(http.MethodPost, "/api/v1/picture/weekly", struct{}{}, &out)
	for range 3 * spare {
		t.add("weekly", Centre, out.ID)
		t.add("figure", Centre, "causes")
	}
}
