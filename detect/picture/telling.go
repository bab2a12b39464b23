package picture

import (
	"context"
	"time"

	"ward"
	"ward/kit/event"
)

// Tell folds a fact in as if the bus told it at a time: for tests and trials of
// what stands on the picture.
func Tell(s *Service, at time.Time, f ward.IncidentReported) error {
	return s.onReported(context.Background(), event.Meta{ID: ward.EventID("told " + f.Sending), At: at}, f)
}
