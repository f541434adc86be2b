package google

import (
	"encoding/json"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/wire"
)

// names maps tool names to what Gemini allows and back: those of [wire.Names],
// but not with a digit or a dash at the beginning.
type names struct{ *wire.Names }

const mark = "_"

func newNames(tools []llm.Tool) *names { return &names{wire.NewNames(tools)} }

// Clean returns the name on the wire.
func (n *names) Clean(name string) string {
	const longest = 64
	clean := n.Names.Clean(name)
	if strings.IndexAny(clean[:1], "0123456789-") == 0 {
		clean = mark + clean[:min(len(clean), longest-len(mark))]
	}
	return clean
}

// Given returns the name that Clean was asked for.
func (n *names) Given(clean string) string {
	if bare, marked := strings.CutPrefix(clean, mark); marked && bare != "" && strings.IndexAny(bare[:1], "0123456789-") == 0 {
		return n.Names.Given(bare)
	}
	return n.Names.Given(clean)
}

// remoteTools are Google's own tools by their name in Parley.
var remoteTools = map[string]string{
	llm.RemoteWebSearch: "googleSearch", llm.RemoteCode: "codeExecution",
	llm.RemoteURLContext: "urlContext", llm.RemoteFileSearch: "fileSearch",
}

// tools writes the functions and Google's own tools.
func (b *builder) tools(request llm.Request) {
	var list []map[string]any
	var functions []map[string]any
	if b.traits.tools {
		functions = b.functions(request.Tools)
	} else if len(request.Tools) > 0 {
		b.Notice("The model %s does not call tools, so it was given none.", b.Model)
	}
	if remote := b.remote(request.Remote, len(functions) > 0); len(remote) > 0 {
		list = append(list, remote...)
		if b.traits.combined && !b.vertex {
			b.config("includeServerSideToolInvocations", true)
		}
	}
	if len(functions) > 0 {
		list = append(list, map[string]any{"functionDeclarations": functions})
		b.choice(request.ToolChoice)
	}
	if len(list) > 0 {
		b.top["tools"] = list
	}
}

func (b *builder) functions(tools []llm.Tool) []map[string]any {
	list := make([]map[string]any, 0, len(tools))
	for _, tool := range tools {
		parameters := tool.Parameters
		if len(parameters) == 0 {
			parameters = wire.EmptySchema
		}
		list = append(list, map[string]any{
			"name": b.names.Clean(tool.Name), "description": tool.Description, "parametersJsonSchema": parameters,
		})
	}
	return list
}

// remote writes Google's own tools, which older models, and Vertex AI, do not
// take beside functions.
func (b *builder) remote(tools []llm.RemoteTool, functions bool) []map[string]any {
	var list []map[string]any
	for _, tool := range tools {
		name, known := remoteTools[tool.Name]
		switch {
		case !known || !b.traits.tools:
			b.Notice("The model %s has no tool %q of its own, so it was left out.", b.Model, tool.Name)
			continue
		case functions && (!b.traits.combined || b.vertex):
			b.Notice("The model %s takes no tool %q of its own beside others, so it was left out.", b.Model, tool.Name)
			continue
		case tool.Name == llm.RemoteFileSearch && len(tool.Options) == 0:
			b.Notice("The model %s searches files only in stores that are named, so %q was left out.", b.Model, tool.Name)
			continue
		}
		options := tool.Options
		if len(options) == 0 {
			options = json.RawMessage("{}")
		}
		b.watches = b.watches || tool.Name == llm.RemoteURLContext
		list = append(list, map[string]any{name: options})
	}
	return list
}

// choice writes which function is to be called, and on Vertex AI asks for
// arguments piece by piece.
func (b *builder) choice(asked string) {
	calling := map[string]any{}
	switch asked {
	case "":
	case "auto":
		calling["mode"] = "AUTO"
	case "none":
		calling["mode"] = "NONE"
	case "required":
		calling["mode"] = "ANY"
	default:
		calling["mode"], calling["allowedFunctionNames"] = "ANY", []string{b.names.Clean(asked)}
	}
	if b.vertex && b.traits.signed {
		calling["streamFunctionCallArguments"] = true
	}
	if len(calling) > 0 {
		b.config("functionCallingConfig", calling)
	}
}

// config sets a field of toolConfig.
func (b *builder) config(name string, value any) {
	config, ok := b.top["toolConfig"].(map[string]any)
	if !ok {
		config = map[string]any{}
		b.top["toolConfig"] = config
	}
	config[name] = value
}
