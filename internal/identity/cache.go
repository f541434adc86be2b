package identity

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"parley/internal/kit/db"
)

const (
	// recheck is how long a credential is believed without asking the database:
	// what another process revokes works no longer than this.
	recheck = 30 * time.Second
	// maxCached bounds the memory of the cache.
	maxCached = 10_000
)

// credential is a session or a key as it was last read, and when that was.
type credential struct {
	principal Principal
	// The times are of sessions alone.
	keep    bool
	created time.Time
	used    time.Time
	ends    time.Time
	readAt  time.Time
}

// alive reports whether the credential is still good at now; keys always are.
func (c credential) alive(now time.Time, l Lifetimes) bool {
	if c.principal.Key != "" {
		return true
	}
	return now.Before(sessionEnd(c.keep, c.created, c.used, c.ends, l))
}

// sessionEnd is when a session ends unless it is used again. The end that was
// set when it began is never moved back, only forward by shorter lifetimes.
func sessionEnd(keep bool, created, used, ends time.Time, l Lifetimes) time.Time {
	if by := created.Add(l.Absolute); by.Before(ends) {
		ends = by
	}
	if by := used.Add(l.Idle); !keep && by.Before(ends) {
		ends = by
	}
	return ends
}

// cache holds the credentials in use by the hash of their token. Only what was
// found is kept, so that new sessions, keys and users work at once.
type cache struct {
	mu     sync.Mutex
	byHash map[string]credential
	// drops counts revocations: what was read before one is not stored after it.
	drops uint64
}

func (c *cache) get(hash string) (found credential, ok bool, drops uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok = c.byHash[hash]
	return found, ok, c.drops
}

// put stores what was read when the count of drops was this.
func (c *cache) put(hash string, found credential, drops uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if drops != c.drops {
		return
	}
	if c.byHash == nil {
		c.byHash = map[string]credential{}
	}
	if len(c.byHash) >= maxCached {
		for other := range c.byHash { // it is read again when it is used again
			delete(c.byHash, other)
			break
		}
	}
	c.byHash[hash] = found
}

// touch remembers that a session was used.
func (c *cache) touch(hash string, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if found, ok := c.byHash[hash]; ok {
		found.used = now
		c.byHash[hash] = found
	}
}

func (c *cache) drop(r Revocation) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drops++
	for hash, found := range c.byHash {
		if r.Covers(found.principal) {
			delete(c.byHash, hash)
		}
	}
}

// sweep forgets what was not read again lately, which is what nobody uses.
func (c *cache) sweep(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for hash, found := range c.byHash {
		if now.Sub(found.readAt) > 2*recheck {
			delete(c.byHash, hash)
		}
	}
}

// stamps collects when sessions and keys were used last, to be written in one
// transaction now and then instead of one per request.
type stamps struct {
	mu       sync.Mutex
	sessions map[SessionID]time.Time
	keys     map[KeyID]time.Time
}

func (s *stamps) mark(p Principal, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sessions == nil {
		s.sessions, s.keys = map[SessionID]time.Time{}, map[KeyID]time.Time{}
	}
	now = now.UTC().Truncate(time.Millisecond) // as it is stored
	switch {
	case p.Session != "":
		s.sessions[p.Session] = now
	case p.Key != "":
		s.keys[p.Key] = now
	}
}

// session returns the later of used and what is not written yet.
func (s *stamps) session(session SessionID, used time.Time) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at := s.sessions[session]; at.After(used) {
		return at
	}
	return used
}

func (s *stamps) key(key KeyID, used time.Time) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at := s.keys[key]; at.After(used) {
		return at
	}
	return used
}

func (s *stamps) snapshot() (map[SessionID]time.Time, map[KeyID]time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.sessions), maps.Clone(s.keys)
}

// written forgets the stamps that are in the database and did not move since.
func (s *stamps) written(sessions map[SessionID]time.Time, keys map[KeyID]time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, at := range sessions {
		if s.sessions[id].Equal(at) {
			delete(s.sessions, id)
		}
	}
	for id, at := range keys {
		if s.keys[id].Equal(at) {
			delete(s.keys, id)
		}
	}
}

// flush writes the stamps.
func (s *Service) flush(ctx context.Context) error {
	sessions, keys := s.stamps.snapshot()
	if len(sessions)+len(keys) == 0 {
		return nil
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		for id, at := range sessions {
			if _, err := tx.Exec(ctx, `UPDATE sessions SET last_used_at = $2 WHERE id = $1 AND last_used_at < $2`, string(id), db.Millis(at)); err != nil {
				return err
			}
		}
		for id, at := range keys {
			if _, err := tx.Exec(ctx, `UPDATE api_keys SET last_used_at = $2 WHERE id = $1 AND last_used_at < $2`, string(id), db.Millis(at)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("write last-used stamps: %w", err)
	}
	s.stamps.written(sessions, keys)
	return nil
}

// purge deletes the sessions that are over.
func (s *Service) purge(ctx context.Context) error {
	now, l := s.now(), s.lifetimes()
	_, err := s.db.Exec(ctx, `DELETE FROM sessions WHERE expires_at <= $1 OR created_at <= $2 OR (NOT keep AND last_used_at <= $3)`,
		db.Millis(now), db.Millis(now.Add(-l.Absolute)), db.Millis(now.Add(-l.Idle)))
	if err != nil {
		return fmt.Errorf("delete sessions that are over: %w", err)
	}
	return nil
}
