package rest

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed docs.html
var docsHTML string

//go:embed docs.css
var docsCSS string

var docsTemplate = template.Must(template.New("docs").Parse(docsHTML))

// docsPolicy lets the page have its own style and nothing else.
var docsPolicy = func() string {
	sum := sha256.Sum256([]byte(docsCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}()

// ServeDocs shows the description of all routes as a page for people, without
// scripts. It is for a [Raw] route.
func (r *Router) ServeDocs(w http.ResponseWriter, _ *http.Request) error {
	page, err := r.docs()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", docsPolicy)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(page) // the client is gone if this fails
	return nil
}

type docsPage struct {
	Title, Version string
	Style          template.CSS
	Groups         []docsGroup
	Types          []docsType
}

type docsGroup struct {
	Name   string
	Routes []docsRoute
}

type docsRoute struct {
	ID, Method, Path, Summary, Guard string
	Parameters                       []docsField
	Body                             docsBody
	Answers                          []docsAnswer
}

type docsAnswer struct {
	Status, Text string
	Body         docsBody
}

// docsBody is the type of a body, and its fields if it has no name of its own.
type docsBody struct {
	Format, Type, Ref string
	Fields            []docsField
}

type docsType struct {
	Name   string
	Fields []docsField
}

type docsField struct {
	Name, Type, Ref, Doc string
	Optional             bool
}

func (r *Router) renderDocs() ([]byte, error) {
	api := r.api.OpenAPI()
	page := docsPage{Title: api.Info.Title, Version: api.Info.Version, Style: template.CSS(docsCSS)} //nolint:gosec // our own file
	groups := map[string]int{}
	for _, route := range r.routes {
		if route.Method == "" {
			continue
		}
		tag := tagOf(route.Path)
		at, ok := groups[tag]
		if !ok {
			at = len(page.Groups)
			groups[tag] = at
			page.Groups = append(page.Groups, docsGroup{Name: tag})
		}
		page.Groups[at].Routes = append(page.Groups[at].Routes, docsOf(route, operationOf(api.Paths[route.Path], route.Method)))
	}
	for _, name := range slices.Sorted(maps.Keys(api.Components.Schemas.Map())) {
		page.Types = append(page.Types, docsType{Name: name, Fields: fieldsOf(api.Components.Schemas.Map()[name])})
	}
	var b bytes.Buffer
	if err := docsTemplate.Execute(&b, page); err != nil {
		return nil, fmt.Errorf("render the documentation: %w", err)
	}
	return b.Bytes(), nil
}

func operationOf(item *huma.PathItem, method string) *huma.Operation {
	switch method {
	case http.MethodGet:
		return item.Get
	case http.MethodPost:
		return item.Post
	case http.MethodPut:
		return item.Put
	case http.MethodPatch:
		return item.Patch
	default:
		return item.Delete
	}
}

func docsOf(route Route, op *huma.Operation) docsRoute {
	out := docsRoute{ID: op.OperationID, Method: route.Method, Path: route.Path, Summary: op.Summary, Guard: route.Guard}
	for _, p := range op.Parameters {
		field := fieldOf(p.Name, p.Schema, !p.Required)
		field.Type = p.In + " " + field.Type
		if p.Description != "" {
			field.Doc = p.Description
		}
		out.Parameters = append(out.Parameters, field)
	}
	if op.RequestBody != nil {
		out.Body = bodyOf(op.RequestBody.Content)
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		if status == "default" {
			continue // the same problem everywhere
		}
		answer := op.Responses[status]
		out.Answers = append(out.Answers, docsAnswer{Status: status, Text: answer.Description, Body: bodyOf(answer.Content)})
	}
	return out
}

func bodyOf(content map[string]*huma.MediaType) docsBody {
	for _, format := range slices.Sorted(maps.Keys(content)) {
		text, ref := typeOf(content[format].Schema)
		return docsBody{Format: format, Type: text, Ref: ref, Fields: fieldsOf(content[format].Schema)}
	}
	return docsBody{}
}

func fieldsOf(s *huma.Schema) []docsField {
	var all []docsField
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		all = append(all, fieldOf(name, s.Properties[name], !slices.Contains(s.Required, name)))
	}
	return all
}

func fieldOf(name string, s *huma.Schema, optional bool) docsField {
	text, ref := typeOf(s)
	return docsField{Name: name, Type: text, Ref: ref, Doc: s.Description, Optional: optional}
}

// typeOf is a schema in words, and the named type in it.
func typeOf(s *huma.Schema) (text, ref string) {
	switch {
	case s.Ref != "":
		name := strings.TrimPrefix(s.Ref, schemaPrefix)
		return name, name
	case len(s.OneOf) > 0:
		words := make([]string, len(s.OneOf))
		for i, one := range s.OneOf {
			word, named := typeOf(one)
			words[i] = word
			ref += named
		}
		return strings.Join(words, " or "), ref
	case s.Type == huma.TypeArray && s.Items != nil:
		text, ref = typeOf(s.Items)
		text = "list of " + text
	case len(s.Enum) > 0:
		words := make([]string, len(s.Enum))
		for i, value := range s.Enum {
			word, err := json.Marshal(value)
			if err != nil {
				word = []byte(fmt.Sprint(value))
			}
			words[i] = string(word)
		}
		text = strings.Join(words, " or ")
	case s.Type == "":
		text = "any JSON"
	default:
		text = strings.TrimSpace(s.Type + " " + s.Format)
	}
	if s.Nullable {
		text += " or null"
	}
	return text, ref
}
