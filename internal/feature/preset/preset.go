// Package preset keeps what people set up to use again: a model, its parameters
// and instructions, under a name. A preset belongs to one user, who may share
// it with people, groups or everyone.
//
// A chat takes over what a preset says at that time, so that it stays the same
// when the preset changes or goes. This package neither calls models nor decides
// who may do what; package access does.
package preset

import (
	"context"
	"embed"
	"encoding/json"
	"io"
	"log/slog"
	"time"

	"parley/internal/access"
	"parley/internal/feature"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/jobs"
	"parley/internal/llm"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations makes the tables of presets.
func Migrations() embed.FS { return migrations }

// Kind is what presets are called in grants and guards.
const Kind = "preset"

// UndoWindow is how long a deleted preset can be brought back.
const UndoWindow = 30 * 24 * time.Hour

// The limits of a preset, in characters, and of a user's presets.
const (
	MaxName         = 80
	MaxDescription  = 300
	MaxFolder       = 60
	MaxIcon         = 16
	MaxInstructions = 32_000
	MaxParams       = 16 << 10 // bytes of JSON
	MaxPresets      = 500
)

// The faults of this package.
var (
	ErrOff          = fault.New(fault.NotFound, "presets_off", "There are no presets here.")
	ErrNotFound     = fault.New(fault.NotFound, "preset_not_found", "There is no such preset, or it is not shared with you.")
	ErrName         = fault.New(fault.Invalid, "preset_name_invalid", "A preset's name has 1 to 80 printable characters.")
	ErrText         = fault.New(fault.Invalid, "preset_text_invalid", "A description, a group or an icon of this preset is too long or cannot be shown.")
	ErrInstructions = fault.New(fault.Invalid, "preset_instructions_invalid", "The instructions are too long, or are not text.")
	ErrModel        = fault.New(fault.Invalid, "preset_model_invalid", `A preset's model has the form "provider/model".`)
	ErrParams       = fault.New(fault.Invalid, "preset_params_invalid", "These parameters cannot be kept in a preset.")
	ErrFull         = fault.New(fault.Conflict, "presets_full", "You have as many presets as there may be. Delete some first.")
	ErrChanged      = fault.New(fault.Conflict, "preset_changed", "Someone else has changed this preset in the meantime. Load it again.")
	ErrOrder        = fault.New(fault.Invalid, "preset_order_invalid", "The order names a preset twice, or one that is not yours.")
)

// ID identifies a [Preset].
type ID string

// Preset is a preset as one user sees it.
type Preset struct {
	ID          ID     `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
	// Icon is an emoji, or empty for a sign made of the name.
	Icon string `json:"icon"`
	// Group is the heading that the preset stands under, free text.
	Group string `json:"group"`
	// Model is "provider/model", which need not exist any more.
	Model string `json:"model"`
	// Instructions are the system prompt; lists leave them out.
	Instructions string `json:"instructions,omitempty"`
	// Tokens is how many tokens the instructions are likely to be.
	Tokens int64      `json:"tokens"`
	Params llm.Params `json:"params,omitzero"`
	Owner  Person     `json:"owner"`
	// Right is what the user may do with it.
	Right Right `json:"right" enum:"owner,edit,view"`
	// Shared says that others see it too; only the owner is told.
	Shared bool `json:"shared"`
	// Gone says that the user has no such model; Nearest is the one that is most
	// like it then, or empty.
	Gone    bool   `json:"gone,omitempty"`
	Nearest string `json:"nearest,omitempty"`
	// Revision counts the changes.
	Revision  int64     `json:"revision"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
}

// Person is the owner of a preset.
type Person struct {
	ID   identity.UserID `json:"id"`
	Name string          `json:"name"`
}

// Right is what a user may do with a preset.
type Right string

// The rights; [access.View] and [access.Edit] come from grants.
const (
	Owner Right = "owner"
	Edit  Right = Right(access.Edit)
	View  Right = Right(access.View)
)

// Models are the models that a user has.
type Models interface {
	// Resolve finds a model by "provider/model".
	Resolve(ctx context.Context, user identity.UserID, model string) (llm.Target, error)
	// Names lists them as "provider/model", those of one provider together.
	Names(ctx context.Context, user identity.UserID) []string
	// Default is the model for those who chose none, or empty.
	Default(ctx context.Context) string
}

// Deps are what the service needs.
type Deps struct {
	DB     *db.DB
	Guards *access.Guards
	Models Models
	// Changed is told of each user who sees other presets now, in the list or in
	// a chat.
	Changed func(user identity.UserID)
	// Enabled reports whether there are presets here; nil is yes. Chats keep what
	// they were set up with either way.
	Enabled func() bool
	Log     *slog.Logger
}

// Service keeps presets. It is safe for concurrent use.
type Service struct{ Deps }

// New returns the service. The guards have to know the kind "chat"; the kind
// [Kind] is registered here.
func New(deps Deps) *Service {
	if deps.Changed == nil {
		deps.Changed = func(identity.UserID) {}
	}
	if deps.Enabled == nil {
		deps.Enabled = func() bool { return true }
	}
	if deps.Log == nil {
		deps.Log = slog.New(slog.DiscardHandler)
	}
	s := &Service{deps}
	deps.Guards.Register(Kind, s.owner)
	return s
}

// Spec says what the feature holds.
func (s *Service) Spec() feature.Spec {
	return feature.Spec{Name: "preset", Migrations: migrations, Routes: s.routes, Erase: s.erase, Export: s.export}
}

// Sweep has presets that were deleted long ago removed by a daily job.
func (s *Service) Sweep(q *jobs.Queue) {
	jobs.Register(q, "preset_purge", func(ctx context.Context, _ struct{}) error {
		return s.Purge(ctx)
	}, jobs.Options{Every: 24 * time.Hour})
}

func (s *Service) owner(ctx context.Context, id string) (identity.UserID, error) {
	var owner identity.UserID
	err := s.DB.QueryRow(ctx, `SELECT user_id FROM presets WHERE id = $1`, id).Scan(&owner)
	return owner, err
}

// Purge removes presets for good that were deleted longer than [UndoWindow] ago.
func (s *Service) Purge(ctx context.Context) error {
	return s.remove(ctx, `deleted_at > 0 AND deleted_at < $1`, db.Millis(time.Now().Add(-UndoWindow)))
}

func (s *Service) erase(ctx context.Context, user identity.UserID) error {
	if err := s.remove(ctx, `user_id = $1`, string(user)); err != nil {
		return err
	}
	for _, table := range []string{"preset_defaults", "chat_presets"} {
		if _, err := s.DB.Exec(ctx, `DELETE FROM `+table+` WHERE user_id = $1`, string(user)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) export(ctx context.Context, user identity.UserID, w io.Writer) error {
	all, err := list(ctx, s.DB, access.Scope{User: user})
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	for _, p := range all {
		if p.Right != Owner {
			continue
		}
		if err := enc.Encode(p); err != nil {
			return err
		}
	}
	return nil
}
