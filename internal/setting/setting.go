// Package setting keeps what people change while the server runs: the settings
// of the server, by administrators, and those of each user.
//
// It is not the configuration: what is read once at the start, such as addresses
// and keys, stays there. A setting of the server may also be given in the
// configuration; precedence is default, file, environment, then what was set
// here, unless the file pins it.
package setting

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"parley/internal/identity"
	"parley/internal/kit/fault"
)

// Faults of settings.
var (
	ErrInvalid = fault.New(fault.Invalid, "setting_invalid", "This setting cannot have this value.")
	ErrPinned  = fault.New(fault.Conflict, "setting_pinned", "This setting is fixed in the configuration file.")
)

// Server holds the settings of the whole server.
type Server struct {
	// Registration lets strangers make accounts for themselves.
	Registration bool `json:"registration"`
	// SessionIdleHours ends a session that was not used for so long, unless its
	// user asked to be kept signed in.
	SessionIdleHours int `json:"sessionIdleHours"`
	// SessionDays ends every session so long after it began.
	SessionDays int `json:"sessionDays"`
	// DefaultLanguage is the language of pages for those who chose none.
	DefaultLanguage string `json:"defaultLanguage"`
	// DefaultModel is "provider/model" for those who chose none, or empty.
	DefaultModel string `json:"defaultModel"`
	// EnforceSpecs leaves nothing but the curated models to choose from.
	EnforceSpecs bool `json:"enforceSpecs"`
	// PrioritizeSpecs has new chats begin with one of the curated models.
	PrioritizeSpecs bool `json:"prioritizeSpecs"`
}

// ServerPatch changes the settings that are not nil.
type ServerPatch struct {
	Registration     *bool   `json:"registration,omitempty"`
	SessionIdleHours *int    `json:"sessionIdleHours,omitempty" minimum:"1" maximum:"8760"`
	SessionDays      *int    `json:"sessionDays,omitempty" minimum:"1" maximum:"3650"`
	DefaultLanguage  *string `json:"defaultLanguage,omitempty" maxLength:"35"`
	DefaultModel     *string `json:"defaultModel,omitempty" maxLength:"300"`
	EnforceSpecs     *bool   `json:"enforceSpecs,omitempty"`
	PrioritizeSpecs  *bool   `json:"prioritizeSpecs,omitempty"`
}

// ServerDefaults is what holds when nothing is set.
func ServerDefaults() Server {
	return Server{Registration: true, SessionIdleHours: 24, SessionDays: 30, DefaultLanguage: "en"}
}

// Lifetimes is how long sessions last.
func (s Server) Lifetimes() identity.Lifetimes {
	return identity.Lifetimes{
		Idle:     time.Duration(s.SessionIdleHours) * time.Hour,
		Absolute: time.Duration(s.SessionDays) * 24 * time.Hour,
	}
}

// Check returns [ErrInvalid] with what is wrong, or nil.
func (s Server) Check() error {
	return firstOf(
		between("sessionIdleHours", s.SessionIdleHours, 1, 8760),
		between("sessionDays", s.SessionDays, 1, 3650),
		matches("defaultLanguage", s.DefaultLanguage, language),
		matches("defaultModel", s.DefaultModel, model),
	)
}

// User holds the settings of one user.
type User struct {
	Theme    string `json:"theme" enum:"system,light,dark,contrast"`
	TextSize int    `json:"textSize" minimum:"14" maximum:"20"`
	Density  string `json:"density" enum:"comfortable,compact"`
	Column   string `json:"column" enum:"narrow,wide,full"`
	Mode     string `json:"mode" enum:"full,simple"`
	// Language is empty for the server's default.
	Language string `json:"language"`
	SendKey  string `json:"sendKey" enum:"enter,mod+enter"`
	// Model is "provider/model" as last chosen, or empty.
	Model string `json:"model"`
	// SingleKeys turns shortcuts of one key on.
	SingleKeys bool `json:"singleKeys"`
	// Keys are the shortcuts that are not as they come: the keys that one has by
	// default to those that it has now, or to nothing if it is off.
	Keys Bindings `json:"keys"`
}

// Bindings map the default keys of shortcuts, such as "mod+shift+o" or "g s", to
// others or to "".
type Bindings map[string]string

// UnmarshalJSON reads all bindings anew: those of before are not changed.
func (b *Bindings) UnmarshalJSON(text []byte) error {
	var fresh map[string]string
	if err := json.Unmarshal(text, &fresh); err != nil {
		return err
	}
	*b = fresh
	return nil
}

func (b Bindings) check() error {
	const most = 100
	if len(b) > most {
		return ErrInvalid.Saying(fmt.Sprintf("keys may change at most %d shortcuts", most))
	}
	for from, to := range b {
		if !shortcut.MatchString(from) || to != "" && !shortcut.MatchString(to) {
			return ErrInvalid.Saying("keys has a shortcut that is not in the right form")
		}
	}
	return nil
}

// UserPatch changes the settings that are not nil.
type UserPatch struct {
	Theme      *string `json:"theme,omitempty" enum:"system,light,dark,contrast"`
	TextSize   *int    `json:"textSize,omitempty" minimum:"14" maximum:"20"`
	Density    *string `json:"density,omitempty" enum:"comfortable,compact"`
	Column     *string `json:"column,omitempty" enum:"narrow,wide,full"`
	Mode       *string `json:"mode,omitempty" enum:"full,simple"`
	Language   *string `json:"language,omitempty" maxLength:"35"`
	SendKey    *string `json:"sendKey,omitempty" enum:"enter,mod+enter"`
	Model      *string `json:"model,omitempty" maxLength:"300"`
	SingleKeys *bool   `json:"singleKeys,omitempty"`
	// Keys replace all bindings.
	Keys *Bindings `json:"keys,omitempty"`
}

// UserDefaults is what holds for a user who set nothing.
func UserDefaults() User {
	return User{
		Theme: "system", TextSize: 16, Density: "comfortable", Column: "narrow", Mode: "full",
		SendKey: "enter", SingleKeys: true, Keys: Bindings{},
	}
}

// Check returns [ErrInvalid] with what is wrong, or nil.
func (u User) Check() error {
	return firstOf(
		oneOf("theme", u.Theme, "system", "light", "dark", "contrast"),
		between("textSize", u.TextSize, 14, 20),
		oneOf("density", u.Density, "comfortable", "compact"),
		oneOf("column", u.Column, "narrow", "wide", "full"),
		oneOf("mode", u.Mode, "full", "simple"),
		matches("language", u.Language, language),
		oneOf("sendKey", u.SendKey, "enter", "mod+enter"),
		matches("model", u.Model, model),
		u.Keys.check(),
	)
}

var (
	// shortcut is one press or two, each with its modifiers.
	shortcut = regexp.MustCompile(`^((mod|alt|shift)\+)*[^\s\pC]{1,12}( ((mod|alt|shift)\+)*[^\s\pC]{1,12})?$`)
	language = regexp.MustCompile(`^([a-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$`) // a BCP 47 tag
	model    = regexp.MustCompile(`^([^/\pC]*[^/\s\pC][^/\pC]*/\S+)?$`)  // a provider's name may have blanks
)

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func between(name string, n, least, most int) error {
	if n < least || n > most {
		return ErrInvalid.Saying(fmt.Sprintf("%s has to be from %d to %d", name, least, most))
	}
	return nil
}

func oneOf(name, value string, allowed ...string) error {
	if !slices.Contains(allowed, value) {
		return ErrInvalid.Saying(name + " has to be one of " + strings.Join(allowed, ", "))
	}
	return nil
}

func matches(name, value string, form *regexp.Regexp) error {
	const longest = 300
	if len(value) > longest || !form.MatchString(value) {
		return ErrInvalid.Saying(name + " is not in the right form")
	}
	return nil
}

// values returns the settings of a patch that are not nil, by name.
func values(patch any) (map[string]json.RawMessage, error) {
	text, err := json.Marshal(patch)
	if err != nil {
		return nil, err
	}
	var all map[string]json.RawMessage
	return all, json.Unmarshal(text, &all)
}

// with returns base with one setting changed. A name that this version does not
// know changes nothing; a value that cannot be is an error.
func with[T interface{ Check() error }](base T, name string, value json.RawMessage) (T, error) {
	text, err := json.Marshal(map[string]json.RawMessage{name: value})
	if err != nil {
		return base, err
	}
	changed := base
	if err := json.Unmarshal(text, &changed); err != nil {
		return base, ErrInvalid.Because(err)
	}
	if err := changed.Check(); err != nil {
		return base, err
	}
	return changed, nil
}

// names lists the settings of a struct as they are called in JSON.
func names(of any) []string {
	t := reflect.TypeOf(of)
	all := make([]string, t.NumField())
	for i := range all {
		all[i], _, _ = strings.Cut(t.Field(i).Tag.Get("json"), ",")
	}
	return all
}
