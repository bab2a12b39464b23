package version

// modelLike reports whether a single listed text looks like a model or order
// number rather than a release: "MMT-1715", "7100", "PM554-TP-ETH". Advisories
// put such texts into product_version leaves.
func (v *Version) modelLike() bool {
	if v.scheme != Dotted && v.scheme != Letter || len(v.parts) == 0 || v.quals != [qualCount]uint32{} {
		return false
	}
	if v.scheme == Letter && len(v.parts) == 2 {
		return v.parts[1].kind != number || v.parts[1].width >= 3
	}
	if dots(v.text) > 0 || isYear(int(v.parts[0].num)) && v.parts[0].num < 3000 {
		return false
	}
	return len(v.parts) > 1 || v.parts[0].width >= 3
}

func dots(s string) int {
	n := 0
	for i := 1; i+1 < len(s); i++ {
		if s[i] == '.' && (isDigit(s[i-1]) || isDigit(s[i+1])) {
			n++
		}
	}
	return n
}

// sameShape reports whether two model-like texts count in the same way, so
// that an unequal one is known to be another.
func (v *Version) sameShape(w *Version) bool {
	if v.label != w.label || len(v.parts) != len(w.parts) || !v.modelLike() {
		return false
	}
	for i, p := range v.parts {
		if p.kind != w.parts[i].kind || p.kind == number && p.width != w.parts[i].width {
			return false
		}
	}
	return true
}
