package preset

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"parley/internal/access"
	"parley/internal/kit/fault"
	"parley/internal/llm"
	"parley/internal/llm/librechat"
)

// foreign is a preset in the form that LibreChat exports: the fields of its
// preset object that have a place here. Protocols name some of them differently.
type foreign struct {
	PresetID     string `json:"presetId,omitempty"`
	Title        string `json:"title"`
	Endpoint     string `json:"endpoint"`
	Model        string `json:"model"`
	PromptPrefix string `json:"promptPrefix,omitempty"`
	System       string `json:"system,omitempty"`
	librechat.Settings
	// What LibreChat has no place for; it does not mind.
	Description string `json:"description,omitempty"`
	Icon        string `json:"icon,omitempty"`
	Group       string `json:"group,omitempty"`

	DefaultPreset bool `json:"defaultPreset,omitempty"`
	Order         *int `json:"order,omitempty"`
}

// bookkeeping are fields of LibreChat's that say nothing about how to answer.
var bookkeeping = []string{
	"_id", "__v", "user", "createdAt", "updatedAt", "endpointType", "conversationId", "tools", "iconURL", "spec",
	"isArchived", "tags", "files", "agentOptions", "examples", "expiredAt",
}

// read decodes one exported preset and names the fields that have no place here.
// Fields that are empty are as good as absent, whatever their type would be.
func read(raw json.RawMessage) (f foreign, left []string, err error) {
	var all, taken map[string]json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil {
		return f, nil, err
	}
	maps.DeleteFunc(all, func(_ string, value json.RawMessage) bool { return isEmpty(value) })
	if err := convert(all, &f); err != nil {
		return f, nil, err
	}
	if err := convert(f, &taken); err != nil {
		return f, nil, err
	}
	for name := range all {
		if _, known := taken[name]; !known && !slices.Contains(bookkeeping, name) {
			left = append(left, name)
		}
	}
	slices.Sort(left)
	return f, left, nil
}

// entry is a preset of a file, and the names of its fields that have no place here.
type entry struct {
	foreign
	left []string
}

// place is where it stands among the others; those that do not say come last.
func (e entry) place() int {
	if e.Order == nil {
		return math.MaxInt
	}
	return *e.Order
}

// convert copies from one form into another by way of JSON.
func convert(from, into any) error {
	text, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

func isEmpty(value json.RawMessage) bool {
	return slices.Contains([]string{"null", `""`, "[]", "{}"}, strings.TrimSpace(string(value)))
}

// body is the preset that f becomes; names are the models that there are.
func (f foreign) body(names []string) body {
	b := body{Name: f.Title, Model: localModel(f.Endpoint, f.Model, names), Instructions: cmp.Or(f.PromptPrefix, f.System), Description: f.Description, Icon: f.Icon, Group: f.Group}
	if strings.TrimSpace(b.Name) == "" {
		b.Name = f.Model
	}
	b.Params = telling(f.Params())
	return b
}

// telling leaves out what LibreChat writes into every preset, though it says
// nothing: models that do not take it would only complain.
func telling(p llm.Params) llm.Params {
	for _, number := range []struct {
		field   **float64
		neutral float64
	}{{&p.TopP, 1}, {&p.FrequencyPenalty, 0}, {&p.PresencePenalty, 0}} {
		if value := *number.field; value != nil && *value == number.neutral {
			*number.field = nil
		}
	}
	for _, word := range []*string{&p.ImageDetail, &p.ReasoningContext} {
		if *word == "auto" {
			*word = ""
		}
	}
	return p
}

// endpoints are the names that LibreChat gives to what is called otherwise here.
var endpoints = map[string]string{"azureopenai": "azure", "gptplugins": "openai", "chatgptbrowser": "openai"}

// localModel is "provider/model" for a model of an endpoint, in the spelling of
// the models that there are.
func localModel(endpoint, model string, names []string) string {
	want := strings.ToLower(endpoint)
	if ours, other := endpoints[want]; other {
		want = ours
	}
	for _, name := range names {
		if provider, _, _ := strings.Cut(name, "/"); strings.ToLower(provider) == want {
			return provider + "/" + model
		}
	}
	return cmp.Or(endpoint, "unknown") + "/" + model
}

// foreignOf is p in the form of LibreChat.
func foreignOf(p Preset, isDefault bool) foreign {
	endpoint, model, _ := strings.Cut(p.Model, "/")
	return foreign{
		PresetID: string(p.ID), Title: p.Name, Endpoint: endpoint, Model: model, PromptPrefix: p.Instructions,
		Description: p.Description, Icon: p.Icon, Group: p.Group, Settings: librechat.Of(p.Params), DefaultPreset: isDefault,
	}
}

// Imported is what became of an import.
type Imported struct {
	Items []Preset `json:"items"`
	// Notes say what was not taken over, each with the preset's title.
	Notes []ImportNote `json:"notes"`
}

// ImportNote is a thing that was not as in the file.
type ImportNote struct {
	Title string `json:"title"`
	// Left are the names of settings that have no place here.
	Left []string `json:"left,omitempty"`
	// Problem says why the preset was left out.
	Problem string `json:"problem,omitempty"`
}

// ErrImport is returned for a file that holds no presets.
var ErrImport = fault.New(fault.Invalid, "preset_import_invalid", "This is not an export of presets.")

func (s *Service) importAll(ctx context.Context, in *struct {
	Body struct {
		Presets []json.RawMessage `json:"presets" minItems:"1" maxItems:"500"`
	}
},
) (Imported, error) {
	scope := access.ScopeOf(ctx)
	names := s.Models.Names(ctx, scope.User)
	out := Imported{Items: []Preset{}, Notes: []ImportNote{}}
	entries := make([]entry, len(in.Body.Presets))
	for i, raw := range in.Body.Presets {
		f, left, err := read(raw)
		if err != nil {
			return Imported{}, ErrImport.Saying(fmt.Sprintf("Entry %d is not a preset.", i+1))
		}
		entries[i] = entry{f, left}
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.place(), b.place()) })
	chosen := ""
	for _, e := range entries {
		f, left := e.foreign, e.left
		p, err := s.take(ctx, f.body(names))
		if problem, ok := errors.AsType[*fault.Error](err); ok {
			out.Notes = append(out.Notes, ImportNote{Title: f.Title, Problem: problem.Message})
			continue
		}
		if err != nil {
			return Imported{}, err
		}
		if len(left) > 0 {
			out.Notes = append(out.Notes, ImportNote{Title: p.Name, Left: left})
		}
		if f.DefaultPreset && chosen == "" {
			chosen = string(p.ID)
		}
		out.Items = append(out.Items, p)
	}
	if chosen == "" {
		return out, nil
	}
	return out, s.choose(ctx, scope, chosen)
}

func (s *Service) take(ctx context.Context, b body) (Preset, error) {
	f, err := b.check()
	if err != nil {
		return Preset{}, err
	}
	return s.add(ctx, f)
}

type exported struct {
	Presets []foreign `json:"presets"`
}

func (s *Service) exportAll(ctx context.Context, _ *struct{}) (exported, error) {
	scope := access.ScopeOf(ctx)
	all, err := list(ctx, s.DB, scope)
	if err != nil {
		return exported{}, err
	}
	chosen, err := defaultOf(ctx, s.DB, scope)
	out := exported{Presets: []foreign{}}
	for _, p := range all {
		if p.Right == Owner {
			out.Presets = append(out.Presets, foreignOf(p, p.ID == chosen))
		}
	}
	return out, err
}
