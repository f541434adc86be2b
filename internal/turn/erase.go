package turn

import (
	"context"
	"errors"
	"fmt"

	"parley/internal/access"
	"parley/internal/identity"
	"parley/internal/kit/db"
)

// Erase ends the turns of a user and deletes what the journal has of them. The
// turns themselves go with their chats.
func (s *Service) Erase(ctx context.Context, user identity.UserID) error {
	ids, err := s.turnsOf(ctx, user)
	if err != nil {
		return fmt.Errorf("erase turns: %w", err)
	}
	scope := access.Scope{User: user}
	for _, id := range ids {
		l := s.get(id)
		if l == nil {
			continue
		}
		if _, err := s.Stop(ctx, scope, id); err != nil {
			return fmt.Errorf("erase turns: %w", err)
		}
		if err := l.wait(ctx); err != nil {
			return fmt.Errorf("erase turns: %w", err)
		}
	}
	if err := s.journal.flush(ctx); err != nil { // so that no row comes later
		return err
	}
	const batch = 500
	for start := 0; start < len(ids); start += batch {
		some := ids[start:min(start+batch, len(ids))]
		args := make([]any, len(some))
		for i, id := range some {
			args[i] = string(id)
		}
		if _, err := s.Journal.Exec(ctx, `DELETE FROM journal WHERE turn_id IN (`+db.Placeholders(1, len(some))+`)`, args...); err != nil {
			return fmt.Errorf("erase journal: %w", err)
		}
	}
	return nil
}

func (s *Service) turnsOf(ctx context.Context, user identity.UserID) (ids []ID, err error) {
	rows, err := s.DB.Query(ctx, `SELECT id FROM turns WHERE user_id = $1`, user)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var id ID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// wait returns once the turn has ended.
func (l *live) wait(ctx context.Context) error {
	reader, leave := l.subscribe()
	defer leave()
	for !l.hasEnded() {
		select {
		case <-reader.wake:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}
