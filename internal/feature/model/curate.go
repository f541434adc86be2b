package model

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"parley/internal/audit"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/rest"
	"parley/internal/llm"
	"parley/internal/setting"
)

// ErrSpec is returned for a spec that cannot be kept.
var ErrSpec = fault.New(fault.Invalid, "spec_invalid", "This entry cannot be kept.")

// ErrNoSpec is returned for a spec that nobody made.
var ErrNoSpec = fault.New(fault.NotFound, "spec_not_found", "There is no such entry.")

// ErrSpecChanged is returned to whoever changes a spec that is another one by now.
var ErrSpecChanged = fault.New(fault.Conflict, "spec_changed", "Someone else has changed this curated model in the meantime.")

const auditSpec audit.Action = "model.spec"

// What the history of settings calls what is kept here.
const (
	historyOfSpecs     = "modelSpecs."
	historyOfOverrides = "models."
)

// SpecView is a spec as administrators see it.
type SpecView struct {
	Spec
	// Source says who made it: the configuration, or an administrator in the UI,
	// whose word may stand in the place of the configuration's.
	Source string `json:"source" enum:"config,ui,both"`
	// Revision counts the changes here; 0 is as the configuration has it.
	Revision int64 `json:"revision"`
	// Gone says that there is no such model at present.
	Gone bool `json:"gone"`
}

// SpecViews are all specs, listed or not.
type SpecViews struct {
	Items []SpecView `json:"items"`
	// Enforce says that there is nothing else to choose.
	Enforce bool `json:"enforce"`
}

// own are the specs that administrators made in the UI, in the order in which
// they did.
type own []Spec

// over returns the specs of the configuration with those of administrators: in
// the place of one with the same name, else behind them. Only one is chosen for
// new chats; an administrator's word counts more.
func (o own) over(given Specs) Specs {
	list := slices.Clone(given.List)
	chosen := slices.ContainsFunc(o, func(s Spec) bool { return s.Default })
	for i := range list {
		list[i].Default = list[i].Default && !chosen
	}
	for _, spec := range o {
		if at := slices.IndexFunc(list, func(s Spec) bool { return s.id() == spec.id() }); at >= 0 {
			list[at] = spec
		} else {
			list = append(list, spec)
		}
	}
	given.List = list
	return given
}

// revision is that of the spec of this name; 0 where there is none.
func (o own) revision(name string) int64 {
	for _, spec := range o {
		if spec.Name == name {
			return spec.Revision
		}
	}
	return 0
}

// restock puts what is configured and stored together, while the server runs.
func (s *Service) restock(ctx context.Context) error {
	all, err := readOwn(ctx, s.DB)
	if err != nil {
		return err
	}
	s.stocking.Lock()
	defer s.stocking.Unlock()
	s.own = all
	s.specs.Store(newShelf(all.over(s.given)))
	return nil
}

func readOwn(ctx context.Context, q db.Querier) (own, error) {
	rows, err := q.Query(ctx, `SELECT name, spec, revision FROM model_specs ORDER BY created_at, name`)
	if err != nil {
		return nil, fmt.Errorf("read specs of models: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err tells
	all := own{}
	for rows.Next() {
		var name, text string
		var revision int64
		if err := rows.Scan(&name, &text, &revision); err != nil {
			return nil, fmt.Errorf("read specs of models: %w", err)
		}
		var spec Spec
		if err := json.Unmarshal([]byte(text), &spec); err != nil {
			return nil, fmt.Errorf("read the spec %s: %w", name, err)
		}
		spec.Name, spec.Revision = name, revision
		all = append(all, spec)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read specs of models: %w", err)
	}
	return all, nil
}

// Curated returns the specs that administrators made in the UI.
func (s *Service) Curated() []Spec {
	s.stocking.Lock()
	defer s.stocking.Unlock()
	return slices.Clone(s.own)
}

func (s *Service) listSpecs(ctx context.Context, _ *struct{}) (SpecViews, error) {
	who, _ := identity.From(ctx)
	s.stocking.Lock()
	given, mine, shelf := s.given, s.own, s.specs.Load()
	s.stocking.Unlock()
	out := SpecViews{Items: []SpecView{}, Enforce: shelf.Enforce}
	for i := range shelf.List {
		spec := &shelf.List[i]
		named := func(other Spec) bool { return other.id() == spec.id() }
		view := SpecView{Spec: *spec, Source: "config", Revision: spec.Revision}
		if slices.ContainsFunc(mine, named) {
			view.Source = "ui"
			if slices.ContainsFunc(given.List, named) {
				view.Source = "both"
			}
		}
		_, err := s.resolve(ctx, who.User, spec.Model)
		view.Gone = err != nil
		out.Items = append(out.Items, view)
	}
	return out, nil
}

type (
	newSpecIn struct{ Body Spec }
	specIn    struct {
		Name string `path:"name" maxLength:"120"`
		Body struct {
			Spec
			Revision *int64 `json:"revision,omitempty" doc:"The one that was changed; refused where it is another by now"`
		}
	}
	specNameIn struct {
		Name string `path:"name" maxLength:"120"`
	}
)

// addSpec keeps a new one under a name made of its label.
func (s *Service) addSpec(ctx context.Context, in *newSpecIn) (Spec, error) {
	spec := in.Body
	base := slug(spec.Label)
	taken := s.specs.Load().byID
	spec.Name = base
	for n := 2; taken[spec.id()] != nil; n++ {
		spec.Name = base + "-" + strconv.Itoa(n)
	}
	return spec, s.keepSpec(ctx, spec.Name, &spec, nil)
}

// changeSpec keeps one in the place of what it was; of the configuration's own it
// counts more from then on.
func (s *Service) changeSpec(ctx context.Context, in *specIn) (Spec, error) {
	spec := in.Body.Spec
	known := s.specs.Load().byID[(&Spec{Name: in.Name}).id()]
	if known == nil {
		return Spec{}, ErrNoSpec
	}
	spec.Name = known.Name
	return spec, s.keepSpec(ctx, spec.Name, &spec, in.Body.Revision)
}

// dropSpec forgets what an administrator made; what the configuration says counts
// again.
func (s *Service) dropSpec(ctx context.Context, in *specNameIn) (rest.None, error) {
	return rest.None{}, s.keepSpec(ctx, in.Name, nil, nil)
}

// restoreSpec takes a change back.
func (s *Service) restoreSpec(ctx context.Context, name string, value json.RawMessage) error {
	if value == nil {
		return s.keepSpec(ctx, name, nil, nil)
	}
	var spec Spec
	if err := json.Unmarshal(value, &spec); err != nil {
		return ErrSpec.Because(err)
	}
	return s.keepSpec(ctx, name, &spec, nil)
}

// keepSpec stores a spec, nil to forget it, with what it was before. It returns
// [ErrSpecChanged] where that is not of the revision, unless any will do.
func (s *Service) keepSpec(ctx context.Context, name string, spec *Spec, revision *int64) error {
	if spec != nil {
		if err := spec.check(); err != nil {
			return err
		}
	}
	err := s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		stored, err := readOwn(ctx, tx)
		if err != nil {
			return err
		}
		if spec == nil && !slices.ContainsFunc(stored, func(s Spec) bool { return s.Name == name }) {
			return ErrNoSpec
		}
		if revision != nil && *revision != stored.revision(name) {
			return ErrSpecChanged
		}
		if err := writeSpec(ctx, tx, stored, name, spec); err != nil {
			return err
		}
		for _, other := range stored {
			if spec != nil && spec.Default && other.Default && other.Name != name {
				other.Default = false
				if err := writeSpec(ctx, tx, stored, other.Name, &other); err != nil {
					return err
				}
			}
		}
		return audit.Log(ctx, tx, identity.Entry(ctx, auditSpec, name))
	})
	if err == nil {
		err = s.restock(ctx)
	}
	if err != nil {
		return fmt.Errorf("keep the spec %s: %w", name, err)
	}
	s.Changed("")
	return nil
}

func writeSpec(ctx context.Context, tx *db.Tx, stored own, name string, spec *Spec) error {
	var before, after json.RawMessage
	if at := slices.IndexFunc(stored, func(s Spec) bool { return s.Name == name }); at >= 0 {
		text, err := json.Marshal(stored[at])
		if err != nil {
			return err
		}
		before = text
	}
	if spec == nil {
		if _, err := tx.Exec(ctx, `DELETE FROM model_specs WHERE name = $1`, name); err != nil {
			return err
		}
		return setting.Note(ctx, tx, historyOfSpecs+name, before, nil)
	}
	kept := *spec
	kept.Name = name
	after, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	result, err := tx.Exec(ctx, `INSERT INTO model_specs (name, spec, created_at) VALUES ($1, $2, $3) ON CONFLICT (name)
		DO UPDATE SET spec = excluded.spec, revision = model_specs.revision + 1 WHERE model_specs.revision = $4`,
		name, string(after), db.Millis(time.Now()), stored.revision(name))
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err == nil && n == 0 {
		return ErrSpecChanged
	}
	return setting.Note(ctx, tx, historyOfSpecs+name, before, after)
}

// check returns [ErrSpec] with what is wrong, or nil.
func (s *Spec) check() error {
	if strings.TrimSpace(s.Label) == "" || !printable(s.Label, 80) {
		return ErrSpec.Saying("A name has 1 to 80 printable characters.")
	}
	if check([]string{s.Model}) != nil || strings.HasPrefix(s.Model, provider+"/") {
		return ErrSpec.Saying("Choose a model of a provider.")
	}
	if !printable(s.Speaker, 80) || !printable(s.Greeting, 200) || len(s.Starters) > 12 ||
		slices.ContainsFunc(s.Starters, func(text string) bool { return strings.TrimSpace(text) == "" || !printable(text, 500) }) {
		return ErrSpec.Saying("A greeting or a suggestion is empty, too long or cannot be shown.")
	}
	if !printable(s.Description, 300) || !printable(s.Group, 60) || len(s.Icon) > 64<<10 || len(s.GroupIcon) > 64<<10 {
		return ErrSpec.Saying("A description, a group or a picture is too long or cannot be shown.")
	}
	if utf8.RuneCountInString(s.Instructions) > 32_000 || !utf8.ValidString(s.Instructions) {
		return ErrSpec.Saying("The instructions are too long, or are not text.")
	}
	known := []string{llm.RemoteWebSearch, llm.RemoteURLContext}
	for _, name := range s.Remote {
		if !slices.Contains(known, name) {
			return ErrSpec.Saying(name + " is not a tool that providers run.")
		}
	}
	return nil
}

func printable(text string, most int) bool {
	return utf8.ValidString(text) && utf8.RuneCountInString(text) <= most && !strings.ContainsFunc(text, unicode.IsControl)
}

// slug is a name made of a label: its letters and figures, with dashes between.
func slug(label string) string {
	words := strings.FieldsFunc(strings.ToLower(label), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) == 0 {
		return "model"
	}
	return strings.Join(words, "-")
}
