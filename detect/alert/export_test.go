package alert

import "context"

// CarryOf shows the rule of channels to the tests of its property.
var CarryOf = carry

// Expand writes the inboxes and deliveries of all issues at once, which the jobs
// do otherwise.
func (s *Service) Expand(ctx context.Context, issues int64) error {
	for issue := int64(1); issue <= issues; issue++ {
		for n := 1; n > 0; {
			var err error
			if n, err = s.expand(ctx, issue); err != nil {
				return err
			}
		}
	}
	return nil
}
