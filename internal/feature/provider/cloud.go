package provider

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"parley/internal/kit/seal"
	"parley/internal/llm"
	"parley/internal/llm/azure"
	"parley/internal/llm/bedrock"
	"parley/internal/llm/catalog"
)

// cloud is what providers need to be told that are more than an address and a
// key.
type cloud struct {
	// region is Bedrock's, or the location of Vertex AI.
	region string
	// regions are those of Bedrock that users may choose from.
	regions []string
	// vertex says that Vertex AI serves the models, project whose it is.
	vertex  bool
	project string
	// ambient takes the credentials of the machine where no key is given.
	ambient bool
	profile string

	guardrail *bedrock.Guardrail
	profiles  map[string]string
	// groups say where the models of Azure are.
	groups []group
}

// group is an instance of Azure with its models.
type group struct {
	key      seal.Secret
	location azure.Location
	headers  map[string]string
	params   llm.Params
	// models maps what users choose to where it is.
	models map[string]azure.Location
}

// place finds a model of Azure.
func (c cloud) place(model string) (group, azure.Place, error) {
	for _, g := range c.groups {
		if location, ok := g.models[model]; ok {
			place, err := location.Place(model)
			return g, place, err
		}
	}
	if len(c.groups) == 1 && len(c.groups[0].models) == 0 { // any name is a deployment
		place, err := c.groups[0].location.Place(model)
		return c.groups[0], place, err
	}
	return group{}, azure.Place{}, fmt.Errorf("no group has the model %q", model)
}

// vertexURL is where Vertex AI is in the configured location.
func (c cloud) vertexURL() string {
	switch c.region {
	case "", "global":
		return "https://aiplatform.googleapis.com"
	case "us", "eu":
		return "https://aiplatform." + c.region + ".rep.googleapis.com"
	}
	return "https://" + c.region + "-aiplatform.googleapis.com"
}

// azure adds the groups of endpoints.azureOpenAI, or what the environment says
// of one.
func (s *source) azure(e Endpoints, read func(string) string) {
	k, _ := kindNamed(catalog.Azure)
	d := define(k)
	d.source, d.fetch = File, false
	groups := e.AzureOpenAI.Groups
	if len(groups) == 0 {
		d.source = Environment
		if groups = azureOfEnvironment(read); len(groups) == 0 {
			return
		}
	}
	for _, g := range groups {
		made, err := groupOf(g)
		if err != nil {
			s.leaveOut("azureOpenAI", fmt.Sprintf("The group %q", g.Group), err)
			continue
		}
		d.cloud.groups = append(d.cloud.groups, made)
		d.models = append(d.models, slices.Sorted(maps.Keys(made.models))...)
		d.baseURL = cmp.Or(d.baseURL, addressOf(made))
	}
	if len(d.cloud.groups) == 0 {
		return
	}
	s.share(&d, e.AzureOpenAI.Shared, e)
	s.all = append(s.all, d)
}

// addressOf is what an admin is shown as a group's address.
func addressOf(g group) string {
	for model, location := range g.models {
		if place, err := location.Place(model); err == nil {
			root, _, _ := strings.Cut(place.Chat, "/openai")
			return root
		}
	}
	return ""
}

func groupOf(g AzureGroup) (group, error) {
	made := group{
		key: seal.Secret(strings.TrimSpace(g.APIKey.Reveal())), headers: g.AdditionalHeaders, models: map[string]azure.Location{},
		location: azure.Location{
			Instance: g.InstanceName, Deployment: g.DeploymentName, Version: g.Version, BaseURL: g.BaseURL, Serverless: g.Serverless,
		},
	}
	var err error
	if made.params, err = paramsOf(g.AddParams, g.DropParams, nil); err != nil {
		return group{}, err
	}
	if made.key == "" && len(made.headers) == 0 {
		return group{}, ErrKey
	}
	if len(g.Models) == 0 {
		return group{}, errors.New("it names no models")
	}
	for name, value := range g.Models {
		location := made.location
		switch v := value.(type) {
		case map[string]any:
			if s, ok := v["deploymentName"].(string); ok && s != "" {
				location.Deployment = s
			}
			if s, ok := v["version"].(string); ok && s != "" {
				location.Version = s
			}
		case bool:
			if !v {
				continue
			}
		}
		if _, err := location.Place(name); err != nil {
			return group{}, err
		}
		made.models[name] = location
	}
	return made, nil
}

// azureOfEnvironment is the one group that the older variables describe.
func azureOfEnvironment(read func(string) string) []AzureGroup {
	key := cmp.Or(read("AZURE_API_KEY"), read("AZURE_OPENAI_API_KEY"))
	instance, base := read("AZURE_OPENAI_API_INSTANCE_NAME"), read("AZURE_OPENAI_BASEURL")
	if key == "" || instance == "" && base == "" {
		return nil
	}
	g := AzureGroup{
		Group: "environment", APIKey: seal.Secret(key), InstanceName: instance, BaseURL: base,
		Version: read("AZURE_OPENAI_API_VERSION"), DeploymentName: read("AZURE_OPENAI_API_DEPLOYMENT_NAME"), Models: map[string]any{},
	}
	models := names(read("AZURE_OPENAI_MODELS"))
	if strings.EqualFold(read("AZURE_USE_MODEL_AS_DEPLOYMENT_NAME"), "true") {
		g.DeploymentName = ""
	}
	if model := cmp.Or(read("AZURE_OPENAI_DEFAULT_MODEL"), g.DeploymentName); len(models) == 0 && model != "" {
		models = []string{model}
	}
	for _, model := range models {
		g.Models[model] = true
	}
	return []AzureGroup{g}
}

// bedrock adds Amazon Bedrock where the environment names a region.
func (s *source) bedrock(e Endpoints, read func(string) string) {
	key, region := read("BEDROCK_AWS_BEARER_TOKEN"), read("BEDROCK_AWS_DEFAULT_REGION")
	id, secret := read("BEDROCK_AWS_ACCESS_KEY_ID"), read("BEDROCK_AWS_SECRET_ACCESS_KEY")
	if region == "" && key == "" && id == "" {
		return
	}
	k, _ := kindNamed(catalog.Bedrock)
	d := define(k)
	d.source, d.baseURL = Environment, read("BEDROCK_REVERSE_PROXY")
	regions := named(e.Bedrock.AvailableRegions)
	if region == "" && len(regions) > 0 {
		region = regions[0]
	}
	d.cloud = cloud{region: region, regions: regions, profile: read("BEDROCK_AWS_PROFILE"), profiles: e.Bedrock.InferenceProfiles}
	d.asks.Key = key == userProvided || id == userProvided || secret == userProvided
	switch {
	case d.asks.Key:
	case key != "":
		d.keys = secrets(seal.Secret(key))
	case id != "" && secret != "":
		text := id + ":" + secret
		if session := read("BEDROCK_AWS_SESSION_TOKEN"); session != "" {
			text += ":" + session
		}
		d.keys = secrets(seal.Secret(text))
	default:
		d.cloud.ambient = true
	}
	if g := e.Bedrock.GuardrailConfig; g.GuardrailIdentifier != "" {
		d.cloud.guardrail = &bedrock.Guardrail{
			ID: g.GuardrailIdentifier, Version: g.GuardrailVersion, Trace: g.Trace, Mode: g.StreamProcessingMode,
		}
	}
	d.models = names(read("BEDROCK_AWS_MODELS"))
	if len(e.Bedrock.Models) > 0 {
		d.models = named(e.Bedrock.Models)
	}
	d.fetch = len(d.models) == 0
	s.share(&d, e.Bedrock.Shared, e)
	s.all = append(s.all, d)
}

// googleCloud turns a provider into one that Vertex AI serves, where the
// environment or the file says so. It reports whether it did.
func (s *source) googleCloud(d *definition, e Endpoints, read func(string) string) bool {
	var file string
	switch v := e.Anthropic.Vertex; {
	case d.kind == catalog.Google && len(d.keys) == 0 && !d.asks.Key:
		file = read("GOOGLE_SERVICE_KEY_FILE")
		d.cloud.region = cmp.Or(read("GOOGLE_LOC"), read("GOOGLE_CLOUD_LOCATION"))
		if file == "" {
			return false
		}
	case d.kind == catalog.Anthropic && (v.Region != "" || v.ProjectID != "" || v.ServiceKeyFile != "" || strings.EqualFold(read("ANTHROPIC_USE_VERTEX"), "true")):
		file = cmp.Or(v.ServiceKeyFile, read("GOOGLE_SERVICE_KEY_FILE"))
		d.cloud.region = cmp.Or(v.Region, read("ANTHROPIC_VERTEX_REGION"), "us-east5")
		d.cloud.project = v.ProjectID
		d.models = vertexModels(v)
		d.asks, d.fetch = Asks{}, len(d.models) == 0
	default:
		return false
	}
	d.cloud.vertex, d.baseURL, d.keys = true, "", nil
	switch {
	case file == "":
		d.cloud.ambient = true
	case strings.HasPrefix(file, "{"):
		d.keys = secrets(seal.Secret(file))
	default:
		text, err := os.ReadFile(file)
		if err != nil {
			s.leaveOut(d.name, "It", fmt.Errorf("the service account cannot be read: %w", err))
			return false
		}
		d.keys = secrets(seal.Secret(text))
	}
	return true
}

// vertexModels are the models that the file names, by the name that Vertex AI
// has for them.
func vertexModels(v Vertex) []string {
	var all []string
	switch models := v.Models.(type) {
	case []any:
		for _, m := range models {
			all = append(all, fmt.Sprint(m))
		}
	case map[string]any:
		for name, value := range models {
			deployment := cmp.Or(v.DeploymentName, name)
			if m, ok := value.(map[string]any); ok {
				if s, ok := m["deploymentName"].(string); ok && s != "" {
					deployment = s
				}
			}
			all = append(all, deployment)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// safety are the thresholds of Google's filters, by the variables of LibreChat.
func safety(read func(string) string) map[string]string {
	if strings.EqualFold(read("GOOGLE_EXCLUDE_SAFETY_SETTINGS"), "true") {
		return nil
	}
	var set map[string]string
	for category, variable := range map[string]string{
		"HARM_CATEGORY_SEXUALLY_EXPLICIT": "GOOGLE_SAFETY_SEXUALLY_EXPLICIT",
		"HARM_CATEGORY_HATE_SPEECH":       "GOOGLE_SAFETY_HATE_SPEECH",
		"HARM_CATEGORY_HARASSMENT":        "GOOGLE_SAFETY_HARASSMENT",
		"HARM_CATEGORY_DANGEROUS_CONTENT": "GOOGLE_SAFETY_DANGEROUS_CONTENT",
		"HARM_CATEGORY_CIVIC_INTEGRITY":   "GOOGLE_SAFETY_CIVIC_INTEGRITY",
	} {
		if value := read(variable); value != "" {
			if set == nil {
				set = map[string]string{}
			}
			set[category] = value
		}
	}
	return set
}

// isNative reports whether the kind's protocol needs no base URL.
func isNative(k catalog.Kind) bool {
	return k.Protocol == catalog.ProtocolBedrock || k.ID == catalog.Vertex
}
