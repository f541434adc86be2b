package key

import (
	"fmt"
	"slices"
	"strings"

	"parley/internal/kit/conf"
)

// starterHead is above the keys of a file to begin with.
const starterHead = `## Parley's configuration. Lines with ## explain. Those with # are the defaults, or
## an example where there is none: take the # away to change one. Changes apply
## while the server runs, unless it says "restart". Values may come from the
## environment: ${NAME} or ${NAME:-otherwise}. Check the file with
## "parley config check"; every key is in docs/CONFIG.md.
`

// starterEndpoints shows how a provider is given.
const starterEndpoints = `
## Providers. Keys in the environment (OPENAI_API_KEY, ANTHROPIC_API_KEY, ...) need
## nothing here, and administrators add others on their pages.
#endpoints:
#  custom:
#    - name: Office
#      baseURL: http://10.0.0.5:11434/v1
#      apiKey: ${OFFICE_KEY}
#      models:
#        default: [qwen3:32b]
#        fetch: true
#      titleConvo: true
`

// Starter is a file to begin with, in which all is a comment.
func Starter() string {
	var b strings.Builder
	b.WriteString(starterHead)
	section := ""
	for _, k := range Schema().Keys() {
		name, rest, nested := strings.Cut(k.Path, ".")
		if !slices.Contains([]string{"pinned", "server", "database", "auth", "files", "chat", "outbound"}, name) {
			continue
		}
		if name != section {
			section = name
			b.WriteByte('\n')
			if nested {
				fmt.Fprintf(&b, "#%s:\n", name)
			}
		}
		indent := ""
		if nested {
			indent = "  "
		} else {
			rest = name
		}
		doc := k.Doc
		if k.Restart {
			doc += " (restart)"
		}
		fmt.Fprintf(&b, "##%s %s\n#%s%s: %s\n", indent, doc, indent, rest, quoted(k))
	}
	b.WriteString(starterEndpoints)
	return b.String()
}

// quoted is a sample as it stands in a file.
func quoted(k conf.Key) string {
	sample := k.Sample()
	if k.Form&conf.Text != 0 && strings.ContainsAny(sample, ":{") {
		return fmt.Sprintf("%q", sample)
	}
	return sample
}

// JSONSchema describes the file to editors; a lenient one takes what is only
// warned of in a librechat.yaml.
func JSONSchema(lenient bool) ([]byte, error) {
	title := "Configuration of Parley"
	if lenient {
		title = "Configuration of LibreChat, as Parley reads it"
	}
	return Schema().JSONSchema(title, lenient)
}
