package house

import (
	"context"
	"slices"
	"strings"

	"ward"
)

// Match implements alert.Inventory: products that nobody holds are left out.
func (w *World) Match(_ context.Context, claims []ward.Claim) ([]ward.ProductFinding, error) {
	if len(claims) == 0 {
		return nil, nil
	}
	w.mu.Lock()
	slow := w.Slow
	var out []ward.ProductFinding
	if a := w.Advisories[claims[0].Advisory]; a != nil {
		for _, f := range a.Findings {
			if w.anybody(f.Product) {
				out = append(out, f)
			}
		}
	}
	w.mu.Unlock()
	if slow != nil {
		slow(claims[0].Advisory)
	}
	return out, nil
}

func (w *World) anybody(p ward.ProductID) bool {
	for _, rows := range w.Assets {
		if slices.ContainsFunc(rows, func(h ward.HeldAsset) bool { return h.Product == p }) {
			return true
		}
	}
	return false
}

// Holdings implements alert.Inventory.
func (w *World) Holdings(_ context.Context, found []ward.ProductVerdict) ([]ward.Holding, error) {
	if w.Counting != nil {
		w.Counting()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.remembered != nil {
		return w.remembered, nil
	}
	return w.count(found), nil
}

// Remember makes Holdings answer at once what it counts now for holders of Pump:
// for measuring what comes after.
func (w *World) Remember() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.remembered == nil {
		w.remembered = w.count([]ward.ProductVerdict{{Product: Pump, Verdict: ward.Affected}})
	}
}

func (w *World) count(found []ward.ProductVerdict) []ward.Holding {
	verdicts := map[ward.ProductID]ward.Verdict{}
	for _, f := range found {
		if f.Verdict != ward.NotAffected {
			verdicts[f.Product] = f.Verdict
		}
	}
	var out []ward.Holding
	for org, rows := range w.Assets {
		h := ward.Holding{Org: org}
		for _, r := range rows {
			switch v, ok := verdicts[r.Product]; {
			case !ok:
			case v == ward.Affected:
				h.Affected++
			default:
				h.Review++
			}
		}
		if h.Affected+h.Review > 0 {
			out = append(out, h)
		}
	}
	slices.SortFunc(out, func(a, b ward.Holding) int { return strings.Compare(string(a.Org), string(b.Org)) })
	return out
}

// inventory is a World as alert.Inventory: the World has a field Products.
type inventory struct{ *World }

// Products implements alert.Inventory.
func (i inventory) Products(_ context.Context, ids []ward.ProductID) (map[ward.ProductID]ward.ProductRef, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	out := map[ward.ProductID]ward.ProductRef{}
	for _, id := range ids {
		if ref, ok := i.World.Products[id]; ok {
			out[id] = ref
		}
	}
	return out, nil
}

// ProductsOf implements alert.Inventory.
func (w *World) ProductsOf(_ context.Context, org ward.OrgID) ([]ward.ProductID, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []ward.ProductID
	for _, r := range w.Assets[org] {
		out = append(out, r.Product)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// Counts implements alert.Inventory.
func (w *World) Counts(_ context.Context, org ward.OrgID, products []ward.ProductID) (map[ward.ProductID]int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := map[ward.ProductID]int{}
	for _, r := range w.Assets[org] {
		if slices.Contains(products, r.Product) {
			out[r.Product]++
		}
	}
	return out, nil
}

// Held implements alert.Inventory.
func (w *World) Held(_ context.Context, org ward.OrgID, products []ward.ProductID) ([]ward.HeldAsset, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []ward.HeldAsset
	for _, r := range w.Assets[org] {
		if slices.Contains(products, r.Product) {
			out = append(out, r)
		}
	}
	return out, nil
}

// Organisations implements alert.Registry.
func (w *World) Organisations(_ context.Context, ids []ward.OrgID) (map[ward.OrgID]ward.Organisation, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := map[ward.OrgID]ward.Organisation{}
	for _, id := range ids {
		if o, ok := w.Orgs[id]; ok {
			out[id] = o
		}
	}
	return out, nil
}

// Contacts implements alert.Registry.
func (w *World) Contacts(_ context.Context, ids []ward.OrgID) (map[ward.OrgID][]ward.Contact, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := map[ward.OrgID][]ward.Contact{}
	for _, id := range ids {
		out[id] = w.People[id]
	}
	return out, nil
}

// Persons implements alert.Registry: those who are contacts somewhere and have a login.
func (w *World) Persons(_ context.Context, ids []ward.PersonID) (map[ward.PersonID]ward.Person, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := map[ward.PersonID]ward.Person{}
	for _, list := range w.People {
		for _, c := range list {
			if c.Person != "" && slices.Contains(ids, c.Person) {
				out[c.Person] = ward.Person{ID: c.Person, Name: c.Name, Email: c.Email, Lang: c.Lang, Zone: c.Zone}
			}
		}
	}
	return out, nil
}

// Contents implements alert.Inventory.
func (w *World) Contents(_ context.Context, org ward.OrgID, asset ward.AssetID) ([]ward.ProductID, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []ward.ProductID
	for _, r := range w.Assets[org] {
		if r.Asset == asset {
			out = append(out, r.Product)
		}
	}
	return out, nil
}

// Spread implements alert.Inventory.
func (w *World) Spread(_ context.Context, products []ward.ProductID) (map[ward.ProductID]ward.Spread, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := map[ward.ProductID]ward.Spread{}
	for _, rows := range w.Assets {
		seen := map[ward.ProductID]bool{}
		for _, r := range rows {
			if !slices.Contains(products, r.Product) {
				continue
			}
			x := out[r.Product]
			x.Rows++
			if !seen[r.Product] {
				seen[r.Product] = true
				x.Organisations++
			}
			out[r.Product] = x
		}
	}
	return out, nil
}

// Hats implements subscription.Hats: what Wardrobe says.
func (w *World) Hats(_ context.Context, person ward.PersonID) ([]ward.Hat, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []ward.Hat
	for id, a := range w.Wardrobe {
		if a.Person == person {
			out = append(out, ward.Hat{ID: id, Org: ward.Organisation{ID: a.Org, Country: a.Country}, Role: a.Role, For: a.For})
		}
	}
	return out, nil
}

// Wear implements subscription.Hats.
func (w *World) Wear(_ context.Context, person ward.PersonID, hat string) (ward.Actor, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if a, ok := w.Wardrobe[hat]; ok && a.Person == person {
		return a, nil
	}
	return ward.Actor{}, ward.Fail(ward.NotFound, "")
}

// Beside implements alert.Sightings.
func (w *World) Beside(context.Context, ward.OrgID, string) (int, error) { return w.SeenBeside, nil }

// Sighted implements alert.Sightings.
func (w *World) Sighted(_ context.Context, subject string) (ward.Sighted, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s, ok := w.Seen[subject]
	if !ok {
		return s, ward.Fail(ward.NotFound, "")
	}
	return s, nil
}

// Teams implements alert.Teams.
func (w *World) Teams(_ context.Context, c ward.Country) ([]ward.OrgID, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []ward.OrgID
	for _, o := range w.Orgs {
		if o.Kind == ward.KindCSIRT && o.Country == c {
			out = append(out, o.ID)
		}
	}
	return out, nil
}
