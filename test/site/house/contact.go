package house

import "fmt"

// contacts adds two to an organisation, without a login: many doors take one away.
func (h *House) contacts(t *Town, c *Client, p Place, org string, n int) {
	h.try(t, c, "contact", p, org+"/contacts", map[string]any{"name": fmt.Sprintf("Contact %d", n), "duty": "it", "email": "c@test.invalid"})
	h.try(t, c, "contact", p, org+"/contacts", map[string]any{"name": fmt.Sprintf("Desk %d", n), "duty": "devices", "email": "d@test.invalid"})
}
