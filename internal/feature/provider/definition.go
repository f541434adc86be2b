package provider

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"parley/internal/kit/seal"
	"parley/internal/llm"
	"parley/internal/llm/catalog"
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
	icon    string
	source  Source
	baseURL string
	key     seal.Secret
	headers map[string]string
	models  []string
	// fetch says that the server's list counts, beside models.
	fetch  bool
	titles bool
	params llm.Params
	tokens map[string]Tokens
}

// userProvided is LibreChat's word for "each user gives their own".
const userProvided = "user_provided"

// fromEntry reads one endpoint of the configuration file. The notes say what of
// it has no effect.
func fromEntry(e Entry) (d definition, notes []string, err error) {
	name, err := checkName(e.Name)
	if err != nil {
		return definition{}, nil, err
	}
	if e.APIKey.Reveal() == userProvided || e.BaseURL == userProvided {
		return definition{}, nil, fmt.Errorf("%q values are not supported yet", userProvided)
	}
	if _, err := hostPort(e.BaseURL); err != nil {
		return definition{}, nil, err
	}
	if e.APIKey == "" && !isLocal(e.BaseURL) { // a variable that is not set, as a rule
		return definition{}, nil, ErrKey
	}
	d = definition{
		name: name, label: name, kind: kindCustom, source: File, baseURL: strings.TrimSpace(e.BaseURL), key: e.APIKey,
		dialect: dialectOf(name, e.BaseURL), headers: map[string]string{},
		models: slices.DeleteFunc(slices.Clone(e.Models.Default), func(m string) bool { return m == "" }),
		titles: e.TitleConvo != nil && *e.TitleConvo, tokens: e.TokenConfig,
	}
	if strings.EqualFold(e.Provider, kindAnthropic) {
		d.dialect = kindAnthropic
	}
	d.fetch = e.Models.Fetch || len(d.models) == 0
	d.icon = iconOf(e.IconURL, d.dialect)
	for _, header := range slices.Sorted(maps.Keys(e.Headers)) {
		if strings.Contains(e.Headers[header], "{{") { // something about the user, which is not told to providers
			notes = append(notes, "the header "+header+" holds a placeholder and is not sent")
			continue
		}
		d.headers[header] = e.Headers[header]
	}
	d.params.Drop = e.DropParams
	if len(e.AddParams) > 0 {
		d.params.Extra = map[string]json.RawMessage{}
	}
	for _, key := range slices.Sorted(maps.Keys(e.AddParams)) {
		value, err := json.Marshal(e.AddParams[key])
		if err != nil {
			return definition{}, nil, fmt.Errorf("addParams.%s: %w", key, err)
		}
		d.params.Extra[key] = value
	}
	return d, notes, nil
}

// fromEnvironment lists the providers whose keys the environment holds.
func fromEnvironment(getenv func(string) string) []definition {
	var all []definition
	for _, k := range catalog.Kinds() {
		if k.ID == "huggingface" { // HF_TOKEN is on many machines, for downloads
			continue
		}
		key := ""
		for _, variable := range append(slices.Clone(moreVariables[k.ID]), k.Env) {
			if variable != "" {
				key = cmp.Or(key, strings.TrimSpace(getenv(variable)))
			}
		}
		d := define(k)
		if to := strings.TrimSpace(getenv(moved[k.ID])); moved[k.ID] != "" && to != "" && to != userProvided {
			d.baseURL = to
		}
		if key == "" || key == userProvided || d.baseURL == "" {
			continue
		}
		d.source, d.key = Environment, seal.Secret(key)
		all = append(all, d)
	}
	return all
}

// define is what a kind starts from.
func define(k catalog.Kind) definition {
	return definition{
		name: k.ID, label: k.Label, kind: k.ID, dialect: k.ID, icon: k.ID, baseURL: k.BaseURL,
		fetch: k.ID != kindDemo, titles: k.ID != kindDemo,
	}
}

// labelOf is what people read of a provider that an admin named: the kind's own
// label where the name is just that of the kind.
func labelOf(name string, k catalog.Kind) string {
	if fold(name) == k.ID {
		return k.Label
	}
	return name
}

// iconOf names an icon of ours. Icons of other servers are not loaded.
func iconOf(wanted, dialect string) string {
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
