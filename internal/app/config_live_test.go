package app_test

import (
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/app"
	"parley/internal/app/apptest"
	"parley/internal/feature/configuration"
	"parley/internal/kit/conf"
)

// liveFile is a configuration in which everything that is replaced while the
// server runs can be changed.
const liveFile = `
server: {listen: "127.0.0.1:0", logLevel: %LEVEL%}
auth: {sessionDays: %DAYS%}
chat: {maxMessageBytes: %BYTES%}
endpoints:
  custom:
    - {name: Up, apiKey: sk-canary-key, baseURL: %URL%/v1, titleConvo: false, models: {default: [%MODEL%]}}
`

func fill(values ...string) string { return strings.NewReplacer(values...).Replace(liveFile) }

// replace writes a file as careful programs do.
func replace(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path+".new", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

func TestConfigurationIsFollowed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "parley.yaml")
	var url string
	var report *conf.Report
	level := new(slog.LevelVar)
	w := apptest.Start(t, apptest.Options{
		Config: func(c *app.Config) {
			url = strings.TrimSuffix(c.Endpoints.Custom[0].BaseURL, "/v1")
			replace(t, path, fill("%LEVEL%", "info", "%DAYS%", "10", "%BYTES%", "1000", "%URL%", url, "%MODEL%", "one"))
			var err error
			if *c, report, err = app.LoadConfig(path, nil); err != nil {
				t.Fatal(err)
			}
		},
		Launch: func(o *app.Options) { o.File, o.Report, o.Level = path, report, level },
	})
	admin := w.Admin.Program()
	status := func() (s configuration.Status) {
		admin.Want(t, http.StatusOK, "GET", "/api/config/status", nil).Read(t, &s)
		return s
	}
	if s := status(); s.File != "parley.yaml" || s.Error != nil || len(s.Pending) != 0 || s.LoadedAt.IsZero() {
		t.Errorf("at first %+v", s)
	}
	socket, system := dial(t, admin), "sys:"+string(w.Admin.ID)
	if code := socket.Subscribe(system); code != 0 {
		t.Fatalf("subscribing gave %d", code)
	}

	replace(t, path, fill("%LEVEL%", "warn", "%DAYS%", "20", "%BYTES%", "2000", "%URL%", url, "%MODEL%", "one, two"))
	socket.Until(system, `"type":"config"`)
	s := status()
	if s.Error != nil || len(s.Pending) != 1 || s.Pending[0] != "chat.maxMessageBytes" || level.Level() != slog.LevelWarn {
		t.Errorf("after a change %+v", s)
	}
	if days := w.App.Settings.Server().SessionDays; days != 20 {
		t.Errorf("sessions last %d days", days)
	}
	if !offers(t, admin, "Up/two") {
		t.Error("the new model is not offered")
	}

	replace(t, path, fill("%LEVEL%", "warn", "%DAYS%", "30", "%BYTES%", "2000", "%URL%", url, "%MODEL%", "three")+"zebra: 1\n")
	socket.Until(system, `"type":"config"`)
	s = status()
	if s.Error == nil || s.Error.Line != 8 || !strings.Contains(s.Error.Message, "zebra") || strings.Contains(s.Error.Excerpt, "canary") {
		t.Errorf("with a mistake %+v", s.Error)
	}
	if w.App.Settings.Server().SessionDays != 20 || offers(t, admin, "Up/three") {
		t.Error("part of a broken file is in force")
	}

	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	socket.Until(system, `"type":"config"`)
	if s = status(); s.Error == nil || !strings.Contains(s.Error.Message, "empty") || !offers(t, admin, "Up/two") {
		t.Errorf("emptied %+v", s.Error)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	socket.Until(system, `no such file`)
	if !offers(t, admin, "Up/two") {
		t.Error("what held is gone with the file")
	}

	replace(t, path, fill("%LEVEL%", "warn", "%DAYS%", "40", "%BYTES%", "1000", "%URL%", url, "%MODEL%", "three"))
	socket.Until(system, `"type":"config"`)
	if s := status(); s.Error != nil || len(s.Pending) != 0 || w.App.Settings.Server().SessionDays != 40 {
		t.Errorf("mended %+v", s)
	}
}

func offers(t *testing.T, c *apptest.Client, model string) bool {
	t.Helper()
	return strings.Contains(string(c.Want(t, http.StatusOK, "GET", "/api/models", nil).Body), `"`+model+`"`)
}

func TestConfigurationIsShown(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Config: func(c *app.Config) {
		c.Server.MetricsToken = "canary-metrics"
		c.Pinned = []string{"auth.sessionIdleHours"}
		c.Endpoints.Custom[0].Headers = map[string]string{"X-Key": "canary-header"}
		c.Endpoints.Custom[0].BaseURL = "http://canary-user:canary-password@127.0.0.1:1/v1"
	}})
	admin := w.Admin.Program()
	admin.Want(t, http.StatusOK, "PATCH", "/api/settings", object{"sessionDays": 7, "defaultLanguage": "de"})
	var out struct{ Items []configuration.Key }
	answer := admin.Want(t, http.StatusOK, "GET", "/api/config", nil)
	answer.Read(t, &out)
	if strings.Contains(string(answer.Body), "canary") {
		t.Error("a secret is told")
	}
	shown := map[string]configuration.Key{}
	for _, k := range out.Items {
		shown[k.Path] = k
		if k.Doc == "" && k.Effect && !strings.HasPrefix(k.Path, "endpoints.") {
			t.Errorf("%s is not described", k.Path)
		}
	}
	if k := shown["auth.sessionDays"]; k.Value != "7" || k.Source != "ui" || k.Setting != "sessionDays" || k.Default != "30" {
		t.Errorf("%+v", k)
	}
	if k := shown["auth.sessionIdleHours"]; !k.Pinned || k.Source != "default" || k.Value != "24" {
		t.Errorf("%+v", k)
	}
	if k := shown["server.metricsToken"]; !k.Secret || !k.Set || k.Value != "" || !k.Restart {
		t.Errorf("%+v", k)
	}

	admin.Want(t, http.StatusOK, "POST", "/api/providers?force=true", object{
		"name": "By hand", "kind": "custom", "baseUrl": "http://127.0.0.1:1/v1", "key": "canary-of-the-page", "models": []string{"m"},
	})
	file := string(admin.Want(t, http.StatusOK, "GET", "/api/config/export", nil).Body)
	for _, want := range []string{"sessionDays: 7", "defaultLanguage: de", "metricsToken: ${PARLEY_METRICS_TOKEN}", "name: Up", "apiKey: ${UP_API_KEY}", "name: By hand", "apiKey: ${BY_HAND_API_KEY}"} {
		if !strings.Contains(file, want) {
			t.Errorf("%q is missing in the export", want)
		}
	}
	if strings.Contains(file, "canary") {
		t.Errorf("the export tells a secret:\n%s", file)
	}
	path := filepath.Join(t.TempDir(), "parley.yaml")
	replace(t, path, file)
	given := func(name string) (string, bool) {
		if strings.Contains(file, "${"+name+"}") {
			return "given", true
		}
		return "", false
	}
	again, report, err := app.ReadConfig(path, conf.Options{Env: given})
	if err != nil || len(report.Warnings) > 0 || *again.Auth.SessionDays != 7 || again.Endpoints.Custom[0].APIKey.Reveal() != "given" {
		t.Errorf("the export is read with %v, %v\n%s", report.Warnings, err, file)
	}
}

// TestExportIsTheSameAgain adds providers of every kind by hand, and reads the
// export in another server.
func TestExportIsTheSameAgain(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	for _, body := range []object{
		{"name": "Azure", "kind": "azure", "baseUrl": "https://mine.openai.azure.com", "key": "azure-key", "models": []string{"gpt-5", "gpt-5-mini"}, "options": object{"version": "2024-12-01-preview"}},
		{"name": "Bedrock", "kind": "bedrock", "key": "bedrock-key", "models": []string{"anthropic.claude-sonnet-4-5-20250929-v1:0"}, "options": object{"region": "eu-central-1"}},
		{"name": "Gemini", "kind": "google", "key": "google-key", "models": []string{"gemini-2.5-flash"}},
		{"name": "Claude", "kind": "anthropic", "key": "claude-key", "models": []string{"claude-haiku-4-5"}},
		{"name": "OpenAI too", "kind": "openai", "key": "openai-key", "models": []string{"gpt-5"}, "options": object{"fallback": []string{"Claude/claude-haiku-4-5"}, "concurrent": 3}},
		{"name": "Lab", "kind": "custom", "baseUrl": "http://127.0.0.1:1/v1", "models": []string{"m"}},
	} {
		w.Admin.Program().Want(t, http.StatusOK, "POST", "/api/providers?force=true", body)
	}
	file := w.Admin.Program().Want(t, http.StatusOK, "GET", "/api/config/export", nil).Body
	if strings.Contains(string(file), "-key\n") {
		t.Fatalf("the export tells a key:\n%s", file)
	}
	if !strings.Contains(string(file), "apiKey: ${PARLEY_GEMINI_API_KEY}") { // without the prefix it would make another one
		t.Errorf("the key of Gemini is that of the environment's own:\n%s", file)
	}
	path := filepath.Join(t.TempDir(), "parley.yaml")
	replace(t, path, string(file))
	again, report, err := app.ReadConfig(path, conf.Options{Env: func(name string) (string, bool) { return "key-" + name, strings.HasSuffix(name, "_KEY") }})
	if err != nil || len(report.Warnings) > 0 {
		t.Fatalf("the export is read with %v, %v\n%s", report.Warnings, err, file)
	}
	other := apptest.Start(t, apptest.Options{Config: func(c *app.Config) {
		again.Server, again.Endpoints.Custom[0].BaseURL, again.Endpoints.Custom[1].BaseURL = c.Server, c.Endpoints.Custom[0].BaseURL, c.Endpoints.Custom[1].BaseURL
		*c = again
	}})
	models := func(w *apptest.World) string {
		return string(w.Admin.Program().Want(t, http.StatusOK, "GET", "/api/models", nil).Body)
	}
	if diff := cmp.Diff(models(w), models(other)); diff != "" {
		t.Errorf("other models than before (-before +after):\n%s\n%s", diff, file)
	}
	second := other.Admin.Program().Want(t, http.StatusOK, "GET", "/api/config/export", nil).Body
	if first, second := entriesOf(t, file), entriesOf(t, second); !slices.Equal(first, second) {
		t.Errorf("exported again:\n%v\n%v", first, second)
	}
}

// entriesOf are the lines of an export that begin with what a provider is.
func entriesOf(t *testing.T, file []byte) []string {
	t.Helper()
	return slices.DeleteFunc(strings.Split(string(file), "\n"), func(line string) bool {
		line = strings.TrimLeft(line, " -")
		return !slices.ContainsFunc([]string{"name:", "provider:", "region:", "version:", "concurrent:", "apiKey:"}, func(key string) bool { return strings.HasPrefix(line, key) })
	})
}

func TestPageOfTheConfiguration(t *testing.T) {
	t.Parallel()
	type boot struct {
		Page struct {
			Welcome        string
			Privacy, Terms *struct {
				URL    string
				NewTab bool
			}
		}
	}
	for address, shown := range map[string]bool{
		"https://example.com/terms": true, "/terms": true, "javascript:alert(1)": false, "//example.com": false, "$x": false, "": false,
	} {
		w := apptest.Start(t, apptest.Options{Config: func(c *app.Config) {
			c.Interface.CustomWelcome = "Hello {{user.name}}"
			c.Interface.TermsOfService = app.LinkConfig{ExternalURL: address, OpenNewTab: true}
		}})
		var b boot
		w.Nobody().Want(t, http.StatusOK, "GET", "/api/boot", nil).Read(t, &b)
		if b.Page.Welcome != "Hello {{user.name}}" || b.Page.Privacy != nil || (b.Page.Terms != nil) != shown {
			t.Errorf("%q: %+v", address, b.Page)
		}
		if shown && (b.Page.Terms.URL != address || !b.Page.Terms.NewTab) {
			t.Errorf("%q: %+v", address, b.Page.Terms)
		}
	}
}

func TestToolsOfTheConfiguration(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		only, without []string
		want          string
	}{
		"all":      {nil, nil, "calculator current_time fetch_page"},
		"only":     {[]string{"calculator", "dalle"}, []string{"calculator"}, "calculator"},
		"but some": {nil, []string{"fetch_page"}, "calculator current_time"},
	} {
		w := apptest.Start(t, apptest.Options{Config: func(config *app.Config) {
			config.IncludedTools, config.FilteredTools = c.only, c.without
		}})
		var out struct{ Items []struct{ Name string } }
		w.Alice.Program().Want(t, http.StatusOK, "GET", "/api/tools", nil).Read(t, &out)
		var names []string
		for _, tool := range out.Items {
			names = append(names, tool.Name)
		}
		slices.Sort(names)
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestDomainsOfNewAccounts(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Config: func(c *app.Config) {
		c.Registration.AllowedDomains = []string{"Example.com", "example.org"}
	}})
	for address, status := range map[string]int{
		"new@example.com": http.StatusOK, "new@EXAMPLE.org": http.StatusOK, "new@evil.test": http.StatusForbidden,
		"new@sub.example.com": http.StatusForbidden, "new@example.com@evil.test": http.StatusForbidden, "example.com": http.StatusForbidden,
		"<new2@evil.test>@example.com": http.StatusForbidden,
	} {
		a := w.Nobody().Do(t, "POST", "/api/users", object{"email": address, "password": otherPassword})
		if a.Status != status || status == http.StatusForbidden && a.Code() != "domain_refused" {
			t.Errorf("%s: %d %s", address, a.Status, a.Code())
		}
	}
}

func TestSettingsAreRolledBack(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	admin := w.Admin.Program()
	for _, days := range []int{5, 6} {
		admin.Want(t, http.StatusOK, "PATCH", "/api/settings", object{"sessionDays": days})
	}
	list := func(query string) (out struct {
		Items []configuration.Change
		Next  *string
	},
	) {
		admin.Want(t, http.StatusOK, "GET", "/api/config/history"+query, nil).Read(t, &out)
		return out
	}
	first := list("?limit=1")
	if len(first.Items) != 1 || first.Next == nil || first.Items[0].Who == "" || *first.Items[0].Before != "5" || *first.Items[0].After != "6" {
		t.Fatalf("%+v", first)
	}
	second := list("?limit=1&cursor=" + *first.Next)
	if len(second.Items) != 1 || second.Next != nil || second.Items[0].Before != nil {
		t.Fatalf("%+v", second)
	}
	admin.Want(t, http.StatusNoContent, "POST", "/api/config/history/"+second.Items[0].ID+"/rollback", nil)
	if days := w.App.Settings.Server().SessionDays; days != 30 {
		t.Errorf("sessions last %d days", days)
	}
	if all := list(""); len(all.Items) != 3 || all.Items[0].After != nil {
		t.Errorf("%+v", all)
	}
}
