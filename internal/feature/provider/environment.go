package provider

import (
	"cmp"
	"slices"
	"strings"

	"parley/internal/kit/seal"
	"parley/internal/llm/catalog"
)

// variables are what the environment says about a kind of provider, beside the
// usual variable of its key. LibreChat's names come first.
type variables struct {
	keys       []string
	baseURL    string
	models     string
	titleModel string
	// headers are sent where their variable is set.
	headers map[string]string
}

var environment = map[string]variables{
	catalog.OpenAI: {
		baseURL: "OPENAI_REVERSE_PROXY", models: "OPENAI_MODELS", titleModel: "OPENAI_TITLE_MODEL",
		headers: map[string]string{"OpenAI-Organization": "OPENAI_ORGANIZATION"},
	},
	catalog.Anthropic: {baseURL: "ANTHROPIC_REVERSE_PROXY", models: "ANTHROPIC_MODELS", titleModel: "ANTHROPIC_TITLE_MODEL"},
	catalog.Google: {
		keys: []string{"GOOGLE_KEY"}, baseURL: "GOOGLE_REVERSE_PROXY", models: "GOOGLE_MODELS", titleModel: "GOOGLE_TITLE_MODEL",
	},
	"openrouter": {keys: []string{"OPENROUTER_KEY"}},
	"together":   {keys: []string{"TOGETHERAI_API_KEY"}},
}

// environment adds the providers whose keys the environment holds, or the file
// under their names.
func (s *source) environment(e Endpoints, getenv func(string) string) {
	read := func(name string) string {
		if name == "" {
			return ""
		}
		return strings.TrimSpace(getenv(name))
	}
	for _, k := range catalog.Kinds() {
		switch k.ID {
		case "huggingface", catalog.Vertex: // HF_TOKEN is on many machines, for downloads
			continue
		case catalog.Azure:
			s.azure(e, read)
			continue
		case catalog.Bedrock:
			s.bedrock(e, read)
			continue
		}
		d := define(k)
		reached := d.reach(e.named(k.ID), environment[k.ID], k.Env, read)
		if s.googleCloud(&d, e, read) {
			models, fetch := d.models, d.fetch
			s.know(&d, e, read)
			if models != nil {
				d.models, d.fetch = models, fetch
			}
			s.all = append(s.all, d)
			continue
		}
		if !reached {
			continue
		}
		if _, err := hostPort(d.baseURL); err != nil && !d.asks.BaseURL {
			s.leaveOut(k.ID, "It", err)
			continue
		}
		s.know(&d, e, read)
		s.all = append(s.all, d)
	}
}

// reach finds the keys and the address of a provider that is known by name; false
// where there are none.
func (d *definition) reach(own Named, v variables, usual string, read func(string) string) bool {
	key := own.APIKey.Reveal()
	d.source = File
	if key == "" {
		d.source = Environment
		for _, variable := range append(slices.Clone(v.keys), usual) {
			key = cmp.Or(key, read(variable))
		}
	}
	to := cmp.Or(own.BaseURL, read(v.baseURL))
	d.asks = Asks{Key: key == userProvided, BaseURL: to == userProvided}
	switch {
	case d.asks.BaseURL:
		d.baseURL = ""
	case to != "":
		d.baseURL = to
	}
	d.keys = secrets(append([]seal.Secret{seal.Secret(key)}, own.APIKeys...)...)
	return (len(d.keys) > 0 || d.asks.any()) && (d.baseURL != "" || d.asks.BaseURL)
}

// know adds what the environment and the file say beside key and address.
func (s *source) know(d *definition, e Endpoints, read func(string) string) {
	v, own := environment[d.kind], e.named(d.kind)
	d.models = names(read(v.models))
	if given, words := own.Models.names(); len(given) > 0 {
		d.models, d.words = given, words
	}
	d.fetch = len(d.models) == 0 || own.Models.Fetch
	d.userQuery = own.Models.UserIDQuery
	if strings.EqualFold(read("TITLE_CONVO"), "false") {
		d.titles = false
	}
	s.share(d, own.Shared, e)
	d.titling.Model = cmp.Or(d.titling.Model, read(v.titleModel))
	if d.kind == catalog.Google {
		d.params.Safety = safety(read)
		if strings.EqualFold(read("GOOGLE_AUTH_HEADER"), "true") && len(d.keys) > 0 && !d.cloud.vertex && d.headers["Authorization"] == "" {
			d.headers["Authorization"] = "Bearer " + d.keys[0].Reveal()
		}
	}
	for header, variable := range v.headers {
		if value := read(variable); value != "" && d.headers[header] == "" {
			d.headers[header] = value
		}
	}
}

// named is what the file says about a kind that Parley knows.
func (e Endpoints) named(kind string) Named {
	switch kind {
	case catalog.OpenAI:
		return e.OpenAI
	case catalog.Anthropic:
		return e.Anthropic.Named
	case catalog.Google:
		return e.Google
	}
	return Named{}
}

// names reads names with commas between them.
func names(text string) []string {
	var all []string
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name != "" {
			all = append(all, name)
		}
	}
	return all
}

// arrange keeps and orders providers as the variable ENDPOINTS says: a list of
// LibreChat's names, in which "custom" is all that it does not know by name.
func arrange(all []definition, order string) []definition {
	wanted := names(order)
	if len(wanted) == 0 {
		return all
	}
	place := func(d definition) int {
		name := ""
		if !d.isCustom {
			name = endpointNames[d.kind]
		}
		return slices.IndexFunc(wanted, func(n string) bool { return strings.EqualFold(n, cmp.Or(name, "custom")) })
	}
	kept := slices.DeleteFunc(slices.Clone(all), func(d definition) bool { return place(d) < 0 })
	slices.SortStableFunc(kept, func(a, b definition) int { return cmp.Compare(place(a), place(b)) })
	return kept
}

// endpointNames are LibreChat's names of kinds that it knows.
var endpointNames = map[string]string{
	catalog.OpenAI: "openAI", catalog.Anthropic: "anthropic", catalog.Google: "google", catalog.Azure: "azureOpenAI", catalog.Bedrock: "bedrock",
}

// Endpoints are LibreChat's names of the kinds of the providers, by the names of
// these; empty of a kind that it does not know by name.
func (s *Service) Endpoints() map[string]string {
	all := map[string]string{}
	for _, p := range s.now.Load().order {
		all[p.name] = endpointNames[p.kind]
	}
	return all
}

// ourName is the name of a provider here, by the name that it may have in a file
// for LibreChat.
func ourName(name string) string {
	name = fold(name)
	for kind, theirs := range endpointNames {
		if fold(theirs) == name {
			return kind
		}
	}
	return name
}
