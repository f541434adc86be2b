package provider_test

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/feature/provider"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/seal"
	"parley/internal/kit/testkit"
	"parley/internal/llm"
)

// people puts users into the database, whose keys belong to them.
func people(t *testing.T, h *house, emails ...string) (ids []identity.UserID) {
	t.Helper()
	users := identity.New(identity.Config{DB: h.db})
	for _, email := range emails {
		u, err := users.CreateUser(t.Context(), identity.NewUser{Email: email, Password: "correct horse battery"})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, u.ID)
	}
	return ids
}

type ownKeys struct{ Items []provider.OwnKey }

func theirs(base string) provider.Endpoints {
	return entries(
		provider.Entry{Name: "Theirs", APIKey: "user_provided", BaseURL: base, Models: provider.EntryModels{Default: provider.Models("known"), Fetch: true}},
		provider.Entry{Name: "Anywhere", APIKey: "user_provided", BaseURL: "user_provided"},
		provider.Entry{Name: "ours", BaseURL: base, APIKey: canary, Models: provider.EntryModels{Default: provider.Models("m")}},
	)
}

func TestUsersBringTheirOwnKeys(t *testing.T) {
	t.Parallel()
	testkit.Databases(t, func(t *testing.T, d *db.DB) {
		up := serve(t, map[string]http.HandlerFunc{"GET /models": guarded(twoModels), "POST /chat/completions": func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bearer "+canary {
				guarded("")(w, r)
				return
			}
			w.Header().Set("Content-Type", "text/event-stream")
			_, _ = w.Write([]byte("data: {\"choices\":[{\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"))
		}})
		h := open(t, d, provider.Config{Endpoints: theirs(up.URL)})
		ids := people(t, h, "alice@example.com", "bob@example.com")
		alice, bob := ids[0], ids[1]

		var list ownKeys
		h.askFor(t, alice, "GET /api/me/provider-keys", "", &list)
		if len(list.Items) != 2 || list.Items[0].Provider != "Theirs" || list.Items[0].State != llm.KeyMissing || !list.Items[1].Asks.BaseURL || list.Items[0].Asks.BaseURL {
			t.Fatalf("%+v", list)
		}
		if _, err := h.Resolve(t.Context(), alice, "theirs/known"); !errors.Is(err, provider.ErrKeyNeeded) {
			t.Errorf("without a key: %v", err)
		}
		offer := func(user identity.UserID, name string) llm.Offer {
			all := h.Offers(t.Context(), user)
			return all[slices.IndexFunc(all, func(o llm.Offer) bool { return o.Name == name })]
		}
		if o := offer(alice, "Theirs"); o.Key != llm.KeyMissing || len(o.Models) != 1 || o.Models[0].Name != "known" {
			t.Errorf("%+v", o)
		}

		// A wrong key is told with the provider's own words, and not kept.
		var p problem
		if code := h.askFor(t, alice, "PUT /api/me/provider-keys/theirs", `{"key":"sk-wrong"}`, &p); code != 422 || p.Code != "provider_failed" || !strings.HasPrefix(p.Detail, "The provider did not accept the key.") || !strings.Contains(p.More, "Incorrect API key") || strings.Contains(p.More, "sk-wrong") {
			t.Errorf("%d %+v", code, p)
		}
		var own provider.OwnKey
		if code := h.askFor(t, alice, "PUT /api/me/provider-keys/theirs", `{"key":" `+canary+` "}`, &own); code != 200 || own.State != llm.KeySet || own.ExpiresAt != nil {
			t.Errorf("%d %+v", code, own)
		}
		if o := offer(alice, "Theirs"); o.Key != llm.KeySet || len(o.Models) != 3 {
			t.Errorf("with a key: %+v", o)
		}
		if o := offer(bob, "Theirs"); o.Key != llm.KeyMissing || len(o.Models) != 1 {
			t.Errorf("someone else: %+v", o)
		}
		target, err := h.Resolve(t.Context(), alice, "Theirs/my-own")
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range target.Model.Stream(t.Context(), llm.Request{Model: "my-own"}) {
			if err != nil {
				t.Error(err)
			}
		}
		last := up.requests()[len(up.requests())-1]
		if last.Header.Get("Authorization") != "Bearer "+canary {
			t.Errorf("called with %q", last.Header.Get("Authorization"))
		}
		// A key that stopped working is the user's business, not the admin's.
		if code := h.askFor(t, alice, "PUT /api/me/provider-keys/theirs?force=true", `{"key":"sk-revoked"}`, &own); code != 200 {
			t.Errorf("%d", code)
		}
		if _, failed := h.call(t, alice, "Theirs/known", llm.Request{}); failed == nil || failed.Kind != llm.ErrOwnKey {
			t.Errorf("a revoked key: %v", failed)
		}
		if _, err := h.Resolve(t.Context(), bob, "Theirs/my-own"); !errors.Is(err, provider.ErrKeyNeeded) {
			t.Errorf("someone else's key was used: %v", err)
		}

		// It lies sealed, and does not open for another user.
		var sealed string
		if err := d.QueryRow(t.Context(), `SELECT sealed_key FROM provider_keys WHERE user_id = $1`, alice).Scan(&sealed); err != nil || strings.Contains(sealed, canary) || sealed == "" {
			t.Errorf("%q, %v", sealed, err)
		}
		if _, err := d.Exec(t.Context(), `INSERT INTO provider_keys (user_id, provider, base_url, sealed_key, expires_at, updated_at) VALUES ($1, 'theirs', '', $2, 0, 1)`, bob, sealed); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Resolve(t.Context(), bob, "Theirs/known"); !errors.Is(err, seal.ErrCannotOpen) {
			t.Errorf("a stolen row: %v", err)
		}

		// What a user exports says that there is a key, and not which.
		var export bytes.Buffer
		if err := h.Spec().Export(t.Context(), alice, &export); err != nil || !strings.Contains(export.String(), `"keySet":true`) || strings.Contains(export.String(), canary) {
			t.Errorf("%s, %v", export.String(), err)
		}
		if code := h.askFor(t, alice, "DELETE /api/me/provider-keys/Theirs", "", nil); code != 204 {
			t.Error(code)
		}
		if _, err := h.Resolve(t.Context(), alice, "theirs/known"); !errors.Is(err, provider.ErrKeyNeeded) {
			t.Errorf("after it was taken back: %v", err)
		}
		if err := h.Spec().Erase(t.Context(), bob); err != nil {
			t.Error(err)
		}
		var left int
		if err := d.QueryRow(t.Context(), `SELECT COUNT(*) FROM provider_keys`).Scan(&left); err != nil || left != 0 {
			t.Errorf("%d keys are left, %v", left, err)
		}
		if strings.Contains(h.log.String(), canary) {
			t.Error("the log holds the key")
		}
	})
}

func TestOwnKeysGoNowhereElse(t *testing.T) {
	t.Parallel()
	up := serve(t, map[string]http.HandlerFunc{"GET /models": guarded(twoModels)})
	other := serve(t, map[string]http.HandlerFunc{"GET /models": sends(twoModels), "GET /v1/models": sends(twoModels)})
	h := open(t, testkit.SQLite(t), provider.Config{Endpoints: theirs(up.URL)})
	alice := people(t, h, "alice@example.com")[0]
	if code := h.askFor(t, alice, "PUT /api/me/provider-keys/theirs", `{"key":"`+canary+`"}`, nil); code != 200 {
		t.Fatal(code)
	}
	// The administrator has the provider be another server.
	if err := h.Configure(t.Context(), theirs(other.URL)); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Resolve(t.Context(), alice, "theirs/known"); !errors.Is(err, provider.ErrKeyNeeded) {
		t.Errorf("a key that was given for another server: %v", err)
	}
	var p problem
	if code := h.askFor(t, alice, "PUT /api/me/provider-keys/theirs", `{}`, &p); code != 422 || p.Code != "provider_key_missing" {
		t.Errorf("the key that is stored: %d %+v", code, p)
	}
	var list ownKeys
	if h.askFor(t, alice, "GET /api/me/provider-keys", "", &list); list.Items[0].State != llm.KeyMissing {
		t.Errorf("%+v", list)
	}
	// Another path of the same server is the same place.
	if err := h.Configure(t.Context(), theirs(up.URL+"/")); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Resolve(t.Context(), alice, "theirs/known"); err != nil {
		t.Errorf("back at its server: %v", err)
	}
}

func TestOwnKeysExpire(t *testing.T) {
	t.Parallel()
	up := serve(t, map[string]http.HandlerFunc{"GET /models": guarded(twoModels)})
	h := open(t, testkit.SQLite(t), provider.Config{Endpoints: theirs(up.URL)})
	alice := people(t, h, "alice@example.com")[0]
	var p problem
	past := time.Now().Add(-time.Minute).UTC().Format(time.RFC3339)
	if code := h.askFor(t, alice, "PUT /api/me/provider-keys/theirs", `{"key":"`+canary+`","expiresAt":"`+past+`"}`, &p); code != 422 || p.Code != "provider_key_expired" {
		t.Errorf("%d %+v", code, p)
	}
	var own provider.OwnKey
	soon := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	if code := h.askFor(t, alice, "PUT /api/me/provider-keys/theirs", `{"key":"`+canary+`","expiresAt":"`+soon+`"}`, &own); code != 200 || own.ExpiresAt == nil {
		t.Fatalf("%d %+v", code, own)
	}
	if _, err := h.Resolve(t.Context(), alice, "theirs/known"); err != nil {
		t.Error(err)
	}
	if _, err := h.db.Exec(t.Context(), `UPDATE provider_keys SET expires_at = 1`); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Resolve(t.Context(), alice, "theirs/known"); !errors.Is(err, provider.ErrKeyExpired) {
		t.Errorf("an expired key: %v", err)
	}
	var list ownKeys
	if h.askFor(t, alice, "GET /api/me/provider-keys", "", &list); list.Items[0].State != llm.KeyExpired {
		t.Errorf("%+v", list.Items[0])
	}
}

// A user's own address gets none of what the admin's addresses are allowed.
func TestOwnAddressesArePublic(t *testing.T) {
	t.Parallel()
	up := serve(t, map[string]http.HandlerFunc{
		"GET /v1/models":   guarded(twoModels),
		"GET /away/models": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/v1/models", http.StatusFound) },
	})
	endpoints := theirs(up.URL)
	h := open(t, testkit.SQLite(t), provider.Config{Endpoints: endpoints})
	alice := people(t, h, "alice@example.com")[0]
	put := func(address string, p any) int {
		return h.askFor(t, alice, "PUT /api/me/provider-keys/anywhere", `{"key":"`+canary+`","baseUrl":"`+address+`"}`, p)
	}
	for _, address := range []string{up.URL + "/v1", "http://169.254.169.254/v1", "http://10.0.0.1", "http://[::1]:80/", "http://2130706433/", "http://0x7f.1/"} {
		var p problem
		if code := put(address, &p); code != 422 || p.Code != "provider_failed" && p.Code != "base_url_invalid" {
			t.Errorf("%s: %d %+v", address, code, p)
		}
	}
	for _, address := range []string{"", "file:///etc/passwd", "http://user:pass@example.com/"} {
		var p problem
		if code := put(address, &p); code != 422 || p.Code != "base_url_invalid" {
			t.Errorf("%q: %d %+v", address, code, p)
		}
	}
	if len(up.requests()) != 0 {
		t.Errorf("%d requests reached a private server", len(up.requests()))
	}

	// Unless the admin says so; a redirect is never followed.
	endpoints.AllowedAddresses = []string{up.Listener.Addr().String()}
	if err := h.Configure(t.Context(), endpoints); err != nil {
		t.Fatal(err)
	}
	var p problem
	if code := put(up.URL+"/away", &p); code != 422 || p.Code != "provider_failed" {
		t.Errorf("a redirect: %d %+v", code, p)
	}
	var own provider.OwnKey
	if code := put(up.URL+"/v1", &own); code != 200 || own.BaseURL != up.URL+"/v1" {
		t.Fatalf("%d %+v", code, own)
	}
	if target, err := h.Resolve(t.Context(), alice, "Anywhere/my-own"); err != nil || target.Info.ID != "Anywhere/my-own" {
		t.Errorf("%+v, %v", target.Info, err)
	}
	// A key that is stored goes to no other address.
	if code := h.askFor(t, alice, "PUT /api/me/provider-keys/anywhere", `{"baseUrl":"`+up.URL+`/away"}`, &p); code != 422 || p.Code != "provider_key_missing" {
		t.Errorf("%d %+v", code, p)
	}
	// Nothing in it is taken for a variable or a placeholder.
	if code := put(up.URL+"/{{LIBRECHAT_USER_EMAIL}}/${HOME}", &p); code != 422 {
		t.Error(code)
	}
	last := up.requests()[len(up.requests())-1]
	if !strings.Contains(last.URL.Path, "{{LIBRECHAT_USER_EMAIL}}/${HOME}") {
		t.Errorf("asked for %s", last.URL.Path)
	}
}
