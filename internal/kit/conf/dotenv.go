package conf

import (
	"errors"
	"io/fs"
	"os"
	"regexp"
	"strings"
)

// assignment is a line of a .env file, or several where a value in quotes has line
// breaks, in the form that the package dotenv of Node reads.
var assignment = regexp.MustCompile("(?m)^[ \\t]*(?:export[ \\t]+)?([\\w.-]+)[ \\t]*=[ \\t]*" +
	`('(?:\\'|[^'])*'|"(?:\\"|[^"])*"|` + "`(?:\\\\`|[^`])*`" + `|[^#\r\n]+)?[ \t]*(?:#.*)?\r?$`)

// DotEnv reads the file of variables at path. There are none where there is no
// file; lines that are no assignments are passed over.
func DotEnv(path string) (map[string]string, error) {
	data, err := os.ReadFile(path) //nolint:gosec // the administrator puts it there
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // an absent file holds nothing
	}
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	for _, m := range assignment.FindAllStringSubmatch(strings.TrimPrefix(string(data), "\ufeff"), -1) {
		all[m[1]] = unquoted(strings.TrimSpace(m[2]))
	}
	return all, nil
}

// unquoted is a value without its quotes. Only within double ones \n and \r are
// line breaks.
func unquoted(value string) string {
	if len(value) < 2 || value[0] != value[len(value)-1] || !strings.Contains("'\"`", value[:1]) {
		return value
	}
	inner := value[1 : len(value)-1]
	if value[0] == '"' {
		return strings.NewReplacer(`\n`, "\n", `\r`, "\r").Replace(inner)
	}
	return inner
}
