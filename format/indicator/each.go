package indicator

// Each gives every indicator of the index in the order in which it was built,
// until the function returns an error, which it returns. A damaged record is
// an error.
func (x *Index) Each(do func(Indicator) error) error {
	var pattern *Indicator
	left := uint64(0)
	for at := uint64(1); at < uint64(len(x.records)); {
		r, ok := readRecord(x.records, at)
		if !ok {
			return damaged("records")
		}
		at += uint64(len(r.append(nil)))
		in := x.indicator(&r)
		switch {
		case r.kind == kindAll:
			pattern, left = &in, r.parts
			pattern.Value = string(r.key)
			continue
		case r.all > 0 && pattern != nil:
			if pattern.All = append(pattern.All, in); uint64(len(pattern.All)) < left {
				continue
			}
			in, pattern = *pattern, nil
		}
		if err := do(in); err != nil {
			return err
		}
	}
	return nil
}
