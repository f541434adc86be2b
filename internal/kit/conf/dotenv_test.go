package conf_test

import (
	"os"
	"path/filepath"
	"testing"

	"parley/internal/kit/conf"

	"github.com/google/go-cmp/cmp"
)

func TestDotEnv(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), ".env")
	if got, err := conf.DotEnv(path); len(got) > 0 || err != nil {
		t.Errorf("without a file: %v, %v", got, err)
	}
	text := "\ufeff#=====#\n# HOST=no\nHOST=localhost\r\nexport  PORT = 3080   # the port\nEMPTY=\n  SPACED = two words  \n" +
		"BAN_DURATION=1000 * 60 * 60 * 2\nSINGLE='a # \"b\"'\nDOUBLE=\"line\\nbreak\"\nKEY=\"-----BEGIN-----\nabc\n-----END-----\"\n" +
		"DOLLAR=pa$$word${X}\nTICKS=`it's`\nno assignment\nQUOTE=it's\nTWICE=1\nTWICE=2\nLAST=end"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := conf.DotEnv(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{
		"HOST": "localhost", "PORT": "3080", "EMPTY": "", "SPACED": "two words", "BAN_DURATION": "1000 * 60 * 60 * 2", "SINGLE": `a # "b"`,
		"DOUBLE": "line\nbreak", "KEY": "-----BEGIN-----\nabc\n-----END-----", "DOLLAR": "pa$$word${X}", "TICKS": "it's", "QUOTE": "it's",
		"TWICE": "2", "LAST": "end",
	}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := conf.DotEnv(t.TempDir()); err == nil {
		t.Error("a folder is read")
	}
}
