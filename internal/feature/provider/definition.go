package provider

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"parley/internal/kit/seal"
	"parley/internal/llm"
	"parley/internal/llm/catalog"
	"parley/internal/llm/param"
)

// Source says where a provider was configured.
type Source string

// The sources. Of two providers of one name the first in this order counts.
const (
	File        Source = "file"
	Environment Source = "environment"
	UI          Source = "ui"
)

// definition is a provider as it was configured, from whatever source.
type definition struct {
	name    string
	label   string
	kind    string
	dialect string
	// protocol names the codec.
	protocol string
	icon     string
	source   Source
	// speaker is the name under which its models answer, if not their own.
	speaker string
	// isCustom says that it is one of endpoints.custom, whatever its kind.
	isCustom bool
	baseURL  string
	// keys take turns; none where asks says that users have their own.
	keys []seal.Secret
	asks Asks
	// headers may hold placeholders; see [personal].
	headers map[string]string
	models  []string
	// words describe models, in the place of what is known of them.
	words map[string]string
	// fetch says that the server's list counts, beside models.
	fetch bool
	// userQuery adds the user's id to the question for that list.
	userQuery bool
	// direct takes baseURL for the very address of completions.
	direct bool
	// reasonObject and replay are how reasoning is asked for and sent back.
	reasonObject bool
	// claudeParams says that parameters are sent as Anthropic's protocol has them.
	claudeParams bool
	replay       string
	// titles says that the model writes the titles of new chats, titling how.
	titles  bool
	titling llm.Titling
	// maxResult is the most of a tool's result that models are shown.
	maxResult int
	params    llm.Params
	tokens    map[string]Tokens
	// customs are the administrator's words about parameters.
	customs []param.Custom
	tuning  Tuning
	// options are what an admin said in the UI, revision how often that changed.
	options  Options
	revision int64
	cloud    cloud
}

// Asks says what each user gives to a provider themselves.
type Asks struct {
	Key     bool `json:"key,omitempty"`
	BaseURL bool `json:"baseUrl,omitempty"`
}

func (a Asks) any() bool { return a.Key || a.BaseURL }

// isPersonal reports whether the provider is another one for each user.
func (d definition) isPersonal() bool { return d.asks.any() || d.userQuery }

// userProvided is LibreChat's word for "each user gives their own".
const userProvided = "user_provided"

// define is what a kind starts from.
func define(k catalog.Kind) definition {
	return definition{
		name: k.ID, label: k.Label, kind: k.ID, dialect: k.ID, protocol: k.Protocol, icon: k.ID, baseURL: k.BaseURL,
		fetch: k.ID != catalog.Demo, titles: k.ID != catalog.Demo,
	}
}

// secrets are keys without the empty ones, each once.
func secrets(keys ...seal.Secret) []seal.Secret {
	var all []seal.Secret
	for _, key := range keys {
		key = seal.Secret(strings.TrimSpace(key.Reveal()))
		if key != "" && key != userProvided && !slices.Contains(all, key) {
			all = append(all, key)
		}
	}
	return all
}

// labelOf is what people read of a provider that an admin named: the kind's own
// label where the name is just that of the kind.
func labelOf(name string, k catalog.Kind) string {
	if fold(name) == k.ID {
		return k.Label
	}
	return name
}

// iconOf names an icon of ours, or holds a picture. Icons of other servers are not
// loaded.
func iconOf(wanted, dialect string) string {
	if strings.HasPrefix(wanted, "data:image/") {
		return wanted
	}
	if k, ok := kindNamed(strings.ToLower(wanted)); ok {
		return k.ID
	}
	return dialect
}

// checkName returns a provider's name without spaces around it.
func checkName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if name == "" || len(name) > 64 || strings.ContainsAny(name, "/\r\n\t\x00") {
		return "", ErrName
	}
	return name, nil
}

// fold is the form of a name that is compared.
func fold(name string) string { return strings.ToLower(name) }

// cleanBaseURL completes what people write for an address: a local server's
// lacks its path more often than not.
func cleanBaseURL(k catalog.Kind, given string) (string, error) {
	given = strings.TrimRight(strings.TrimSpace(given), "/")
	if given == "" {
		given = k.BaseURL
	}
	if given == "" {
		return "", ErrBaseURL.Saying("It is needed for this kind of provider.")
	}
	if !strings.Contains(given, "://") {
		given = "http://" + given
	}
	if _, err := hostPort(given); err != nil {
		return "", err
	}
	u, err := url.Parse(given)
	if err != nil {
		return "", ErrBaseURL
	}
	u.Fragment = ""
	if k.Local && u.Path == "" {
		u.Path = "/v1"
	}
	return u.String(), nil
}

func compareFold(a, b string) int { return cmp.Compare(fold(a), fold(b)) }
