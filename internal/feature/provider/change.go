package provider

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"

	"parley/internal/audit"
	"parley/internal/kit/db"
	"parley/internal/kit/seal"
)

// change is like adding a provider anew under its name: what is not said stays.
func (s *Service) change(ctx context.Context, in *changeIn) (Configured, error) {
	p, ok := s.now.Load().byName[fold(in.Name)]
	if !ok || p.source == "" {
		return Configured{}, ErrNotFound
	}
	if p.source != UI {
		return Configured{}, ErrFixed
	}
	if in.Body.Revision != 0 && in.Body.Revision != p.revision {
		return Configured{}, ErrChanged
	}
	w := wish{name: p.name, kind: p.kind, baseURL: p.baseURL, models: p.models, options: p.options}
	set(&w.baseURL, in.Body.BaseURL)
	set(&w.models, in.Body.Models)
	set(&w.options, in.Body.Options)
	w.options.Proxy = strings.TrimSpace(w.options.Proxy)
	if err := checkProxy(w.options.Proxy); err != nil {
		return Configured{}, err
	}
	stored := p.keys
	if moves(p.baseURL, w.baseURL) || isHeard(p.definition, w) {
		stored = nil
	}
	if w.keys = keysOf(stored, in); len(w.keys) == 0 && len(p.keys) > 0 && len(stored) == 0 && in.Body.Key == nil {
		return Configured{}, ErrKey.Saying("A stored key goes to no other server than the one it was given for.")
	}
	d, err := s.define(w)
	if err != nil {
		return Configured{}, err
	}
	d.revision = p.revision // not that of later: somebody may change it while it is tried
	offers, err := s.try(ctx, d)
	if err == nil {
		err = s.tryKeys(ctx, w, secrets(in.Body.AddKeys...))
	}
	if err != nil && !in.Force {
		return Configured{}, failedTry(err)
	}
	saved := s.config.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.store.update(ctx, tx, d); err != nil {
			return err
		}
		if err := note(ctx, tx, d.name, &p.definition, &d); err != nil {
			return err
		}
		return audit.Log(ctx, tx, s.entry(ctx, auditChange, d.name, changes(p.definition, d)))
	})
	if errors.Is(saved, ErrChanged) { // perhaps by another server of the same database
		return Configured{}, errors.Join(saved, s.Reload(ctx))
	}
	if saved != nil {
		return Configured{}, saved
	}
	return s.nowIs(ctx, d.name, offers, err)
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// keysOf are the keys after a change of the stored ones.
func keysOf(stored []seal.Secret, in *changeIn) []seal.Secret {
	var all []seal.Secret
	if in.Body.Key != nil {
		all = append(all, *in.Body.Key)
	}
	for i, key := range stored {
		replaced := i == 0 && in.Body.Key != nil
		if !replaced && !slices.Contains(in.Body.RemoveKeys, i+1) {
			all = append(all, key)
		}
	}
	return secrets(append(all, in.Body.AddKeys...)...)
}

// tryKeys looks whether a provider takes each of these keys.
func (s *Service) tryKeys(ctx context.Context, w wish, keys []seal.Secret) error {
	for _, key := range keys {
		w.keys = secrets(key)
		d, err := s.define(w)
		if err != nil {
			return err
		}
		if _, err := s.try(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// moves reports whether two base URLs are of different servers.
func moves(from, to string) bool {
	a, errA := hostPort(from)
	b, errB := hostPort(to)
	return a != b || (errA == nil) != (errB == nil)
}

// isHeard reports whether another proxy than before would read what is sent.
func isHeard(before definition, w wish) bool {
	proxy := w.options.Proxy
	return strings.HasPrefix(w.baseURL, "http://") && proxy != "" && proxy != noProxy && proxy != before.tuning.Proxy.Reveal()
}

// changes are what an audit entry says of a change: never a key.
func changes(before, after definition) map[string]string {
	detail := map[string]string{}
	if before.baseURL != after.baseURL {
		detail["baseUrl"] = after.baseURL
	}
	if !slices.Equal(before.keys, after.keys) {
		detail["key"] = "replaced"
	}
	if !slices.Equal(before.models, after.models) {
		detail["models"] = strings.Join(after.models, ", ")
	}
	if !reflect.DeepEqual(before.options, after.options) {
		if text, err := json.Marshal(after.options); err == nil {
			detail["options"] = string(text)
		}
	}
	return detail
}
