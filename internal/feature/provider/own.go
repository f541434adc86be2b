package provider

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/outbound"
	"parley/internal/kit/seal"
	"parley/internal/llm/catalog"
)

// ownKey is what a user gave to a provider: a key, an address, or both.
type ownKey struct {
	provider string // in lower case
	key      seal.Secret
	baseURL  string
	// place is the server that the key was given for, as "host:port": it goes to no
	// other, also when the provider's address changes. Empty is not known.
	place string
	// expires is when it no longer holds; zero is never.
	expires time.Time
	updated time.Time
	err     error // why the key does not open
}

func (k ownKey) expired() bool { return !k.expires.IsZero() && !time.Now().Before(k.expires) }

func sealedForUser(user identity.UserID, provider string) seal.Context {
	return seal.Context{Kind: "user's provider key", Owner: string(user) + "/" + fold(provider)}
}

// saveOwn stores what a user gave to a provider.
func (s store) saveOwn(ctx context.Context, q db.Querier, user identity.UserID, k ownKey) error {
	sealed := ""
	if k.key != "" {
		sealed = s.box.Seal(k.key, sealedForUser(user, k.provider))
	}
	expires := int64(0)
	if !k.expires.IsZero() {
		expires = db.Millis(k.expires)
	}
	_, err := q.Exec(ctx, `INSERT INTO provider_keys (user_id, provider, base_url, sealed_key, expires_at, updated_at, place)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (user_id, provider) DO UPDATE SET base_url = EXCLUDED.base_url, sealed_key = EXCLUDED.sealed_key, place = EXCLUDED.place,
		expires_at = EXCLUDED.expires_at, updated_at = EXCLUDED.updated_at`,
		user, fold(k.provider), k.baseURL, sealed, expires, db.Millis(k.updated), k.place)
	if err != nil {
		return fmt.Errorf("save a user's key of provider %s: %w", k.provider, err)
	}
	return nil
}

// listOwn returns what a user gave, by provider.
func (s store) listOwn(ctx context.Context, q db.Querier, user identity.UserID) (keys map[string]ownKey, err error) {
	rows, err := q.Query(ctx, `SELECT provider, base_url, place, sealed_key, expires_at, updated_at FROM provider_keys WHERE user_id = $1`, user)
	if err != nil {
		return nil, fmt.Errorf("list a user's provider keys: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	keys = map[string]ownKey{}
	for rows.Next() {
		var k ownKey
		var sealed string
		var expires, updated int64
		if err := rows.Scan(&k.provider, &k.baseURL, &k.place, &sealed, &expires, &updated); err != nil {
			return nil, fmt.Errorf("list a user's provider keys: %w", err)
		}
		if expires > 0 {
			k.expires = db.Time(expires)
		}
		k.updated = db.Time(updated)
		if sealed != "" {
			k.key, k.err = s.box.Open(sealed, sealedForUser(user, k.provider))
		}
		keys[k.provider] = k
	}
	return keys, rows.Err()
}

// deleteOwn deletes a user's key of one provider, or all of them for "".
func (store) deleteOwn(ctx context.Context, q db.Querier, user identity.UserID, provider string) error {
	_, err := q.Exec(ctx, `DELETE FROM provider_keys WHERE user_id = $1 AND ($2 = '' OR provider = $2)`, user, fold(provider))
	if err != nil {
		return fmt.Errorf("delete a user's provider keys: %w", err)
	}
	return nil
}

// owned are the providers of single users that were used lately.
type owned struct {
	mu  sync.Mutex
	all map[ownedBy]*ownedProvider
}

type ownedBy struct {
	user     identity.UserID
	provider string
}

type ownedProvider struct {
	*provider
	used time.Time
}

const (
	// mostOwned bounds how many providers of single users are kept in memory,
	// idleOwned for how long one is that nobody uses.
	mostOwned = 2000
	idleOwned = time.Hour
)

// get returns the user's provider as d says, made if need be.
func (o *owned) get(user identity.UserID, d definition, build func() *provider) *provider {
	o.mu.Lock()
	defer o.mu.Unlock()
	at := ownedBy{user, fold(d.name)}
	known := o.all[at]
	if known == nil || !known.is(d) {
		o.sweep()
		known = &ownedProvider{provider: build()}
		if o.all == nil {
			o.all = map[ownedBy]*ownedProvider{}
		}
		o.all[at] = known
	}
	known.used = time.Now()
	return known.provider
}

// sweep lets go of what was not used for long. The caller holds the lock.
func (o *owned) sweep() {
	for at, p := range o.all {
		if len(o.all) >= mostOwned || time.Since(p.used) > idleOwned {
			delete(o.all, at)
		}
	}
}

// forget lets go of a user's provider, or of all of the user's for "".
func (o *owned) forget(user identity.UserID, provider string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for at := range o.all {
		if at.user == user && (provider == "" || at.provider == fold(provider)) {
			delete(o.all, at)
		}
	}
}

// recent are those whose lists are worth keeping fresh.
func (o *owned) recent() []*provider {
	o.mu.Lock()
	defer o.mu.Unlock()
	var all []*provider
	for _, p := range o.all {
		if time.Since(p.used) < idleOwned {
			all = append(all, p.provider)
		}
	}
	return all
}

// personal returns a provider as it is for one user: with their own key, at
// their own address. It returns [ErrKeyNeeded] or [ErrKeyExpired].
func (s *Service) personal(ctx context.Context, user identity.UserID, p *provider) (*provider, error) {
	if user == "" {
		return nil, ErrModel
	}
	var k ownKey
	if p.asks.any() {
		keys, err := s.store.listOwn(ctx, s.config.DB, user)
		if err != nil {
			return nil, err
		}
		k = keys[fold(p.name)]
	}
	return s.personalWith(user, p, k)
}

func (s *Service) personalWith(user identity.UserID, p *provider, k ownKey) (*provider, error) {
	d, err := p.with(k)
	if err != nil {
		return nil, err
	}
	return s.owned.get(user, d, func() *provider { return s.makeOwn(user, d) }), nil
}

// with returns the definition completed by what a user gave.
func (d definition) with(k ownKey) (definition, error) {
	if d.asks.any() {
		switch {
		case k.provider == "":
			return d, ErrKeyNeeded
		case k.err != nil:
			return d, k.err
		case k.expired():
			return d, ErrKeyExpired
		}
	}
	if d.asks.Key {
		if d.keys = secrets(k.key); len(d.keys) == 0 && !isLocal(k.baseURL) {
			return d, ErrKeyNeeded
		}
	}
	if d.asks.BaseURL {
		if d.baseURL = k.baseURL; d.baseURL == "" {
			return d, ErrKeyNeeded
		}
		d.dialect = ownDialect(d)
	}
	if len(d.keys) > 0 && d.asks.Key && k.place != "" && k.place != d.place() {
		return d, ErrKeyNeeded
	}
	return d, nil
}

// place is the server that a provider's calls go to, as "host:port"; empty where
// its protocol alone says where that is.
func (d definition) place() string {
	place, err := hostPort(d.baseURL)
	if err != nil {
		return ""
	}
	return place
}

// ownDialect is how the server at a user's own address is spoken to.
func ownDialect(d definition) string {
	if d.kind != catalog.Custom || d.dialect == catalog.Anthropic {
		return d.dialect
	}
	return dialectOf(d.name, d.baseURL)
}

// makeOwn makes the provider of one user.
func (s *Service) makeOwn(user identity.UserID, d definition) *provider {
	plain := d
	plain.asks.BaseURL = true // no client yet: the address may be the user's
	p := s.provider(plain, nil)
	p.definition, p.user = d, user
	client, err := s.ownClient(d)
	p.client = client
	if err == nil && d.cloud.vertex {
		err = p.openVertex()
	}
	if err != nil {
		p.set(nil, time.Time{}, err)
	}
	s.poke()
	return p
}

// ownClient returns the client of a provider of one user. An address that the
// user wrote gets none of what the admin's addresses are allowed: it has to be
// public, or on the admin's list, and no redirect is followed.
func (s *Service) ownClient(d definition) (*http.Client, error) {
	if !d.asks.BaseURL {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.client(d)
	}
	place, err := hostPort(d.baseURL)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(d.baseURL)
	if err != nil {
		return nil, ErrBaseURL.Because(err)
	}
	port := place[len(place)-len(u.Port()):]
	if u.Port() == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	options, err := s.through(d.tuning.Proxy)
	if err != nil {
		return nil, err
	}
	client, err := options.Client(outbound.Policy{
		Purpose: "users_provider", Allow: s.allowed(), Ports: []string{port}, Stream: true,
	})
	if err != nil {
		return nil, ErrBaseURL.Because(err)
	}
	return client, nil
}

// allowed are the private addresses that users' own base URLs may lead to.
func (s *Service) allowed() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.endpoints.AllowedAddresses)
}

// exportOwn is what a user gets to see of what they gave: no keys.
func (s *Service) exportOwn(ctx context.Context, user identity.UserID) ([]byte, error) {
	keys, err := s.store.listOwn(ctx, s.config.DB, user)
	if err != nil {
		return nil, err
	}
	type line struct {
		Provider  string     `json:"provider"`
		BaseURL   string     `json:"baseUrl,omitempty"`
		KeySet    bool       `json:"keySet"`
		ExpiresAt *time.Time `json:"expiresAt,omitempty"`
		UpdatedAt time.Time  `json:"updatedAt"`
	}
	lines := []line{}
	for _, k := range keys {
		l := line{Provider: k.provider, BaseURL: k.baseURL, KeySet: k.key != "" || k.err != nil, UpdatedAt: k.updated}
		if !k.expires.IsZero() {
			l.ExpiresAt = &k.expires
		}
		lines = append(lines, l)
	}
	slices.SortFunc(lines, func(a, b line) int { return compareFold(a.Provider, b.Provider) })
	return json.Marshal(map[string]any{"keys": lines})
}
