package turn

import (
	"context"
	"time"
)

// PatienceTest says how long writes of one turn are tried that always fail with
// err, and how often, and whether a stop of the server ends the waiting.
func PatienceTest(err error, writes int, hurried bool) (took time.Duration, tries int) {
	s := &Service{hurry: make(chan struct{})}
	if hurried {
		close(s.hurry)
	}
	r, began := &run{}, time.Now()
	for range writes {
		_ = s.patiently(r, func() error { tries++; return err })
	}
	return time.Since(began), tries
}

// Patience is what a turn has of it.
const Patience = patience

// PurgeTest does what is done once an hour.
func (s *Service) PurgeTest(ctx context.Context) error { return s.purge(ctx) }
