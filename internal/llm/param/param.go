// Package param describes the parameters of a model to those who set them: what
// there is, in what range, and what the model refuses.
//
// It holds no list of who takes what. The codec that will write the request is
// asked for a draft with each parameter, so that what is said here and what is
// sent cannot differ. It makes no calls.
package param

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"parley/internal/llm"
)

// Type is what a parameter's value is.
type Type string

// The types of parameters.
const (
	Number  Type = "number"
	Integer Type = "integer"
	Enum    Type = "enum"
	Boolean Type = "boolean"
	// List is a list of short texts.
	List Type = "list"
	// JSON is any JSON value.
	JSON Type = "json"
)

// Definition describes one parameter of one model.
type Definition struct {
	// Name is the field of [llm.Params], as it is called in JSON.
	Name string `json:"name"`
	Type Type   `json:"type" enum:"number,integer,enum,boolean,list,json"`
	// Min, Max and Step bound a number; Max bounds the length of a list.
	Min  *float64 `json:"min,omitempty"`
	Max  *float64 `json:"max,omitempty"`
	Step *float64 `json:"step,omitempty"`
	// Default holds where the user sets nothing; absent is the provider's own.
	Default any `json:"default,omitempty"`
	// Values are what an enum may be.
	Values []string `json:"values,omitempty"`
	// Unit is "tokens" or nothing.
	Unit string `json:"unit,omitempty" enum:"tokens"`
	// Label and Help are an administrator's words; without them clients have
	// their own for each Name.
	Label string `json:"label,omitempty"`
	Help  string `json:"help,omitempty"`
	// Look is how an administrator wants it to be shown.
	Look *Look `json:"look,omitempty"`
	// Advanced marks what few people need.
	Advanced bool `json:"advanced,omitempty"`
	// Refused says why the model does not take the parameter; empty if it does.
	Refused string `json:"refused,omitempty"`
}

// Look is how a parameter is shown where people set it; what is empty is as usual.
type Look struct {
	// Component is the kind of control.
	Component string `json:"component,omitempty" enum:"input,textarea,slider,switch,checkbox,dropdown,combobox,tags"`
	// Placeholder stands where nothing is set.
	Placeholder string `json:"placeholder,omitempty"`
	// Words are what values are called.
	Words map[string]string `json:"words,omitempty"`
	// Half puts it beside another one.
	Half bool `json:"half,omitempty"`
	// NoLabel and NoDefault keep the label and the default from being seen, NoField
	// the number beside a slider.
	NoLabel   bool `json:"noLabel,omitempty"`
	NoDefault bool `json:"noDefault,omitempty"`
	NoField   bool `json:"noField,omitempty"`
	// AboveZero is the least number but 0.
	AboveZero float64 `json:"aboveZero,omitempty"`
	// MinText and MaxText bound the letters of a text, MinTags the number of texts.
	MinText int `json:"minText,omitempty"`
	MaxText int `json:"maxText,omitempty"`
	MinTags int `json:"minTags,omitempty"`
}

// Drafter writes a request without sending it; codecs are.
type Drafter interface {
	// Draft returns the body that would be sent and what the user would be told.
	Draft(request llm.Request) (body []byte, notices []string, err error)
}

// notTaken is why a parameter is refused of which the codec says no more: where
// it is shown, its name and the model's stand already.
const notTaken = "This model does not take it."

// notSent is why a parameter is refused that leaves no trace in a request.
const notSent = "It is not sent to this provider."

// Subject is what parameters are asked for.
type Subject struct {
	Model Drafter
	// Dialect is the kind of provider, such as "openai".
	Dialect string
	Info    llm.Info
	// Regions and Protocols are those that the user may choose from.
	Regions, Protocols []string
	// Region is that of who chooses none; empty where it is not known.
	Region string
	// With holds what else is set: the provider's own defaults, and what the user
	// has chosen already, as one choice may rule out another.
	With llm.Params
}

// Of lists the parameters of a model, those that it refuses too. What concerns
// reasoning or tools is left out for a model that has none of it.
func Of(s Subject) []Definition {
	t := newTrial(s)
	chosen := fields(s.With)
	all := make([]Definition, 0, len(knobs))
	for _, k := range knobs {
		if k.applies != nil && !k.applies(s.Info) {
			continue
		}
		d := k.Definition
		if k.suit != nil {
			k.suit(&d, s)
		}
		if d.Type == Enum && len(d.Values) == 0 {
			continue
		}
		if !k.ours {
			t.fit(&d, k)
		}
		if value, ok := chosen[d.Name]; ok && d.Refused == "" {
			t.keep(d.Name, value)
		}
		all = append(all, d)
	}
	return all
}

// Runs reports whether the model's codec can ask for a tool that the provider
// runs itself.
func Runs(model Drafter, tool string) bool {
	t := newTrial(Subject{Model: model})
	request := t.base
	request.Remote = []llm.RemoteTool{{Name: tool}}
	return t.try(request) == ""
}

// fields returns the parameters that are set, by name.
func fields(p llm.Params) map[string]json.RawMessage {
	var set map[string]json.RawMessage
	if text, err := json.Marshal(p); err == nil {
		_ = json.Unmarshal(text, &set) //nolint:errcheck // it was just written
	}
	return set
}

// trial asks a codec what it makes of parameters.
type trial struct {
	model Drafter
	base  llm.Request
	plain []byte   // what is sent of base
	known []string // what is told of it
}

// newTrial starts from a request like most, with a tool and a picture, as some
// parameters are about these.
func newTrial(s Subject) *trial {
	t := &trial{model: s.Model, base: llm.Request{
		Messages: []llm.Message{{Role: llm.RoleUser, Parts: []llm.Part{{Type: llm.PartText, Text: "Hello"}}}},
		Params:   llm.Params{Extra: s.With.Extra, Drop: s.With.Drop},
		Cache:    true,
	}}
	if s.Info.Vision {
		t.base.Messages[0].Parts = append(t.base.Messages[0].Parts, llm.Part{Type: llm.PartImage, Media: &llm.Media{MIME: "image/png", Data: []byte("-")}})
	}
	if s.Info.Tools {
		t.base.Tools = []llm.Tool{{Name: "look", Description: "Looks.", Parameters: json.RawMessage(`{"type":"object","properties":{}}`)}}
	}
	t.look()
	return t
}

// look drafts the base anew.
func (t *trial) look() {
	t.plain, t.known = nil, nil
	if body, notices, err := t.model.Draft(t.base); err == nil {
		t.plain, t.known = body, notices
	}
}

// keep has what is tried from now on stand beside a value.
func (t *trial) keep(name string, value json.RawMessage) {
	put(&t.base.Params, name, string(value))
	t.look()
}

// fit narrows a definition to what the codec takes, or says why it refuses.
func (t *trial) fit(d *Definition, k knob) {
	if d.Type == Enum {
		d.Values, d.Refused = t.taken(d.Name, d.Values)
		return
	}
	d.Refused = t.set(d.Name, k.usual)
	if d.Refused != "" || len(k.lower) == 0 {
		return
	}
	for _, limit := range append([]float64{*d.Max}, k.lower...) {
		if t.set(d.Name, strconv.FormatFloat(limit, 'g', -1, 64)) == "" {
			d.Max = &limit
			return
		}
	}
}

// taken returns the values that are taken. If none is, it returns all of them
// and says why.
func (t *trial) taken(name string, values []string) (taken []string, refused string) {
	for _, value := range values {
		why := t.set(name, strconv.Quote(value))
		if why == "" {
			taken = append(taken, value)
		} else if refused == "" {
			refused = why
		}
	}
	if len(taken) == 0 {
		return values, refused
	}
	return taken, ""
}

// set tries one value and returns why it is not taken, "" if it is.
func (t *trial) set(name, value string) string {
	request := t.base
	put(&request.Params, name, value)
	return t.try(request)
}

func (t *trial) try(request llm.Request) string {
	body, notices, err := t.model.Draft(request)
	if err != nil {
		return llm.AsError(err).Message
	}
	for _, notice := range notices {
		if !slices.Contains(t.known, notice) {
			why, leftOut := strings.CutSuffix(notice, ", so it was left out.")
			switch {
			case leftOut && strings.Contains(why, ` does not take "`):
				return notTaken
			case leftOut:
				return why + "."
			}
			return notice
		}
	}
	if bytes.Equal(body, t.plain) {
		return notSent
	}
	return ""
}

// put sets a parameter by its name; value is JSON.
func put(p *llm.Params, name, value string) {
	_ = json.Unmarshal([]byte(`{"`+name+`":`+value+`}`), p) //nolint:errcheck // a value that does not fit changes nothing, and is then not sent
}
