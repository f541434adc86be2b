// Package azure knows where a model of Azure OpenAI is: which URL an instance, a
// deployment and a version of the API make, and by which name the model goes
// there. The protocols are those of openaichat and openairesponses.
//
// It makes no calls.
//
// Source: Azure OpenAI reference, "Data plane inference" and "API version
// lifecycle"; LibreChat's configuration of azureOpenAI.
package azure

import (
	"errors"
	"net/url"
	"strings"
)

// Location is what a configuration says about where a model is.
type Location struct {
	// Instance is the resource's name, or its whole host.
	Instance string
	// Deployment is the name that the model was deployed under; empty is the
	// model's own.
	Deployment string
	// Version is a dated version of the API; "v1", "latest", "preview" and empty
	// mean the API that is not versioned by date.
	Version string
	// BaseURL goes before Instance. ${INSTANCE_NAME} and ${DEPLOYMENT_NAME} in it
	// are replaced.
	BaseURL string
	// Serverless says that BaseURL serves the model without a deployment.
	Serverless bool
}

// Placeholders are the names of what a base URL may leave open: the instance, and
// the deployment.
var Placeholders = []string{"INSTANCE_NAME", "DEPLOYMENT_NAME"}

// Place is where a model is called.
type Place struct {
	// Chat is the base URL for Chat Completions, Responses that for Responses;
	// empty if the place does not have it.
	Chat      string
	Responses string
	// Model is the name to send.
	Model string
}

// The ways in which a location can be wrong.
var (
	ErrNowhere = errors.New("an instance name or a base URL is needed")
	ErrURL     = errors.New("the base URL is not valid")
)

// Place returns where a model is called.
func (l Location) Place(model string) (Place, error) {
	name := model
	if l.Deployment != "" && !l.Serverless {
		name = l.Deployment
	}
	if l.BaseURL != "" {
		return l.given(name)
	}
	if l.Instance == "" {
		return Place{}, ErrNowhere
	}
	root := "https://" + host(l.Instance) + "/openai"
	if !l.dated() {
		query := ""
		if l.Version == "preview" {
			query = "?api-version=preview"
		}
		return Place{Chat: root + "/v1" + query, Responses: root + "/v1" + query, Model: name}, nil
	}
	query := "?api-version=" + url.QueryEscape(l.Version)
	place := Place{Chat: root + "/deployments/" + url.PathEscape(name) + query, Model: name}
	if l.Version >= firstResponses {
		place.Responses = root + query
	}
	return place, nil
}

// firstResponses is the first dated version that has Responses.
const firstResponses = "2025-03-01-preview"

func (l Location) dated() bool {
	return len(l.Version) > 0 && l.Version[0] >= '0' && l.Version[0] <= '9'
}

// given is a place whose URL an administrator wrote.
func (l Location) given(name string) (Place, error) {
	text := strings.NewReplacer(
		"${"+Placeholders[0]+"}", l.Instance, "${"+Placeholders[1]+"}", url.PathEscape(name),
	).Replace(strings.TrimSpace(l.BaseURL))
	base, err := url.Parse(text)
	if err != nil || base.Host == "" {
		return Place{}, ErrURL
	}
	if l.dated() && base.Query().Get("api-version") == "" {
		query := base.Query()
		query.Set("api-version", l.Version)
		base.RawQuery = query.Encode()
	}
	base.Path = strings.TrimRight(base.Path, "/")
	place := Place{Chat: base.String(), Model: name}
	if strings.HasSuffix(base.Path, "/openai/v1") {
		place.Responses = place.Chat
	}
	return place, nil
}

// host completes the name of an instance.
func host(instance string) string {
	instance = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(instance), "https://"), "/")
	if strings.Contains(instance, ".") {
		return instance
	}
	return instance + ".openai.azure.com"
}
