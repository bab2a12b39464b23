package sigma

// Correlated says what a correlation joined.
type Correlated struct{}

type chained struct{}

func (e *Engine) chain(rules []*Rule, opts Options) []Refused { return nil }
