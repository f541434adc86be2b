package app_test

import (
	"net/http"
	"strings"
	"testing"

	"parley/internal/app"
	"parley/internal/app/apptest"
	"parley/internal/feature/model"
	"parley/internal/feature/provider"
	"parley/internal/feature/signin"
	"parley/internal/kit/id"
)

// TestInterfaceIsServed looks at what is switched off as a user and as an
// administrator.
func TestInterfaceIsServed(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Config: func(c *app.Config) {
		c.Endpoints.Custom[0].Models.Default = provider.Models("plain", "second")
		c.Interface.ModelSelect, c.Interface.Parameters, c.Interface.Presets, c.Interface.BuildInfo = false, false, false, false
		c.Interface.PeoplePicker.Users = false
		c.Interface.Currency = app.CurrencyConfig{Code: "eur", Rate: 0.9}
	}})
	user, admin := w.Join("uma@example.org", false).Program(), w.Admin.Program()
	boot := func(c *apptest.Client) (b signin.Boot) {
		c.Want(t, http.StatusOK, "GET", "/api/boot", nil).Read(t, &b)
		return b
	}
	b := boot(user)
	if p := b.Page; p.ModelSelect || p.Parameters || p.Presets || p.People || !p.Groups || !p.ContextCost || p.Currency.Code != "EUR" || p.Currency.Rate != 0.9 {
		t.Errorf("the page is %+v", p)
	}
	if b.Version != "" || boot(w.Nobody()).Version != "" || boot(admin).Version == "" {
		t.Error("the version is told to others than administrators")
	}

	models := func(c *apptest.Client) (l model.List) {
		c.Want(t, http.StatusOK, "GET", "/api/models", nil).Read(t, &l)
		return l
	}
	mine := models(user)
	if len(mine.Items) != 1 || len(mine.Items[0].Models) != 1 || !mine.Always || mine.Items[0].Models[0].ID != mine.Default {
		t.Errorf("a user chooses from %+v", mine)
	}
	if all := models(admin); len(all.Items[0].Models) < 2 {
		t.Errorf("an administrator chooses from %+v", all)
	}
	send := func(c *apptest.Client, body object) string {
		return c.Do(t, "POST", "/api/chats/"+id.New()+"/turns", body).Code()
	}
	other := strings.Split(mine.Default, "/")[0] + "/second"
	for name, c := range map[string]struct {
		who  *apptest.Client
		body object
		code string
	}{
		"another model":      {user, object{"text": "hi", "model": other}, "model_not_found"},
		"the default":        {user, object{"text": "hi", "model": mine.Default}, ""},
		"an administrator's": {admin, object{"text": "hi", "model": other}, ""},
		"a parameter":        {user, object{"text": "hi", "model": mine.Default, "params": object{"temperature": 1}}, "params_off"},
		"a preset":           {user, object{"text": "hi", "model": mine.Default, "preset": id.New()}, "preset_not_found"},
	} {
		if code := send(c.who, c.body); code != c.code {
			t.Errorf("%s gave %q, not %q", name, code, c.code)
		}
	}
	for _, path := range []string{"/api/presets", "/api/presets/export", "/api/models/parameters?model=" + mine.Default} {
		user.Want(t, http.StatusNotFound, "GET", path, nil)
	}

	found := func(c *apptest.Client) string {
		return string(c.Want(t, http.StatusOK, "GET", "/api/people?q=uma", nil).Body)
	}
	w.Join("umar@example.org", false)
	if strings.Contains(found(user), "umar") || !strings.Contains(found(admin), "umar") {
		t.Errorf("a user finds %s, an administrator %s", found(user), found(admin))
	}
}

func TestNamesAndDoors(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{Config: func(c *app.Config) {
		c.Interface.Title, c.Interface.HelpURL = "Ask us", "https://example.com/help"
		c.Server.NoIndex, c.Auth.AccountDeletion = true, false
	}})
	answer := w.Nobody().Want(t, http.StatusOK, "GET", "/api/boot", nil)
	var b signin.Boot
	answer.Read(t, &b)
	if b.Page.Title != "Ask us" || b.Page.Help == nil || b.Page.AccountDeletion || answer.Header.Get("X-Robots-Tag") == "" {
		t.Errorf("%+v, %v", b.Page, answer.Header)
	}
	uma := w.Join("uma@example.org", false)
	if a := uma.Browser().Do(t, "POST", "/api/me/erase", object{"password": "wrong"}); a.Code() != "account_deletion_off" {
		t.Errorf("deleting an account gave %d %s", a.Status, a.Body)
	}
}
