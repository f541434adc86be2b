package model

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"parley/internal/access"
	"parley/internal/identity"
	"parley/internal/kit/fault"
	"parley/internal/kit/rest"
	"parley/internal/llm"
	"parley/internal/llm/param"
)

// List is what users may choose from.
type List struct {
	Items []llm.Offer `json:"items"`
	// Default is the model of a new chat, empty for none.
	Default string `json:"default"`
	// Always says that Default goes before what the user chose last.
	Always bool `json:"always,omitempty"`
	// Curated says that it goes before any choice but that of a curated model.
	Curated bool `json:"curated,omitempty"`
}

// Parameters is what a model may be told.
type Parameters struct {
	Items []param.Definition `json:"items"`
}

func (s *Service) routes(r *rest.Router) {
	rest.Raw(r, "GET /api/models", access.SignedIn, s.serveList, rest.Answers[List](http.StatusOK), rest.Summary("List providers and their models"))
	rest.Handle(r, "GET /api/models/parameters", access.SignedIn, s.parameters, rest.Summary("What a model may be told"))
	rest.Handle(r, "PUT /api/models/arrangement", access.Admin, s.arrange, rest.Summary("Lay the list of models out for everyone"))
	rest.Handle(r, "GET /api/models/overrides", access.Admin, s.listOverrides, rest.Summary("What administrators know better about models"))
	rest.Handle(r, "PUT /api/models/overrides", access.Admin, s.override, rest.Summary("Say something better about a model"))
	rest.Handle(r, "GET /api/models/specs", access.Admin, s.listSpecs, rest.Summary("List the models that were curated"))
	rest.Handle(r, "POST /api/models/specs", access.Admin, s.addSpec, rest.Summary("Curate a model: a name, a look and settings of its own"))
	rest.Handle(r, "PUT /api/models/specs/{name}", access.Admin, s.changeSpec, rest.Summary("Change a curated model"))
	rest.Handle(r, "DELETE /api/models/specs/{name}", access.Admin, s.dropSpec, rest.Summary("Remove a curated model, or go back to what the configuration says"))
	rest.Handle(r, "GET /api/me/models", access.SignedIn, s.layout, rest.Summary("How the list of models is laid out"))
	rest.Handle(r, "PUT /api/me/models", access.SignedIn, s.choose, rest.Summary("Pin, hide and order models"))
}

// List returns what a user may choose from.
func (s *Service) List(ctx context.Context, user identity.UserID) List {
	out := List{Items: s.offers(ctx, user, s.known.Load().lay(s.Providers.Offers(ctx, user)))}
	out.Default, out.Always = s.defaultModel(ctx, out.Items)
	out.Curated = s.specs.Load().Prioritize
	return out
}

// Offered is the items of [Service.List].
func (s *Service) Offered(ctx context.Context, user identity.UserID) []llm.Offer {
	return s.List(ctx, user).Items
}

// Names lists what a user may choose from as "provider/model", in its order.
func (s *Service) Names(ctx context.Context, user identity.UserID) []string {
	var names []string
	for _, offer := range s.List(ctx, user).Items {
		for _, m := range offer.Models {
			names = append(names, m.ID)
		}
	}
	return names
}

// Default is the model for those who chose none, or empty.
func (s *Service) Default(ctx context.Context) string { return s.List(ctx, "").Default }

// serveList answers with the list, or that it is the one the client has.
func (s *Service) serveList(w http.ResponseWriter, r *http.Request) error {
	who, _ := identity.From(r.Context())
	page, err := s.page(r.Context(), who.User)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("ETag", page.tag)
	h.Set("Cache-Control", "private, no-cache")
	if matches(r.Header.Values("If-None-Match"), page.tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(page.body)))
	_, err = w.Write(page.body)
	return err
}

// matches reads If-None-Match (RFC 9110, section 13.1.2), by weak comparison.
func matches(headers []string, tag string) bool {
	for _, header := range headers {
		for one := range strings.SplitSeq(header, ",") {
			if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == tag {
				return true
			}
		}
	}
	return false
}

// cache keeps the last lists as they are sent: most users have the same, and it
// changes once in minutes.
type cache struct {
	mu    sync.Mutex
	pages []*page
}

// page is a list ready to be sent, and what it was made of.
type page struct {
	from  []llm.Offer
	shelf *shelf
	known *overrides
	usual string
	fixed bool
	body  []byte
	tag   string
}

// mostPages is how many different lists are kept: users with keys of their own
// have one each.
const mostPages = 32

func (s *Service) page(ctx context.Context, user identity.UserID) (*page, error) {
	from, shelf, known, usual := s.Providers.Offers(ctx, user), s.specs.Load(), s.known.Load(), s.Providers.Default(ctx)
	fixed := shelf.fixes(ctx)
	s.lists.mu.Lock()
	defer s.lists.mu.Unlock()
	at := slices.IndexFunc(s.lists.pages, func(p *page) bool {
		return p.shelf == shelf && p.known == known && p.usual == usual && p.fixed == fixed && same(p.from, from)
	})
	if at >= 0 {
		found := s.lists.pages[at]
		s.lists.pages = append(slices.Delete(s.lists.pages, at, at+1), found) // the last is the newest
		return found, nil
	}
	list := List{Items: s.offers(ctx, user, known.lay(from))}
	if list.Items == nil {
		list.Items = []llm.Offer{}
	}
	list.Default, list.Always = s.defaultModel(ctx, list.Items)
	list.Curated = shelf.Prioritize
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(list); err != nil {
		return nil, fmt.Errorf("write the list of models: %w", err)
	}
	sum := sha256.Sum256(body.Bytes())
	made := &page{from: from, shelf: shelf, known: known, usual: usual, fixed: fixed, body: body.Bytes(), tag: `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`}
	if len(s.lists.pages) == mostPages {
		s.lists.pages = slices.Delete(s.lists.pages, 0, 1)
	}
	s.lists.pages = append(s.lists.pages, made)
	return made, nil
}

// same reports whether two lists of offers say the same. Their models are the same slices, which never
// change. That the page holds on to them keeps their places from being reused.
func same(a, b []llm.Offer) bool {
	return slices.EqualFunc(a, b, func(x, y llm.Offer) bool {
		return x.Name == y.Name && x.Label == y.Label && x.Icon == y.Icon && x.Demo == y.Demo &&
			x.Curated == y.Curated && x.Key == y.Key && x.Down == y.Down && len(x.Models) == len(y.Models) &&
			(len(x.Models) == 0 || &x.Models[0] == &y.Models[0])
	})
}

type parametersIn struct {
	Model string `query:"model" required:"true" maxLength:"300" doc:"provider/model"`
	Set   string `query:"set" maxLength:"4000" doc:"What is set already, as JSON like a turn's params: one choice may rule out another"`
}

// errSet is returned for a set that is not what a turn's params may be.
var errSet = fault.New(fault.Invalid, "params_invalid", "What is set already has to be JSON like a turn's params.")

func (s *Service) parameters(ctx context.Context, in *parametersIn) (Parameters, error) {
	if !s.Settable() {
		return Parameters{}, ErrSettable
	}
	var with llm.Params
	if in.Set != "" {
		if err := json.Unmarshal([]byte(in.Set), &with); err != nil {
			return Parameters{}, errSet.Because(err)
		}
	}
	with.Extra, with.Drop = nil, nil // an administrator's alone
	who, _ := identity.From(ctx)
	items, err := s.Parameters(ctx, who.User, in.Model, with)
	if items == nil {
		items = []param.Definition{}
	}
	return Parameters{Items: items}, err
}
