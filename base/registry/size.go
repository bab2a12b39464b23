package registry

// Size is the size class of an enterprise after Recommendation 2003/361/EC,
// Annex Art. 2. Partner and linked enterprises and the two-year rule (Art. 4(2)
// and 6) are not computed: the figures given are taken as already added up.
type Size string

// Size classes. SizeUnknown means that a figure is missing which decides.
const (
	SizeUnknown Size = ""
	SizeMicro   Size = "micro"
	SizeSmall   Size = "small"
	SizeMedium  Size = "medium"
	SizeLarge   Size = "large"
)

// answer has three values: a missing figure is never read as small.
type answer int8

const (
	unsure answer = iota
	no
	yes
)

// ceilings of a class: an enterprise within them has fewer people than head,
// and a turnover of at most turnover or a balance of at most balance, in euro.
type ceilings struct{ head, turnover, balance int64 }

// SizeOf gives the size class of the figures; nil is an unknown one.
func SizeOf(headcount, turnover, balance *int64) Size {
	for _, step := range []struct {
		above ceilings
		size  Size
	}{
		{ceilings{250, 50_000_000, 43_000_000}, SizeLarge},
		{ceilings{50, 10_000_000, 10_000_000}, SizeMedium},
		{ceilings{10, 2_000_000, 2_000_000}, SizeSmall},
	} {
		switch step.above.exceeded(headcount, turnover, balance) {
		case yes:
			return step.size
		case unsure:
			return SizeUnknown
		}
	}
	return SizeMicro
}

// exceeded: the head count exceeds alone; of the money, both figures must, as
// the class is met by either of them.
func (c ceilings) exceeded(headcount, turnover, balance *int64) answer {
	head := over(headcount, c.head-1)
	if head == yes {
		return yes
	}
	money := both(over(turnover, c.turnover), over(balance, c.balance))
	if money == yes {
		return yes
	}
	if head == no && money == no {
		return no
	}
	return unsure
}

// over asks whether v exceeds limit; nobody knows of an unknown figure.
func over(v *int64, limit int64) answer {
	switch {
	case v == nil:
		return unsure
	case *v > limit:
		return yes
	}
	return no
}

// both is yes if a and b are, no if one is no.
func both(a, b answer) answer {
	switch {
	case a == no || b == no:
		return no
	case a == yes && b == yes:
		return yes
	}
	return unsure
}
