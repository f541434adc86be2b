package turn_test

import (
	"errors"
	"testing"
	"testing/synctest"

	"parley/internal/kit/db"
	"parley/internal/turn"
)

func TestWritesOfATurnShareTheirPatience(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err     error
		hurried bool
		waits   bool
	}{
		"full disk":              {db.ErrDiskFull, false, true},
		"busy":                   {db.ErrBusy, false, true},
		"full disk while we end": {db.ErrDiskFull, true, false},
		"something else":         {errors.New("broken"), false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const writes = 2 // the ledger's and the message's
				took, tries := turn.PatienceTest(c.err, writes, c.hurried)
				if took > turn.Patience || !c.waits && took > 0 || c.waits && took < turn.Patience/2 {
					t.Errorf("two writes waited %s together", took)
				}
				if tries < writes || !c.waits && tries > writes || c.waits && tries < 5 {
					t.Errorf("tried %d times", tries)
				}
			})
		})
	}
}
