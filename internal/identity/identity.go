// Package identity knows who is who: users with their passwords, the sessions
// of browsers and the API keys of programs, and the [Principal] that a request
// carries.
//
// It decides who someone is, not what they may do (package access), and has no
// routes of its own: those are in the features signin, account and setup. Its
// look-ups take no scope, since they come before one is known.
package identity

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/audit"
	"parley/internal/kit/db"
	"parley/internal/kit/limit"
	"parley/internal/kit/rest"
)

// Migrations makes the tables of users, sessions and API keys.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Lifetimes say how long a session lasts.
type Lifetimes struct {
	// Idle ends a session that was not used for this long, unless its user asked
	// to be kept signed in.
	Idle time.Duration
	// Absolute ends every session this long after it began.
	Absolute time.Duration
}

// Config is what a [Service] needs; all but DB may be left out.
type Config struct {
	DB  *db.DB
	Log *slog.Logger
	// Lifetimes returns the lifetimes in force; a change applies to existing
	// sessions at once. The default is a day and 30 days.
	Lifetimes func() Lifetimes
	// Rules hold until [Service.Configure] gives others.
	Rules Rules
	// Proxies may say in X-Forwarded-For who the client is.
	Proxies limit.Proxies
	// Now is the clock; time.Now by default.
	Now func() time.Time
}

// Rules are what an administrator decides about signing in.
type Rules struct {
	// Secure marks the cookie for https alone.
	Secure bool
	// MinPassword is how many characters a new password has to have; 0 is 8.
	MinPassword int
}

// Service keeps users, sessions and API keys. It is safe for concurrent use.
type Service struct {
	db        *db.DB
	log       *slog.Logger
	lifetimes func() Lifetimes
	rules     atomic.Pointer[Rules]
	proxies   limit.Proxies
	unheard   sync.Once // that a proxy is not trusted
	now       func() time.Time

	passwords *passwords
	attempts  attempts
	cache     cache
	stamps    stamps

	listeners struct {
		sync.Mutex
		all []func(Revocation)
	}
	bound struct {
		sync.Mutex
		all map[*binding]struct{}
	}
}

// binding ends what goes on for a principal when that is revoked.
type binding struct {
	principal Principal
	end       context.CancelFunc
}

// New returns a service over a database that has the [Migrations].
func New(c Config) *Service {
	s := &Service{
		db: c.DB, log: c.Log, lifetimes: c.Lifetimes, proxies: c.Proxies, now: c.Now,
		passwords: newPasswords(), attempts: newAttempts(),
	}
	s.Configure(c.Rules)
	s.bound.all = map[*binding]struct{}{}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.lifetimes == nil {
		s.lifetimes = func() Lifetimes { return Lifetimes{Idle: 24 * time.Hour, Absolute: 30 * 24 * time.Hour} }
	}
	if s.now == nil {
		s.now = time.Now
	}
	return s
}

// Configure puts other rules in force, for cookies and passwords to come.
func (s *Service) Configure(r Rules) {
	if r.MinPassword == 0 {
		r.MinPassword = minPasswordChars
	}
	s.rules.Store(&r)
}

// Rules are those in force.
func (s *Service) Rules() Rules { return *s.rules.Load() }

// Revocation says what has ended: one session, one key, all sessions of a user,
// or without any of these all sessions and keys.
type Revocation struct {
	User    UserID
	Session SessionID
	Key     KeyID
	// Sessions means all of the user's sessions but Except.
	Sessions bool
	Except   SessionID
}

// Covers reports whether p has ended with r.
func (r Revocation) Covers(p Principal) bool {
	switch {
	case r.User != p.User:
		return false
	case r.Session != "":
		return p.Session == r.Session
	case r.Key != "":
		return p.Key == r.Key
	case r.Sessions:
		return p.Session != "" && p.Session != r.Except
	}
	return true
}

// OnRevoke has f called after something was revoked by this process, so that
// open connections can be closed. What another process revokes is noticed by
// [Service.Check].
func (s *Service) OnRevoke(f func(Revocation)) {
	s.listeners.Lock()
	defer s.listeners.Unlock()
	s.listeners.all = append(s.listeners.all, f)
}

// revoke makes r hold at once in this process. It is called after the commit.
func (s *Service) revoke(r Revocation) {
	s.cache.drop(r)
	s.listeners.Lock()
	all := s.listeners.all
	s.listeners.Unlock()
	for _, f := range all {
		f(r)
	}
	s.bound.Lock()
	defer s.bound.Unlock()
	for b := range s.bound.all {
		if r.Covers(b.principal) {
			b.end()
		}
	}
}

// Bound returns a context that also ends when this process revokes what the
// caller of ctx is signed in with. It is for answers that take long; the function
// frees what it holds.
func (s *Service) Bound(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, end := context.WithCancel(ctx)
	p, ok := From(ctx)
	if !ok {
		return ctx, end
	}
	b := &binding{p, end}
	s.bound.Lock()
	defer s.bound.Unlock()
	s.bound.all[b] = struct{}{}
	return ctx, func() {
		end()
		s.bound.Lock()
		defer s.bound.Unlock()
		delete(s.bound.all, b)
	}
}

// Run keeps house until ctx ends: it writes last-used stamps in batches and
// deletes sessions that are over.
func (s *Service) Run(ctx context.Context) error {
	const every, purgeEvery = 30 * time.Second, 10 * time.Minute
	tick := time.NewTicker(every)
	defer tick.Stop()
	var purged time.Time
	for {
		select {
		case <-ctx.Done():
			return s.flush(context.WithoutCancel(ctx))
		case <-tick.C:
		}
		s.cache.sweep(s.now())
		err := s.flush(ctx)
		if now := s.now(); now.Sub(purged) >= purgeEvery {
			purged = now
			err = errors.Join(err, s.purge(ctx))
		}
		if err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "sessions were not tidied up", "error", err)
		}
	}
}

// Entry begins an entry of the audit with what ctx tells: who, from where, in
// which request. Without a request the command line did it.
func Entry(ctx context.Context, action audit.Action, target string) audit.Entry {
	e := audit.Entry{Action: action, Target: target, RequestID: rest.RequestID(ctx)}
	client, isRequest := ClientFrom(ctx)
	if isRequest {
		e.Address = client.address()
	}
	p, ok := From(ctx)
	switch {
	case ok:
		e.Actor = string(p.User)
	case !isRequest:
		e.Actor = audit.CLI
	}
	return e
}
