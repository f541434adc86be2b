// Package account is what users do with their own account: their name, password
// and settings, the browsers and programs that are signed in as them, and taking
// their data with them or deleting it.
//
// It does not let anyone in; that is the feature signin.
package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"parley/internal/access"
	"parley/internal/feature"
	"parley/internal/identity"
	"parley/internal/kit/fault"
	"parley/internal/kit/rest"
	"parley/internal/kit/seal"
	"parley/internal/setting"
)

// Deps are what the feature needs.
type Deps struct {
	Identity *identity.Service
	Settings *setting.Service
	// Guards gets the kinds "session" and "key".
	Guards *access.Guards
	// Export writes all that the server keeps of a user as a ZIP archive.
	Export func(ctx context.Context, user identity.UserID, w io.Writer) error
	// Erase deletes all that the server keeps of a user, and the user.
	Erase func(ctx context.Context, user identity.UserID) error
	// Deletion reports whether users may delete their accounts; nil is yes.
	Deletion func() bool
}

// ErrKept is returned where accounts are deleted by the administrator alone.
var ErrKept = fault.New(fault.Forbidden, "account_deletion_off", "Accounts are deleted by the administrator here.")

// Service is the feature.
type Service struct{ Deps }

// New returns the feature.
func New(d Deps) *Service {
	d.Guards.Register("session", d.Identity.SessionOwner)
	d.Guards.Register("key", d.Identity.KeyOwner)
	return &Service{Deps: d}
}

// Spec describes the feature. It has no Erase: the account itself is deleted by
// identity once all features have erased what they keep.
func (s *Service) Spec() feature.Spec {
	return feature.Spec{Name: "account", Routes: s.routes, Export: s.export}
}

func (s *Service) routes(r *rest.Router) {
	mySession, myKey := s.Guards.Owns("session", "session"), s.Guards.Owns("key", "key")
	rest.Handle(r, "GET /api/me", access.SignedIn, s.me, rest.Summary("Who I am"))
	rest.Handle(r, "PATCH /api/me", access.SignedIn, s.rename, rest.Summary("Change my name"))
	rest.Handle(r, "PUT /api/me/password", access.SignedIn, s.changePassword,
		rest.Summary("Change my password, which ends my other sessions"))
	rest.Raw(r, "GET /api/me/export", access.SignedIn, s.download, rest.Summary("All that is kept of me, as a ZIP archive"))
	rest.Handle(r, "POST /api/me/erase", access.SignedIn, s.erase, rest.Summary("Delete my account and all that belongs to it"))
	rest.Handle(r, "GET /api/me/settings", access.SignedIn, s.settings, rest.Summary("My settings"))
	rest.Handle(r, "PATCH /api/me/settings", access.SignedIn, s.changeSettings, rest.Summary("Change my settings"))
	rest.Handle(r, "GET /api/me/sessions", access.SignedIn, s.sessions, rest.Summary("Where I am signed in"))
	rest.Handle(r, "DELETE /api/me/sessions/{session}", mySession, s.endSession, rest.Summary("Sign a browser out"))
	rest.Handle(r, "GET /api/me/keys", access.SignedIn, s.keys, rest.Summary("My API keys"))
	rest.Handle(r, "POST /api/me/keys", access.SignedIn, s.createKey, rest.Summary("Make an API key, which is shown this once"))
	rest.Handle(r, "DELETE /api/me/keys/{key}", myKey, s.deleteKey, rest.Summary("Delete an API key"))
}

// caller is who asks; the guards have made sure that there is one.
func caller(ctx context.Context) identity.Principal {
	p, _ := identity.From(ctx)
	return p
}

func (s *Service) me(ctx context.Context, _ *struct{}) (identity.User, error) {
	return s.Identity.User(ctx, caller(ctx).User)
}

type rename struct {
	Body struct {
		Name *string `json:"name,omitempty"`
	}
}

func (s *Service) rename(ctx context.Context, in *rename) (identity.User, error) {
	if in.Body.Name == nil {
		return s.me(ctx, nil)
	}
	return s.Identity.Rename(ctx, caller(ctx).User, *in.Body.Name)
}

type changePassword struct {
	Body struct {
		Current seal.Secret `json:"current"`
		New     seal.Secret `json:"new"`
	}
}

func (s *Service) changePassword(ctx context.Context, in *changePassword) (rest.None, error) {
	return rest.None{}, s.Identity.ChangePassword(ctx, caller(ctx), in.Body.Current, in.Body.New)
}

// download sends the archive as it is made. One that fails on the way ends
// without the directory at its end: no one can take a part for the whole.
func (s *Service) download(w http.ResponseWriter, r *http.Request) error {
	name := "parley-" + time.Now().UTC().Format(time.DateOnly) + ".zip"
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
	if err := s.Export(r.Context(), caller(r.Context()).User, w); err != nil {
		return fmt.Errorf("export a user's data: %w", err)
	}
	return nil
}

type erase struct {
	Body struct {
		Password seal.Secret `json:"password"`
	}
}

// erase asks for the password again: a session that was left open must not be
// enough.
func (s *Service) erase(ctx context.Context, in *erase) (rest.None, error) {
	if s.Deletion != nil && !s.Deletion() {
		return rest.None{}, ErrKept
	}
	u, err := s.Identity.User(ctx, caller(ctx).User)
	if err != nil {
		return rest.None{}, err
	}
	if _, err := s.Identity.Authenticate(ctx, u.Email, in.Body.Password); errors.Is(err, identity.ErrCredentials) {
		return rest.None{}, identity.ErrWrongPassword
	} else if err != nil {
		return rest.None{}, err
	}
	if err := s.Erase(context.WithoutCancel(ctx), u.ID); err != nil { // nobody is left half erased by a closed page
		return rest.None{}, err
	}
	rest.SetCookie(ctx, s.Identity.ClearedCookie())
	return rest.None{}, nil
}

func (s *Service) settings(ctx context.Context, _ *struct{}) (setting.User, error) {
	return s.Settings.User(ctx, caller(ctx).User)
}

type changeSettings struct{ Body setting.UserPatch }

func (s *Service) changeSettings(ctx context.Context, in *changeSettings) (setting.User, error) {
	return s.Settings.ChangeUser(ctx, caller(ctx).User, in.Body)
}

// Sessions are the browsers where a user is signed in, newest first.
type Sessions struct {
	Items []identity.Session `json:"items"`
}

func (s *Service) sessions(ctx context.Context, _ *struct{}) (Sessions, error) {
	all, err := s.Identity.Sessions(ctx, caller(ctx))
	return Sessions{Items: all}, err
}

type oneSession struct {
	Session identity.SessionID `path:"session"`
}

func (s *Service) endSession(ctx context.Context, in *oneSession) (rest.None, error) {
	p := caller(ctx)
	if err := s.Identity.EndSession(ctx, p.User, in.Session); err != nil {
		return rest.None{}, err
	}
	if in.Session == p.Session {
		rest.SetCookie(ctx, s.Identity.ClearedCookie())
	}
	return rest.None{}, nil
}

// Keys are a user's API keys, newest first.
type Keys struct {
	Items []identity.Key `json:"items"`
}

func (s *Service) keys(ctx context.Context, _ *struct{}) (Keys, error) {
	all, err := s.Identity.Keys(ctx, caller(ctx).User)
	return Keys{Items: all}, err
}

type createKey struct {
	Body struct {
		Name string `json:"name"`
	}
}

// CreatedKey is an API key together with the key itself.
type CreatedKey struct {
	identity.Key
	Secret string `json:"key" doc:"The key itself. It is shown this once."`
}

func (s *Service) createKey(ctx context.Context, in *createKey) (CreatedKey, error) {
	key, secret, err := s.Identity.CreateKey(ctx, caller(ctx).User, in.Body.Name)
	if err != nil {
		return CreatedKey{}, err
	}
	rest.SetHeader(ctx, "Cache-Control", "no-store")
	return CreatedKey{Key: key, Secret: secret.Reveal()}, nil
}

type oneKey struct {
	Key identity.KeyID `path:"key"`
}

func (s *Service) deleteKey(ctx context.Context, in *oneKey) (rest.None, error) {
	return rest.None{}, s.Identity.DeleteKey(ctx, caller(ctx).User, in.Key)
}

// exported is what the account knows of a user; secrets are not part of it.
type exported struct {
	User     identity.User      `json:"user"`
	Settings setting.User       `json:"settings"`
	Sessions []identity.Session `json:"sessions"`
	Keys     []identity.Key     `json:"keys"`
}

func (s *Service) export(ctx context.Context, user identity.UserID, w io.Writer) error {
	var all exported
	var err error
	if all.User, err = s.Identity.User(ctx, user); err != nil {
		return fmt.Errorf("export the account: %w", err)
	}
	if all.Settings, err = s.Settings.User(ctx, user); err != nil {
		return fmt.Errorf("export the account: %w", err)
	}
	if all.Sessions, err = s.Identity.Sessions(ctx, identity.Principal{User: user}); err != nil {
		return fmt.Errorf("export the account: %w", err)
	}
	if all.Keys, err = s.Identity.Keys(ctx, user); err != nil {
		return fmt.Errorf("export the account: %w", err)
	}
	return json.NewEncoder(w).Encode(all)
}
