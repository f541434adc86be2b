// Package rest is how the server offers HTTP: typed handlers over huma on
// net/http, one error form, and a guard on every route.
//
// It has no product words. A route cannot be registered without a [Guard], so
// a forgotten decision about access does not compile.
package rest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Guard decides whether a request may go on. Name is what the list of routes
// shows. Check returns nil to go on, else the fault to answer with.
type Guard struct {
	Name  string
	Check func(ctx context.Context, param func(name string) string) error
}

// Route is one registered route, for the list of routes and the tests over it.
type Route struct {
	Method string
	Path   string
	Guard  string
}

// Router collects routes. It is an http.Handler once all are registered.
type Router struct {
	mux      *http.ServeMux
	api      huma.API
	log      *slog.Logger
	routes   []Route
	answered func(status int)
	refuse   func(http.ResponseWriter, *http.Request, error)
	// bodyPatience is how long a client may take to send a small body.
	bodyPatience time.Duration
	openAPI      func() ([]byte, error)
	docs         func() ([]byte, error)
}

// New returns an empty router for the API called title.
func New(title, version string, log *slog.Logger) *Router {
	setUpHuma()
	config := huma.DefaultConfig(title, version)
	config.CreateHooks = nil
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", ""
	config.Components.Schemas = huma.NewMapRegistry(schemaPrefix, schemaName)
	config.Formats = map[string]huma.Format{"application/json": strictJSON, "json": strictJSON}
	mux := http.NewServeMux()
	r := &Router{mux: mux, api: humago.New(mux, config), log: log, answered: func(int) {}, bodyPatience: bodyPatience}
	r.refuse = r.WriteError
	r.openAPI = sync.OnceValues(r.api.OpenAPI().MarshalJSON)
	r.docs = sync.OnceValues(r.renderDocs)
	return r
}

// strictJSON refuses bytes that are not UTF-8 (RFC 8259, section 8.1), which
// encoding/json would replace without a word.
var strictJSON = huma.Format{
	Marshal: huma.DefaultJSONFormat.Marshal,
	Unmarshal: func(data []byte, v any) error {
		if !utf8.Valid(data) {
			return errNotUTF8
		}
		return json.Unmarshal(data, v)
	},
}

var errNotUTF8 = errors.New("the body is not UTF-8")

// ServeHTTP serves the registered routes. UUIDs in the path are taken in any
// letter case (RFC 9562, section 4) and become lower-case.
func (r *Router) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if lower := lowerIDs(req.URL.Path); lower != req.URL.Path {
		clone := *req
		address := *req.URL
		address.Path, address.RawPath = lower, ""
		clone.URL = &address
		req = &clone
	}
	r.mux.ServeHTTP(w, req)
}

var pathID = regexp.MustCompile(`/[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(/|$)`)

func lowerIDs(path string) string {
	if !strings.ContainsAny(path, "ABCDEF") {
		return path
	}
	return pathID.ReplaceAllStringFunc(path, strings.ToLower)
}

// Routes returns what is registered, in the order of registration.
func (r *Router) Routes() []Route { return r.routes }

// OnAnswer has f told the status of every answer. It is called before requests
// are served, and f from many goroutines.
func (r *Router) OnAnswer(f func(status int)) { r.answered = f }

// OnRefusal has f answer requests that fail outside of a route, in the place of
// [Router.WriteError]. It is called before requests are served.
func (r *Router) OnRefusal(f func(http.ResponseWriter, *http.Request, error)) { r.refuse = f }

// OpenAPI returns the description of all routes as JSON (OpenAPI 3.1). It is
// for a router whose routes are all registered.
func (r *Router) OpenAPI() ([]byte, error) { return r.openAPI() }

// setUpHuma makes huma's own errors problems, and lists lists that are never
// null; huma keeps both in variables of its package.
var setUpHuma = sync.OnceFunc(func() {
	huma.NewErrorWithContext = problemFromHuma
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return problemFromHuma(nil, status, message, errs...)
	}
	huma.DefaultArrayNullable = false
})

// schemaPrefix is where the description keeps the types.
const schemaPrefix = "#/components/schemas/"

// Option changes how a route is described or limited.
type Option func(*huma.Operation)

// Status sets the status of a success; 200 is the default, and 204 for a
// handler whose result is [None].
func Status(code int) Option { return func(o *huma.Operation) { o.DefaultStatus = code } }

// MaxBody sets the largest request body in bytes; 1 MiB is the default.
func MaxBody(bytes int64) Option { return func(o *huma.Operation) { o.MaxBodyBytes = bytes } }

// Summary describes the route in a line.
func Summary(text string) Option { return func(o *huma.Operation) { o.Summary = text } }

// Answers describes the JSON that a [Raw] route answers a success with.
func Answers[T any](status int) Option {
	return func(o *huma.Operation) {
		o.DefaultStatus = status
		describeAs(o, answerKey, reflect.TypeFor[T]())
	}
}

// Fails describes the errors of a route that has a form of its own for them.
func Fails[T any]() Option {
	return func(o *huma.Operation) { describeAs(o, failureKey, reflect.TypeFor[T]()) }
}

const (
	answerKey  = "answer"
	failureKey = "failure"
)

func describeAs(o *huma.Operation, key string, t reflect.Type) {
	if o.Metadata == nil {
		o.Metadata = map[string]any{}
	}
	o.Metadata[key] = t
}

// None is the result of a handler that answers 204 without a body.
type None struct{}

type output[T any] struct{ Body T }

// Handle registers a typed handler. route is "METHOD /path/{param}"; I is a
// struct of fields tagged path, query or header, and Body for a JSON body.
func Handle[I, O any](r *Router, route string, guard Guard, handle func(context.Context, *I) (O, error), options ...Option) {
	op := r.operation(route, guard, options)
	op.Middlewares = huma.Middlewares{r.guard(guard)}
	defer r.markNullable()
	if _, none := any(*new(O)).(None); none {
		if op.DefaultStatus == 0 {
			op.DefaultStatus = http.StatusNoContent
		}
		huma.Register(r.api, op, func(ctx context.Context, in *I) (*struct{}, error) {
			_, err := handle(ctx, in)
			return nil, r.answer(ctx, err)
		})
		return
	}
	huma.Register(r.api, op, func(ctx context.Context, in *I) (*output[O], error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, r.answer(ctx, err)
		}
		return &output[O]{Body: out}, nil
	})
}

// Raw registers a handler that writes the response itself: streams, files,
// upgrades. An error that it returns before writing becomes a problem.
func Raw(r *Router, route string, guard Guard, handle func(http.ResponseWriter, *http.Request) error, options ...Option) {
	op := r.operation(route, guard, options)
	if op.Method != "" {
		r.describe(&op)
	}
	r.mux.HandleFunc(route, func(w http.ResponseWriter, req *http.Request) {
		if err := guard.Check(req.Context(), req.PathValue); err != nil {
			writeProblem(w, r.Problem(req.Context(), err))
			return
		}
		if err := handle(w, req); err != nil {
			p := r.Problem(req.Context(), err)
			if rec, ok := w.(*recorder); ok && rec.status != 0 {
				return // the answer had begun, and just ends
			}
			writeProblem(w, p)
		}
	})
}

func (r *Router) operation(route string, guard Guard, options []Option) huma.Operation {
	method, path, ok := strings.Cut(route, " ")
	if !ok {
		method, path = "", route
	}
	r.routes = append(r.routes, Route{Method: method, Path: path, Guard: guard.Name})
	op := huma.Operation{Method: method, Path: path, OperationID: operationID(method, path)}
	op.Description = "Who may call it: " + guard.Name + "."
	op.Tags = []string{tagOf(path)}
	for _, option := range options {
		option(&op)
	}
	op.BodyReadTimeout = r.timeFor(cmp.Or(op.MaxBodyBytes, 1<<20))
	return op
}

func (r *Router) guard(guard Guard) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		if err := guard.Check(ctx.Context(), ctx.Param); err != nil {
			_, w := humago.Unwrap(ctx)
			writeProblem(w, r.Problem(ctx.Context(), err))
			return
		}
		next(ctx)
	}
}
