package preset

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"parley/internal/access"
	"parley/internal/chat"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/kit/plain"
	"parley/internal/kit/rest"
	"parley/internal/llm"
)

// body is what a client writes into a preset.
type body struct {
	Name         string     `json:"name" maxLength:"400"`
	Description  string     `json:"description,omitempty" maxLength:"2000"`
	Icon         string     `json:"icon,omitempty" maxLength:"64"`
	Group        string     `json:"group,omitempty" maxLength:"400"`
	Model        string     `json:"model" maxLength:"300" doc:"provider/model"`
	Instructions string     `json:"instructions,omitempty"`
	Params       llm.Params `json:"params,omitzero"`
}

type patch struct {
	Preset ID `path:"preset"`
	Body   struct {
		Revision     int64       `json:"revision,omitempty" doc:"The revision that is being changed; a later one is refused"`
		Name         *string     `json:"name,omitempty" maxLength:"400"`
		Description  *string     `json:"description,omitempty" maxLength:"2000"`
		Icon         *string     `json:"icon,omitempty" maxLength:"64"`
		Group        *string     `json:"group,omitempty" maxLength:"400"`
		Model        *string     `json:"model,omitempty" maxLength:"300"`
		Instructions *string     `json:"instructions,omitempty"`
		Params       *llm.Params `json:"params,omitempty"`
	}
}

type byID struct {
	Preset ID `path:"preset"`
}

type byChat struct {
	Chat chat.ID `path:"chat"`
}

type listed struct {
	Items []Preset `json:"items"`
	// Default is the preset that new chats begin with, or empty.
	Default ID `json:"default"`
}

type grants struct {
	Items []access.Grant `json:"items" maxItems:"200"`
}

type inUse struct {
	// Preset is null where the chat has none.
	Preset *Used `json:"preset"`
}

func (s *Service) routes(r *rest.Router) {
	view, edit, own := s.here(s.Guards.May(Kind, access.View, "preset")), s.here(s.Guards.May(Kind, access.Edit, "preset")), s.here(s.Guards.Owns(Kind, "preset"))
	signedIn, ownChat := s.here(access.SignedIn), s.Guards.Owns("chat", "chat")
	rest.Handle(r, "GET /api/presets", signedIn, s.list, rest.Summary("List the presets that one sees"))
	rest.Handle(r, "POST /api/presets", signedIn, s.create, rest.Summary("Save a preset"))
	rest.Handle(r, "PUT /api/presets/order", signedIn, s.order, rest.Summary("Put one's own presets in order"))
	rest.Handle(r, "PUT /api/presets/default", signedIn, s.setDefault, rest.Summary("Choose the preset that new chats begin with"))
	rest.Handle(r, "GET /api/presets/export", signedIn, s.exportAll, rest.Summary("One's own presets in the form of LibreChat"))
	rest.Handle(r, "POST /api/presets/import", signedIn, s.importAll, rest.MaxBody(8<<20),
		rest.Summary("Save presets that LibreChat has exported"))
	rest.Handle(r, "GET /api/presets/{preset}", view, s.get, rest.Summary("Get a preset with its instructions"))
	rest.Handle(r, "PATCH /api/presets/{preset}", edit, s.patch, rest.Summary("Change a preset"))
	rest.Handle(r, "DELETE /api/presets/{preset}", own, s.delete, rest.Summary("Delete a preset"))
	rest.Handle(r, "POST /api/presets/{preset}/restore", own, s.restore, rest.Summary("Bring a deleted preset back"))
	rest.Handle(r, "POST /api/presets/{preset}/copy", view, s.copy, rest.Summary("Save a copy of a preset as one's own"))
	rest.Handle(r, "GET /api/presets/{preset}/grants", own, s.grants, rest.Summary("List with whom a preset is shared"))
	rest.Handle(r, "PUT /api/presets/{preset}/grants", own, s.share, rest.Summary("Choose with whom a preset is shared"))
	rest.Handle(r, "GET /api/chats/{chat}/preset", ownChat, s.used, rest.Summary("What a chat was set up with"))
	rest.Handle(r, "PUT /api/chats/{chat}/preset", s.here(ownChat), s.use, rest.Summary("Set a chat up with a preset"))
	rest.Handle(r, "DELETE /api/chats/{chat}/preset", ownChat, s.unuse, rest.Summary("Go on with a chat without a preset"))
}

// here has a guard answer that there are no presets where they are switched off.
// What a chat was set up with can be seen and taken away all the same.
func (s *Service) here(guard rest.Guard) rest.Guard {
	check := guard.Check
	guard.Check = func(ctx context.Context, path func(string) string) error {
		if err := check(ctx, path); err != nil || s.Enabled() {
			return err
		}
		return ErrOff
	}
	return guard
}

// check brings what was written into its form.
func (b body) check() (fields, error) {
	f := fields{Model: strings.TrimSpace(b.Model), Params: b.Params}
	var ok bool
	if f.Name, ok = plain.Line(b.Name, MaxName); !ok || f.Name == "" {
		return f, ErrName
	}
	for _, line := range []struct {
		into *string
		text string
		most int
	}{{&f.Description, b.Description, MaxDescription}, {&f.Group, b.Group, MaxFolder}, {&f.Icon, b.Icon, MaxIcon}} {
		if *line.into, ok = plain.Line(line.text, line.most); !ok {
			return f, ErrText
		}
	}
	if f.Instructions, ok = plain.Text(b.Instructions, MaxInstructions); !ok {
		return f, ErrInstructions
	}
	provider, model, ok := strings.Cut(f.Model, "/")
	if line, fits := plain.Line(f.Model, 300); !ok || provider == "" || model == "" || !fits || line != f.Model {
		return f, ErrModel
	}
	return f, checkParams(b.Params)
}

// checkParams refuses what only administrators may send to a provider, and more
// than anyone needs.
func checkParams(p llm.Params) error {
	text, err := json.Marshal(p)
	if err != nil || len(text) > MaxParams || !utf8.Valid(text) || p.Extra != nil || p.Drop != nil {
		return ErrParams.Because(err)
	}
	return nil
}

// annotate says of presets whose model the user has not got, and what is nearest.
func (s *Service) annotate(ctx context.Context, scope access.Scope, presets []Preset) {
	gone := map[string]bool{}
	var names []string
	for i := range presets {
		p := &presets[i]
		missing, known := gone[p.Model]
		if !known {
			_, err := s.Models.Resolve(ctx, scope.User, p.Model)
			missing = fault.IsKind(err, fault.NotFound)
			gone[p.Model] = missing
		}
		if !missing {
			continue
		}
		if names == nil {
			names = s.Models.Names(ctx, scope.User)
		}
		p.Gone, p.Nearest = true, nearest(p.Model, names, s.Models.Default(ctx))
	}
}

func (s *Service) list(ctx context.Context, _ *struct{}) (listed, error) {
	scope := access.ScopeOf(ctx)
	all, err := list(ctx, s.DB, scope)
	if err != nil {
		return listed{}, err
	}
	chosen, err := defaultOf(ctx, s.DB, scope)
	if err != nil {
		return listed{}, err
	}
	out := listed{Items: all}
	for i := range all {
		all[i].Instructions = ""
		if all[i].ID == chosen {
			out.Default = chosen // one that is not seen any more is none
		}
	}
	s.annotate(ctx, scope, all)
	return out, nil
}

// find returns a preset as clients see it.
func (s *Service) find(ctx context.Context, preset ID) (Preset, error) {
	scope := access.ScopeOf(ctx)
	p, err := get(ctx, s.DB, scope, preset)
	if err != nil {
		return Preset{}, err
	}
	one := []Preset{p}
	s.annotate(ctx, scope, one)
	return one[0], nil
}

func (s *Service) get(ctx context.Context, in *byID) (Preset, error) { return s.find(ctx, in.Preset) }

func (s *Service) create(ctx context.Context, in *struct{ Body body }) (Preset, error) {
	f, err := in.Body.check()
	if err != nil {
		return Preset{}, err
	}
	return s.add(ctx, f)
}

func (s *Service) add(ctx context.Context, f fields) (Preset, error) {
	scope := access.ScopeOf(ctx)
	var made ID
	err := s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		made, err = insert(ctx, tx, scope, f)
		return err
	})
	if err != nil {
		return Preset{}, err
	}
	s.Changed(scope.User)
	return s.find(ctx, made)
}

func (s *Service) patch(ctx context.Context, in *patch) (Preset, error) {
	scope := access.ScopeOf(ctx)
	err := s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := get(ctx, tx, scope, in.Preset)
		if err != nil {
			return err
		}
		if in.Body.Revision != 0 && in.Body.Revision != p.Revision {
			return ErrChanged
		}
		b := body{Name: p.Name, Description: p.Description, Icon: p.Icon, Group: p.Group, Model: p.Model, Instructions: p.Instructions, Params: p.Params}
		overlay(&b.Name, in.Body.Name)
		overlay(&b.Description, in.Body.Description)
		overlay(&b.Icon, in.Body.Icon)
		overlay(&b.Group, in.Body.Group)
		overlay(&b.Model, in.Body.Model)
		overlay(&b.Instructions, in.Body.Instructions)
		overlay(&b.Params, in.Body.Params)
		f, err := b.check()
		if err != nil {
			return err
		}
		return update(ctx, tx, p.ID, p.Revision, f)
	})
	if err != nil {
		return Preset{}, err
	}
	s.announce(ctx, in.Preset)
	return s.find(ctx, in.Preset)
}

func overlay[T any](field, value *T) {
	if value != nil {
		*field = *value
	}
}

func (s *Service) delete(ctx context.Context, in *byID) (rest.None, error) {
	err := setDeleted(ctx, s.DB, access.ScopeOf(ctx), in.Preset, true)
	if err == nil {
		s.announce(ctx, in.Preset)
	}
	return rest.None{}, err
}

func (s *Service) restore(ctx context.Context, in *byID) (Preset, error) {
	if err := setDeleted(ctx, s.DB, access.ScopeOf(ctx), in.Preset, false); err != nil {
		return Preset{}, err
	}
	s.announce(ctx, in.Preset)
	return s.find(ctx, in.Preset)
}

func (s *Service) copy(ctx context.Context, in *struct {
	Preset ID `path:"preset"`
	Body   struct {
		Name string `json:"name" maxLength:"400"`
	}
},
) (Preset, error) {
	p, err := get(ctx, s.DB, access.ScopeOf(ctx), in.Preset)
	if err != nil {
		return Preset{}, err
	}
	f, err := body{
		Name: in.Body.Name, Description: p.Description, Icon: p.Icon, Group: p.Group, Model: p.Model, Instructions: p.Instructions, Params: p.Params,
	}.check()
	if err != nil {
		return Preset{}, err
	}
	return s.add(ctx, f)
}

func (s *Service) grants(ctx context.Context, in *byID) (grants, error) {
	if _, err := get(ctx, s.DB, access.ScopeOf(ctx), in.Preset); err != nil {
		return grants{}, err
	}
	all, err := access.Grants(ctx, s.DB, Kind, string(in.Preset))
	return grants{Items: all}, err
}

func (s *Service) share(ctx context.Context, in *struct {
	Preset ID `path:"preset"`
	Body   grants
},
) (grants, error) {
	if _, err := get(ctx, s.DB, access.ScopeOf(ctx), in.Preset); err != nil {
		return grants{}, err
	}
	var before []identity.UserID // some of whom lose it
	err := s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if before, err = audience(ctx, tx, in.Preset); err != nil {
			return err
		}
		return access.Share(ctx, tx, Kind, string(in.Preset), in.Body.Items)
	})
	if err != nil {
		return grants{}, err
	}
	s.announce(ctx, in.Preset, before...)
	return s.grants(ctx, &byID{Preset: in.Preset})
}

// announce tells those who see a preset, and others, that their presets are not
// the same any more.
func (s *Service) announce(ctx context.Context, preset ID, others ...identity.UserID) {
	users, err := audience(ctx, s.DB, preset)
	if err != nil {
		s.Log.WarnContext(ctx, "a changed preset could not be announced", "error", err)
		return
	}
	users = append(users, others...)
	slices.Sort(users)
	for _, user := range slices.Compact(users) {
		s.Changed(user)
	}
}

func (s *Service) used(ctx context.Context, in *byChat) (inUse, error) {
	u, err := used(ctx, s.DB, access.ScopeOf(ctx), in.Chat)
	return inUse{Preset: u}, err
}

func (s *Service) use(ctx context.Context, in *struct {
	Chat chat.ID `path:"chat"`
	Body struct {
		Preset string `json:"preset" maxLength:"36"`
	}
},
) (inUse, error) {
	scope := access.ScopeOf(ctx)
	err := s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error { return s.Take(ctx, tx, scope, in.Chat, in.Body.Preset) })
	if err != nil {
		return inUse{}, err
	}
	s.Changed(scope.User)
	return s.used(ctx, &byChat{Chat: in.Chat})
}

func (s *Service) unuse(ctx context.Context, in *byChat) (rest.None, error) {
	scope := access.ScopeOf(ctx)
	err := drop(ctx, s.DB, scope, in.Chat)
	if err == nil {
		s.Changed(scope.User)
	}
	return rest.None{}, err
}

func isNotFound(err error) bool { return errors.Is(err, ErrNotFound) }
