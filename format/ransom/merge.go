package ransom

import (
	"cmp"
	"slices"
)

// merged joins entries that speak of one family, because catalogues list many
// twice ("Medusa", "medusa"; "Dharma Ransomware", "dharma"):
//
//   - entries whose names are equal after key are one family;
//   - an entry whose synonym is another entry's name joins it: so the galaxy
//     counts BitPaymer with DoppelPaymer;
//   - a synonym that two entries only share joins nothing: "Purge" is said of
//     three generations of Globe, for which different decryptors exist.
//
// The first entry's name stays; later names become aliases.
func merged(families []Family) []Family {
	parent := make([]int, len(families))
	for i := range parent {
		parent[i] = i
	}
	root := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	join := func(a, b int) {
		a, b = root(a), root(b)
		parent[max(a, b)] = min(a, b)
	}
	named := map[string]int{}
	for i, f := range families {
		if k := key(f.Name); k != "" {
			if first, ok := named[k]; ok {
				join(first, i)
			} else {
				named[k] = i
			}
		}
	}
	for i, f := range families {
		for _, alias := range f.Aliases {
			if other, ok := named[key(alias)]; ok {
				join(other, i)
			}
		}
	}
	place := map[int]int{}
	var out []Family
	for i, f := range families {
		r := root(i)
		at, ok := place[r]
		if !ok {
			place[r] = len(out)
			out = append(out, f)
			continue
		}
		out[at].absorb(f)
	}
	for i := range out {
		out[i].tidy()
	}
	return out
}

// absorb takes over what another entry of the same family knows.
func (f *Family) absorb(o Family) {
	f.Aliases = append(append(slices.Clone(f.Aliases), o.Name), o.Aliases...)
	f.NoteNames = append(slices.Clone(f.NoteNames), o.NoteNames...)
	f.Extensions = append(slices.Clone(f.Extensions), o.Extensions...)
	f.Addresses = append(slices.Clone(f.Addresses), o.Addresses...)
	f.Phrases = append(slices.Clone(f.Phrases), o.Phrases...)
	f.Markers = append(slices.Clone(f.Markers), o.Markers...)
	f.Decryptors = append(slices.Clone(f.Decryptors), o.Decryptors...)
	f.Sources = append(slices.Clone(f.Sources), o.Sources...)
	f.Years, f.Health = cmp.Or(f.Years, o.Years), cmp.Or(f.Health, o.Health)
}

// tidy removes what is said twice.
func (f *Family) tidy() {
	names := map[string]bool{key(f.Name): true}
	f.Aliases = slices.DeleteFunc(f.Aliases, func(a string) bool {
		k := key(a)
		again := k == "" || names[k]
		names[k] = true
		return again
	})
	for _, list := range []*[]string{&f.NoteNames, &f.Extensions, &f.Addresses, &f.Sources} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
}
