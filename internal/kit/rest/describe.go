package rest

import (
	"cmp"
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

var pathParameter = regexp.MustCompile(`\{(\w+)\}`)

// describe adds a route that writes its own answers to the description.
func (r *Router) describe(op *huma.Operation) {
	for _, match := range pathParameter.FindAllStringSubmatch(op.Path, -1) {
		op.Parameters = append(op.Parameters, &huma.Param{
			Name: match[1], In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString},
		})
	}
	schemas := r.api.OpenAPI().Components.Schemas
	failure := map[string]*huma.MediaType{"application/problem+json": {Schema: schemas.Schema(reflect.TypeFor[Problem](), true, "")}}
	if form, ok := op.Metadata[failureKey].(reflect.Type); ok {
		failure = map[string]*huma.MediaType{"application/json": {Schema: schemas.Schema(form, true, "")}}
	}
	success := &huma.Response{Description: "The answer is written by the route itself."}
	if answer, ok := op.Metadata[answerKey].(reflect.Type); ok {
		success = &huma.Response{
			Description: http.StatusText(op.DefaultStatus),
			Content:     map[string]*huma.MediaType{"application/json": {Schema: schemas.Schema(answer, true, "")}},
		}
	}
	op.Responses = map[string]*huma.Response{
		strconv.Itoa(cmp.Or(op.DefaultStatus, http.StatusOK)): success,
		"default": {
			Description: "Error",
			Content:     failure,
		},
	}
	r.api.OpenAPI().AddOperation(op)
}

// markNullable says of fields that point to a struct and are never left out
// that they may be null, which huma has no way to say.
func (r *Router) markNullable() {
	schemas := r.api.OpenAPI().Components.Schemas
	for name, schema := range schemas.Map() {
		t := schemas.TypeFromRef(schemaPrefix + name)
		if t == nil || t.Kind() != reflect.Struct {
			continue
		}
		for _, field := range reflect.VisibleFields(t) {
			wire, options, _ := strings.Cut(field.Tag.Get("json"), ",")
			property := schema.Properties[wire]
			if property == nil || property.Ref == "" || field.Type.Kind() != reflect.Pointer || strings.Contains(options, "omit") {
				continue
			}
			schema.Properties[wire] = &huma.Schema{OneOf: []*huma.Schema{property, {Type: "null"}}}
		}
	}
}

// tagOf groups routes: by what follows /api.
func tagOf(path string) string {
	below, ok := strings.CutPrefix(path, "/api/")
	if !ok {
		return "server"
	}
	tag, _, _ := strings.Cut(below, "/")
	return tag
}

// operationID makes "get-api-chats-chat-messages" of a route.
func operationID(method, path string) string {
	clean := strings.NewReplacer("{", "", "}", "", "...", "").Replace(path)
	return strings.ToLower(method) + strings.ReplaceAll(clean, "/", "-")
}

// schemaName keeps types of one name in two packages apart: chat.Message is
// ChatMessage.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := huma.DefaultSchemaNamer(t, hint)
	if t.PkgPath() == "" || t.Name() == "" {
		return name
	}
	pkg := t.PkgPath()[strings.LastIndex(t.PkgPath(), "/")+1:]
	prefix := strings.ToUpper(pkg[:1]) + pkg[1:]
	if rest, ok := strings.CutPrefix(name, prefix); ok && (rest == "" || rest[0] >= 'A' && rest[0] <= 'Z') {
		return name
	}
	return prefix + name
}
