package app_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"parley/internal/app"
	"parley/internal/app/apptest"
	"parley/internal/feature/signin"
	"parley/internal/kit/conf"
	"parley/internal/kit/id"
)

// followed is a server that follows a file; change writes into the file, and
// returns when it holds.
func followed(t *testing.T, text string) (w *apptest.World, change func(text string)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "parley.yaml")
	var head string
	var report *conf.Report
	w = apptest.Start(t, apptest.Options{
		Config: func(c *app.Config) {
			head = "server: {listen: \"127.0.0.1:0\"}\nendpoints:\n" +
				"  custom:\n    - {name: Up, apiKey: k, baseURL: " + c.Endpoints.Custom[0].BaseURL + ", titleConvo: false, models: {default: [plain]}}\n"
			replace(t, path, head+text)
			var err error
			if *c, report, err = app.LoadConfig(path, nil); err != nil {
				t.Fatal(err)
			}
		},
		Launch: func(o *app.Options) { o.File, o.Report = path, report },
	})
	socket, system := dial(t, w.Admin.Program()), "sys:"+string(w.Admin.ID)
	if code := socket.Subscribe(system); code != 0 {
		t.Fatalf("subscribing gave %d", code)
	}
	return w, func(text string) {
		replace(t, path, head+text)
		socket.Until(system, `"type":"config"`)
	}
}

func bootOf(t *testing.T, c *apptest.Client) (b signin.Boot) {
	t.Helper()
	c.Want(t, http.StatusOK, "GET", "/api/boot", nil).Read(t, &b)
	return b
}

// limited is the code of a refusal, which has to say when to come back.
func limited(t *testing.T, a apptest.Answer) string {
	t.Helper()
	if seconds, err := strconv.Atoi(a.Header.Get("Retry-After")); a.Status == http.StatusTooManyRequests && (err != nil || seconds < 1) {
		t.Errorf("%s with Retry-After %q", a.Code(), a.Header.Get("Retry-After"))
	}
	return a.Code()
}

func TestAccountsAsConfigured(t *testing.T) {
	t.Parallel()
	w, change := followed(t, "auth: {minPasswordLength: 12, secureCookie: true}\nrateLimits: {login: {ipMax: 2}, registration: {ipMax: 1}}\n")
	nobody := w.Nobody()
	register := func(email, password string) apptest.Answer {
		return nobody.Do(t, "POST", "/api/users", object{"email": email, "password": password})
	}
	signIn := func(password string) apptest.Answer {
		return nobody.Do(t, "POST", "/api/session", object{"email": "new@example.org", "password": password})
	}
	if b := bootOf(t, nobody); b.MinPassword != 12 {
		t.Errorf("a browser is told of %d characters", b.MinPassword)
	}
	if a := register("new@example.org", "elevenchars"); a.Code() != "password_too_short" || !strings.Contains(string(a.Body), "12 characters") {
		t.Errorf("a short password: %d %s", a.Status, a.Body)
	}
	if code := limited(t, register("new@example.org", "a password of many")); code != "throttled" {
		t.Errorf("a second registration: %q", code)
	}
	change("auth: {minPasswordLength: 4}\nrateLimits: {login: {ipMax: 2}}\n")
	a := register("new@example.org", "four")
	if a.Status != http.StatusOK || strings.Contains(a.Header.Get("Set-Cookie"), "Secure") {
		t.Fatalf("registering by other rules: %d %s %q", a.Status, a.Body, a.Header.Get("Set-Cookie"))
	}
	if a := signIn("four"); a.Status != http.StatusOK {
		t.Errorf("signing in: %d %s", a.Status, a.Body)
	}
	if code := signIn("five").Code(); code != "invalid_credentials" {
		t.Errorf("a wrong password: %q", code)
	}
	if code := limited(t, signIn("four")); code != "throttled" {
		t.Errorf("a third try: %q", code)
	}
	change("auth: {secureCookie: true}\n")
	if a := signIn("four"); a.Status != http.StatusOK || !strings.Contains(a.Header.Get("Set-Cookie"), "Secure") {
		t.Errorf("signing in without a limit: %d %s %q", a.Status, a.Body, a.Header.Get("Set-Cookie"))
	}
	if made := w.Admin.Program().Do(t, "POST", "/api/accounts", object{"email": "made@example.org"}); made.Status >= 300 {
		t.Errorf("an account made by the administrator: %d %s", made.Status, made.Body)
	}
}

func TestMessagesAreLimited(t *testing.T) {
	t.Parallel()
	w, change := followed(t, "rateLimits: {messages: {userMax: 2}}\n")
	c := w.Alice.Program()
	send := func(c *apptest.Client, headers ...string) apptest.Answer {
		return c.Do(t, "POST", "/api/chats/"+id.New()+"/turns", object{"text": "script:tokens-2+hang", "model": "Up/plain"}, headers...)
	}
	for i := range 2 {
		if a := send(c); a.Status != http.StatusAccepted {
			t.Fatalf("message %d: %d %s", i, a.Status, a.Body)
		}
	}
	if code := limited(t, send(c)); code != "messages_limited" {
		t.Errorf("a third message: %q", code)
	}
	if a := c.Do(t, "POST", "/v1/chat/completions", object{"model": "Up/plain", "messages": []object{{"role": "user", "content": "hi"}}}); a.Status != http.StatusTooManyRequests {
		t.Errorf("a third message by the API: %d %s", a.Status, a.Body)
	}
	if a := send(w.Admin.Program()); a.Status != http.StatusAccepted {
		t.Errorf("another user: %d %s", a.Status, a.Body)
	}
	change("rateLimits: {messages: {limitUser: false, userMax: 2, limitIp: true, ipMax: 1}}\n")
	if a := send(c); a.Status != http.StatusAccepted {
		t.Errorf("the first from an address: %d %s", a.Status, a.Body)
	}
	if code := limited(t, send(w.Admin.Program())); code != "messages_limited" {
		t.Errorf("another user at the same address: %q", code)
	}
	change("rateLimits: {messages: {limitConcurrent: true}}\n")
	if code := limited(t, send(c)); code != "turns_limited" {
		t.Errorf("too many at once: %q", code)
	}
	change("rateLimits: {messages: {limitConcurrent: true, concurrentMax: 4}}\n")
	if a := send(c); a.Status != http.StatusAccepted {
		t.Errorf("a fourth at once: %d %s", a.Status, a.Body)
	}
}

// The variables of LibreChat's own example mean here what they mean there.
func TestLimitsOfTheEnvironment(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	if _, stderr, status := apptest.Parley(t, "user", "create", "--data", data, "--email", "ann@example.org", "--password", "a password of many"); status != 0 {
		t.Fatal(stderr)
	}
	p := apptest.ServeWith(t, []string{
		"LIMIT_CONCURRENT_MESSAGES=true", "CONCURRENT_MESSAGE_MAX=2", "LIMIT_MESSAGE_IP=true", "MESSAGE_IP_MAX=40", "MESSAGE_IP_WINDOW=1",
		"LIMIT_MESSAGE_USER=false", "MESSAGE_USER_MAX=40", "MESSAGE_USER_WINDOW=1", "LOGIN_WINDOW=5", "REGISTER_WINDOW=60",
		"TRUST_PROXY=1",
		"MIN_PASSWORD_LENGTH=10", "SESSION_COOKIE_SECURE=true", "CUSTOM_FOOTER=Ours", "FILE_UPLOAD_IP_MAX=100", "JWT_SECRET=x",
	}, data)
	c := p.As("")
	if b := bootOf(t, c); b.Page.Footer != "Ours" || b.MinPassword != 10 {
		t.Errorf("boot is %+v", b)
	}
	signIn := func(hops string) apptest.Answer {
		return c.Do(t, "POST", "/api/session", object{"email": "ann@example.org", "password": "a password of many"}, "X-Forwarded-For", hops)
	}
	for i := range 7 { // what holds beside LOGIN_WINDOW alone
		if a := signIn(fmt.Sprintf("192.0.2.%d, 198.51.100.1", i)); a.Status != http.StatusOK || !strings.Contains(a.Header.Get("Set-Cookie"), "Secure") {
			t.Errorf("signing in: %d %s", a.Status, a.Body)
		}
	}
	if code := limited(t, signIn("192.0.2.9, 198.51.100.1")); code != "throttled" {
		t.Errorf("an eighth time from the address that the proxy saw: %q", code)
	}
	if a := signIn("198.51.100.2"); a.Status != http.StatusOK {
		t.Errorf("another address behind the proxy: %d %s", a.Status, a.Body)
	}
	register := func(i int) apptest.Answer {
		return c.Do(t, "POST", "/api/users", object{"email": fmt.Sprintf("new%d@example.org", i), "password": "a password of many"})
	}
	for i := range 5 {
		if a := register(i); a.Status != http.StatusOK {
			t.Errorf("registration %d: %d %s", i, a.Status, a.Body)
		}
	}
	if code := limited(t, register(5)); code != "throttled" {
		t.Errorf("a sixth registration: %q", code)
	}
	if strings.Contains(p.Logs(), "not yet in effect") {
		t.Errorf("a variable has no effect:\n%s", p.Logs())
	}
}

func picture(t *testing.T, side int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.NoCompression}).Encode(&b, image.NewRGBA(image.Rect(0, 0, side, side))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func upload(t *testing.T, c *apptest.Client, data []byte) apptest.Answer {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", "p.png")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(data)
	_ = form.Close()
	return c.Do(t, "POST", "/api/files", b.Bytes(), "Content-Type", form.FormDataContentType())
}

func TestFilesAsConfigured(t *testing.T) {
	t.Parallel()
	w, change := followed(t, "fileConfig: {serverFileSizeLimit: 1}\nrateLimits: {fileUploads: {userMax: 4}}\ninterface: {customFooter: Ours}\n")
	c := w.Alice.Program()
	if b := bootOf(t, c); b.Uploads.MaxBytes != 1<<20 || b.Page.Footer != "Ours" {
		t.Errorf("boot is %+v", b)
	}
	if b := bootOf(t, w.Nobody()); b.Uploads.MaxBytes != 0 || b.Uploads.Limits != nil {
		t.Errorf("a stranger is told %+v", b.Uploads)
	}
	small, large := picture(t, 100), picture(t, 300) // 40 kB and 360 kB
	if a := upload(t, c, picture(t, 600)); a.Code() != "file_too_large" || !strings.Contains(string(a.Body), "1 MB") {
		t.Errorf("an upload of 1.4 MB: %d %s", a.Status, a.Body)
	}
	var ids []string
	for _, data := range [][]byte{small, large, small} {
		var f struct{ ID string }
		a := upload(t, c, data)
		if a.Status != http.StatusCreated {
			t.Fatalf("upload: %d %s", a.Status, a.Body)
		}
		a.Read(t, &f)
		ids = append(ids, f.ID)
	}
	if code := limited(t, upload(t, c, small)); code != "uploads_limited" {
		t.Errorf("a fifth upload: %q", code)
	}
	send := func(files ...string) string {
		return c.Do(t, "POST", "/api/chats/"+id.New()+"/turns", object{"text": "script:tokens-2", "model": "Up/plain", "files": files}).Code()
	}
	for _, c := range []struct {
		config, code string
		files        []string
	}{
		{"default: {fileLimit: 1}", "files_too_many", []string{ids[0], ids[2]}},
		{"default: {fileLimit: 1}, UP: {fileLimit: 2}", "", []string{ids[0], ids[2]}},
		{"Up: {fileSizeLimit: 0.1}", "file_too_large", []string{ids[1]}},
		{"custom: {fileSizeLimit: 0.1}", "file_too_large", []string{ids[1]}},
		{"default: {totalSizeLimit: 0.06}", "files_too_large", []string{ids[0], ids[2]}},
		{"openAI: {disabled: true}", "", []string{ids[0]}},
		{"custom: {fileSizeLimit: 0.1}", "", []string{ids[0]}},
		{"default: {disabled: true}", "files_disabled", []string{ids[0]}},
		{"default: {disabled: true}, Up: {disabled: false}", "", []string{ids[0]}},
		{"default: {supportedMimeTypes: [\"image/(jpeg|gif)\"]}", "file_kind_refused", []string{ids[0]}},
		{"default: {supportedMimeTypes: [\"image/(jpeg|png)\"]}", "", []string{ids[0]}},
		{"default: {supportedMimeTypes: [nothing], disabled: true}", "", nil},
	} {
		change("fileConfig: {endpoints: {" + c.config + "}}\n")
		if code := send(c.files...); code != c.code {
			t.Errorf("%s: %q, not %q", c.config, code, c.code)
		}
	}
	change("fileConfig: {endpoints: {default: {fileLimit: 3}, Up: {fileSizeLimit: 2}}, clientImageResize: {enabled: true, maxWidth: 800}}\n")
	b := bootOf(t, c)
	if l := b.Uploads.Limits["Up"]; l.Count != 3 || l.Bytes != 2<<20 || b.Uploads.Limits[""].Count != 3 {
		t.Errorf("a browser is told %+v", b.Uploads.Limits)
	}
	if r := b.Uploads.Resize; r == nil || *r != (signin.Resize{Width: 800, Height: 1900, Quality: 0.92, Format: "jpeg"}) {
		t.Errorf("pictures are made smaller to %+v", r)
	}
}

func TestWrongPatternOfFiles(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "parley.yaml")
	if err := os.WriteFile(path, []byte("fileConfig: {endpoints: {default: {supportedMimeTypes: [\"image/(\"]}}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := app.ReadConfig(path, conf.Options{Env: func(string) (string, bool) { return "", false }}); err == nil || !strings.Contains(err.Error(), "fileConfig.endpoints.default.supportedMimeTypes") {
		t.Errorf("error %v", err)
	}
}
