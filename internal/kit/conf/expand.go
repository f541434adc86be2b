package conf

import (
	"regexp"
	"slices"
)

// variable is ${NAME} or ${NAME:-default}.
var variable = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}`)

// expand puts the values of environment variables into text. What a variable
// holds is taken as it is and not expanded again. It returns the names that
// stand in text, and those that are neither set nor have a default. Those to be
// kept stay as they are.
func expand(text string, env func(string) (string, bool), kept []string) (expanded string, vars, missing []string) {
	expanded = variable.ReplaceAllStringFunc(text, func(match string) string {
		parts := variable.FindStringSubmatch(match)
		name, byDefault := parts[1], parts[2]
		if slices.Contains(kept, name) {
			return match
		}
		if !slices.Contains(vars, name) {
			vars = append(vars, name)
		}
		if value, set := env(name); set && value != "" {
			return value
		}
		if len(match) == len("${}")+len(name) {
			missing = append(missing, name)
		}
		return byDefault
	})
	return expanded, vars, missing
}
