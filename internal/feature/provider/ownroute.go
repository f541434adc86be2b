package provider

import (
	"context"
	"strings"
	"time"

	"parley/internal/access"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/rest"
	"parley/internal/kit/seal"
	"parley/internal/llm"
)

// OwnKey is what a user gave to a provider, without the key itself.
type OwnKey struct {
	Provider string       `json:"provider"`
	Label    string       `json:"label"`
	Icon     string       `json:"icon"`
	Asks     Asks         `json:"asks"`
	State    llm.KeyState `json:"state" enum:"missing,set,expired"`
	// BaseURL is the user's own address, where the provider asks for one.
	BaseURL   string     `json:"baseUrl,omitempty"`
	ExpiresAt *time.Time `json:"expiresAt,omitempty"`
	UpdatedAt *time.Time `json:"updatedAt,omitempty"`
}

type ownKeysOut struct {
	Items []OwnKey `json:"items"`
}

type ownKeyIn struct {
	Provider string `path:"provider"`
	Force    bool   `query:"force"`
	Body     struct {
		Key     seal.Secret `json:"key,omitempty" doc:"Empty keeps the one that is stored"`
		BaseURL string      `json:"baseUrl,omitempty" maxLength:"2000"`
		// ExpiresAt is when the key is no longer used; absent is never.
		ExpiresAt *time.Time `json:"expiresAt,omitempty"`
	}
}

type ownNameIn struct {
	Provider string `path:"provider"`
}

func (s *Service) ownRoutes(r *rest.Router) {
	rest.Handle(r, "GET /api/me/provider-keys", access.SignedIn, s.listOwn, rest.Summary("Providers that I bring a key to"))
	rest.Handle(r, "PUT /api/me/provider-keys/{provider}", access.SignedIn, s.putOwn, rest.Summary("Give a provider a key of mine"))
	rest.Handle(r, "DELETE /api/me/provider-keys/{provider}", access.SignedIn, s.deleteOwn, rest.Summary("Take back my key of a provider"))
	rest.Handle(r, "DELETE /api/me/provider-keys", access.SignedIn, s.deleteAllOwn, rest.Summary("Take back all my keys of providers"))
}

func caller(ctx context.Context) identity.UserID {
	p, _ := identity.From(ctx) // the guard has made sure that there is one
	return p.User
}

func (s *Service) listOwn(ctx context.Context, _ *struct{}) (ownKeysOut, error) {
	out := ownKeysOut{Items: []OwnKey{}}
	keys, err := s.store.listOwn(ctx, s.config.DB, caller(ctx))
	if err != nil {
		return out, err
	}
	for _, p := range s.now.Load().order {
		if p.asks.any() {
			out.Items = append(out.Items, p.ownView(keys[fold(p.name)]))
		}
	}
	return out, nil
}

func (p *provider) ownView(k ownKey) OwnKey {
	v := OwnKey{Provider: p.name, Label: p.label, Icon: p.icon, Asks: p.asks, State: p.keyState(k), BaseURL: k.baseURL}
	if !k.expires.IsZero() {
		v.ExpiresAt = new(k.expires.UTC())
	}
	if !k.updated.IsZero() {
		v.UpdatedAt = new(k.updated.UTC())
	}
	return v
}

func (p *provider) keyState(k ownKey) llm.KeyState {
	switch _, err := p.with(k); {
	case err == nil:
		return llm.KeySet
	case k.provider != "" && k.expired():
		return llm.KeyExpired
	}
	return llm.KeyMissing
}

// asking returns a provider that asks users for something.
func (s *Service) asking(name string) (*provider, error) {
	p, ok := s.now.Load().byName[fold(name)]
	if !ok || !p.asks.any() {
		return nil, ErrNotFound
	}
	return p, nil
}

// putOwn tries what a user gives and keeps it, sealed.
func (s *Service) putOwn(ctx context.Context, in *ownKeyIn) (OwnKey, error) {
	user := caller(ctx)
	p, err := s.asking(in.Provider)
	if err != nil {
		return OwnKey{}, err
	}
	k, err := s.given(ctx, user, p, in)
	if err != nil {
		return OwnKey{}, err
	}
	d, err := p.with(k)
	if err != nil {
		return OwnKey{}, err
	}
	client, err := s.ownClient(d)
	if err != nil {
		return OwnKey{}, err
	}
	offers, tried := s.tryWith(ctx, d, client)
	if tried != nil && !in.Force {
		return OwnKey{}, failedTry(tried)
	}
	err = s.config.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error { return s.store.saveOwn(ctx, tx, user, k) })
	if err != nil {
		return OwnKey{}, err
	}
	s.owned.forget(user, p.name)
	if own, err := s.personalWith(user, p, k); err == nil && tried == nil {
		own.set(offers, time.Now(), nil)
	}
	s.config.OnChange()
	return p.ownView(k), nil
}

// given is what a user wants a provider to have, checked.
func (s *Service) given(ctx context.Context, user identity.UserID, p *provider, in *ownKeyIn) (ownKey, error) {
	k := ownKey{
		provider: fold(p.name), key: seal.Secret(strings.TrimSpace(in.Body.Key.Reveal())), updated: time.Now().Truncate(time.Millisecond),
	}
	if in.Body.ExpiresAt != nil {
		if !in.Body.ExpiresAt.After(time.Now()) {
			return k, ErrKeyExpired.Saying("Choose a time that is not over yet.")
		}
		k.expires = in.Body.ExpiresAt.Truncate(time.Millisecond)
	}
	if len(k.key) > 16<<10 || strings.ContainsAny(k.key.Reveal(), "\x00") {
		return k, ErrKeyForm
	}
	if p.asks.BaseURL {
		kind, _ := kindNamed(p.kind)
		kind.BaseURL = "" // the usual address is not the user's own
		given := strings.TrimSpace(in.Body.BaseURL)
		if given != "" && !strings.Contains(given, "://") {
			given = "https://" + given
		}
		var err error
		if k.baseURL, err = cleanBaseURL(kind, given); err != nil {
			return k, err
		}
	}
	at := p.definition
	if p.asks.BaseURL {
		at.baseURL = k.baseURL
	}
	k.place = at.place()
	if p.asks.Key && k.key == "" {
		before, err := s.store.listOwn(ctx, s.config.DB, user)
		if err != nil {
			return k, err
		}
		known := before[k.provider]
		if p.asks.BaseURL && known.baseURL != k.baseURL || known.place != k.place { // a stored key goes nowhere that it was not given for
			return k, ErrKey
		}
		k.key = known.key
		if k.key == "" {
			return k, ErrKey
		}
	}
	return k, nil
}

func (s *Service) deleteOwn(ctx context.Context, in *ownNameIn) (rest.None, error) {
	return rest.None{}, s.takeBack(ctx, caller(ctx), in.Provider)
}

func (s *Service) deleteAllOwn(ctx context.Context, _ *struct{}) (rest.None, error) {
	return rest.None{}, s.takeBack(ctx, caller(ctx), "")
}

func (s *Service) takeBack(ctx context.Context, user identity.UserID, provider string) error {
	if err := s.store.deleteOwn(ctx, s.config.DB, user, provider); err != nil {
		return err
	}
	s.owned.forget(user, provider)
	s.config.OnChange()
	return nil
}
