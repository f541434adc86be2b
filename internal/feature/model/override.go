package model

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"parley/internal/audit"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/llm"
	"parley/internal/llm/catalog"
	"parley/internal/setting"
)

// ErrPrice is returned for a price below zero.
var ErrPrice = fault.New(fault.Invalid, "model_price_invalid", "A price cannot be below zero.")

const auditOverride audit.Action = "model.override"

// Overridden is a model of which an administrator knows something better.
type Overridden struct {
	// Model is "provider/model".
	Model    string           `json:"model" minLength:"3" maxLength:"300"`
	Override catalog.Override `json:"override"`
}

// Overrides are all of them, by model.
type Overrides struct {
	Items []Overridden `json:"items"`
}

// overrides is a set of them; it does not change.
type overrides map[string]catalog.Override

// loadOverrides reads what is stored.
func (s *Service) loadOverrides(ctx context.Context) error {
	rows, err := s.DB.Query(ctx, `SELECT model, override FROM model_overrides`)
	if err != nil {
		return fmt.Errorf("read overrides of models: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err tells
	all := overrides{}
	for rows.Next() {
		var model, text string
		if err := rows.Scan(&model, &text); err != nil {
			return fmt.Errorf("read overrides of models: %w", err)
		}
		var o catalog.Override
		if err := json.Unmarshal([]byte(text), &o); err != nil {
			return fmt.Errorf("read the override of %s: %w", model, err)
		}
		all[model] = o
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read overrides of models: %w", err)
	}
	s.known.Store(&all)
	return nil
}

// apply lays what an administrator says over what is known of a model.
func (o *overrides) apply(info *llm.Info) {
	if o == nil {
		return
	}
	if own, ok := (*o)[info.ID]; ok {
		own.Apply(info)
	}
}

// lay returns offers with the overrides applied. The given ones stay as they are.
func (o *overrides) lay(offers []llm.Offer) []llm.Offer {
	if o == nil || len(*o) == 0 {
		return offers
	}
	out := slices.Clone(offers)
	for i := range out {
		out[i].Models = slices.Clone(out[i].Models)
		for j := range out[i].Models {
			o.apply(&out[i].Models[j])
		}
	}
	return out
}

func (s *Service) listOverrides(context.Context, *struct{}) (Overrides, error) {
	out := Overrides{Items: []Overridden{}}
	if all := s.known.Load(); all != nil {
		for _, model := range slices.Sorted(maps.Keys(*all)) {
			out.Items = append(out.Items, Overridden{Model: model, Override: (*all)[model]})
		}
	}
	return out, nil
}

type overrideIn struct{ Body Overridden }

// override keeps what an administrator says of a model; saying nothing forgets
// it.
func (s *Service) override(ctx context.Context, in *overrideIn) (Overridden, error) {
	return in.Body, s.keepOverride(ctx, in.Body.Model, in.Body.Override)
}

// restoreOverride takes a change back.
func (s *Service) restoreOverride(ctx context.Context, model string, value json.RawMessage) error {
	var o catalog.Override
	if value != nil {
		if err := json.Unmarshal(value, &o); err != nil {
			return ErrPrice.Because(err)
		}
	}
	return s.keepOverride(ctx, model, o)
}

// keepOverride stores it with what it was before.
func (s *Service) keepOverride(ctx context.Context, model string, o catalog.Override) error {
	if err := check([]string{model}); err != nil {
		return err
	}
	if p := o.Prices; p != nil && min(p.Input, p.Output, p.CacheRead, p.CacheWrite, p.Reasoning) < 0 {
		return ErrPrice
	}
	text, err := json.Marshal(o)
	if err != nil {
		return err
	}
	after := json.RawMessage(text)
	if string(text) == "{}" {
		after = nil
	}
	err = s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		var before json.RawMessage
		var was string
		err := tx.QueryRow(ctx, `SELECT override FROM model_overrides WHERE model = $1`, model).Scan(&was)
		switch {
		case err == nil:
			before = json.RawMessage(was)
		case !db.IsNone(err):
			return err
		}
		if after == nil {
			_, err = tx.Exec(ctx, `DELETE FROM model_overrides WHERE model = $1`, model)
		} else {
			_, err = tx.Exec(ctx, `INSERT INTO model_overrides (model, override, updated_at) VALUES ($1, $2, $3)
				ON CONFLICT (model) DO UPDATE SET override = excluded.override, updated_at = excluded.updated_at`,
				model, string(after), db.Millis(time.Now()))
		}
		if err != nil {
			return err
		}
		if err := setting.Note(ctx, tx, historyOfOverrides+model, before, after); err != nil {
			return err
		}
		e := identity.Entry(ctx, auditOverride, model)
		e.Detail = map[string]string{"override": string(text)}
		return audit.Log(ctx, tx, e)
	})
	if err == nil {
		err = s.loadOverrides(ctx)
	}
	if err != nil {
		return fmt.Errorf("save the override of %s: %w", model, err)
	}
	s.Changed("")
	return nil
}
