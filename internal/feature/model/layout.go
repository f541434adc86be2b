package model

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
)

// Arrangement is how a list of models is laid out. An entry is a model's id or
// "provider/" for all of a provider's.
type Arrangement struct {
	// Hidden are left out of the list; who uses them in a chat goes on.
	Hidden []string `json:"hidden" maxItems:"2000"`
	// Order comes first, in this order; the rest follows as it was.
	Order []string `json:"order" maxItems:"2000"`
}

// Choices are a user's own layout.
type Choices struct {
	// Pinned stand above the list, in this order.
	Pinned []string `json:"pinned" maxItems:"100"`
	Arrangement
}

// Layout is what a user's list follows: their own choices, and the
// administrator's for everyone, which their own go before.
type Layout struct {
	Choices
	Everyone Arrangement `json:"everyone"`
}

// ErrChoice is returned for an entry that names no model.
var ErrChoice = fault.New(fault.Invalid, "model_choice_invalid", `An entry has to be a model's id, or a provider's name with a "/" at its end.`)

// everyone is the one row of the administrator's layout.
const everyone = "everyone"

func check(lists ...[]string) error {
	const longest = 300
	for _, list := range lists {
		for _, entry := range list {
			if at := strings.IndexByte(entry, '/'); at < 1 || len(entry) > longest || strings.ContainsAny(entry, "\x00\r\n") {
				return ErrChoice
			}
		}
	}
	return nil
}

func (a *Arrangement) fill() {
	for _, list := range []*[]string{&a.Hidden, &a.Order} {
		if *list == nil {
			*list = []string{}
		}
	}
}

func (s *Service) layout(ctx context.Context, _ *struct{}) (Layout, error) {
	who, _ := identity.From(ctx)
	return s.Layout(ctx, who.User)
}

// Layout returns how a user's list of models is laid out.
func (s *Service) Layout(ctx context.Context, user identity.UserID) (Layout, error) {
	out := Layout{}
	err := read(ctx, s.DB, `SELECT choices FROM model_choices WHERE user_id = $1`, string(user), &out.Choices)
	if err != nil {
		return Layout{}, err
	}
	if err := read(ctx, s.DB, `SELECT arrangement FROM model_arrangement WHERE id = $1`, everyone, &out.Everyone); err != nil {
		return Layout{}, err
	}
	out.fill()
	out.Everyone.fill()
	if out.Pinned == nil {
		out.Pinned = []string{}
	}
	return out, nil
}

// read fills into with the JSON of the one row there may be.
func read(ctx context.Context, q db.Querier, query, key string, into any) error {
	var text string
	err := q.QueryRow(ctx, query, key).Scan(&text)
	if db.IsNone(err) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(text), into)
	}
	if err != nil {
		return fmt.Errorf("read the layout of models: %w", err)
	}
	return nil
}

type chooseIn struct{ Body Choices }

func (s *Service) choose(ctx context.Context, in *chooseIn) (Layout, error) {
	if err := check(in.Body.Pinned, in.Body.Hidden, in.Body.Order); err != nil {
		return Layout{}, err
	}
	who, _ := identity.From(ctx)
	err := write(ctx, s.DB, `INSERT INTO model_choices (user_id, choices, updated_at) VALUES ($1, $2, $3)
		ON CONFLICT (user_id) DO UPDATE SET choices = excluded.choices, updated_at = excluded.updated_at`, string(who.User), in.Body)
	if err != nil {
		return Layout{}, err
	}
	s.Changed(who.User)
	return s.Layout(ctx, who.User)
}

type arrangeIn struct{ Body Arrangement }

func (s *Service) arrange(ctx context.Context, in *arrangeIn) (Arrangement, error) {
	if err := check(in.Body.Hidden, in.Body.Order); err != nil {
		return Arrangement{}, err
	}
	err := write(ctx, s.DB, `INSERT INTO model_arrangement (id, arrangement, updated_at) VALUES ($1, $2, $3)
		ON CONFLICT (id) DO UPDATE SET arrangement = excluded.arrangement, updated_at = excluded.updated_at`, everyone, in.Body)
	if err != nil {
		return Arrangement{}, err
	}
	s.Changed("")
	in.Body.fill()
	return in.Body, nil
}

func write(ctx context.Context, q db.Querier, query, key string, value any) error {
	text, err := json.Marshal(value)
	if err == nil {
		_, err = q.Exec(ctx, query, key, string(text), db.Millis(time.Now()))
	}
	if err != nil {
		return fmt.Errorf("save the layout of models: %w", err)
	}
	return nil
}

func (s *Service) erase(ctx context.Context, user identity.UserID) error {
	if _, err := s.DB.Exec(ctx, `DELETE FROM model_choices WHERE user_id = $1`, string(user)); err != nil {
		return fmt.Errorf("erase the layout of models: %w", err)
	}
	return nil
}

func (s *Service) export(ctx context.Context, user identity.UserID, w io.Writer) error {
	layout, err := s.Layout(ctx, user)
	if err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(layout.Choices)
}
