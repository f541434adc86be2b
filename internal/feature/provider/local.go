package provider

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"parley/internal/kit/outbound"
	"parley/internal/llm/catalog"
	"parley/internal/llm/listing"
)

// usualLocals are the addresses that local model servers take by default:
// Ollama, LM Studio, llama.cpp and mlx_lm, llama.cpp as it announces for later,
// MLX Omni, vLLM.
var usualLocals = []string{"127.0.0.1:11434", "127.0.0.1:1234", "127.0.0.1:8080", "127.0.0.1:9931", "127.0.0.1:10240", "127.0.0.1:8000"}

// localTime bounds the look at one address.
const localTime = 1500 * time.Millisecond

// Local is a model server that was found on this machine.
type Local struct {
	Kind    string   `json:"kind" enum:"ollama,lmstudio,llamacpp,mlx,vllm"`
	Label   string   `json:"label"`
	BaseURL string   `json:"baseUrl"`
	Models  []string `json:"models"`
}

// Discover looks for model servers on this machine, at all addresses at once.
func (s *Service) Discover(ctx context.Context) []Local {
	ctx, cancel := context.WithTimeout(ctx, localTime)
	defer cancel()
	found := make([]*Local, len(s.config.Locals))
	var wg sync.WaitGroup
	for i, place := range s.config.Locals {
		wg.Go(func() { found[i] = s.discover(ctx, place) })
	}
	wg.Wait()
	all := []Local{}
	for _, l := range found {
		if l != nil {
			all = append(all, *l)
		}
	}
	return all
}

// discover asks the server at one address what it is.
func (s *Service) discover(ctx context.Context, place string) *Local {
	client, err := s.config.Outbound.Client(outbound.Policy{Purpose: "local_models", Allow: []string{place}, Only: true, MaxBytes: 4 << 20})
	if err != nil {
		return nil
	}
	defer client.CloseIdleConnections()
	base := (&url.URL{Scheme: "http", Host: place, Path: "/v1"}).String()
	kind, models := listing.Server{Client: client, BaseURL: base}.Recognise(ctx)
	switch {
	case models == nil || kind == catalog.Custom:
		return nil
	case kind == "" && strings.HasSuffix(place, ":1234"):
		kind = catalog.LMStudio
	case kind == "":
		kind = catalog.MLX
	}
	return local(kind, base, listing.Chatting(models))
}

// recognised is the wish for a server that was given by its address alone, once
// it has said what it is.
func (s *Service) recognised(ctx context.Context, w wish) wish {
	d, err := s.define(w)
	if err != nil || w.kind != catalog.Custom || d.dialect != catalog.Custom {
		return w
	}
	client, err := s.client(d)
	if err != nil {
		return w
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	if kind, _ := d.server(client).Recognise(ctx); kind != "" {
		w.kind = kind
	}
	return w
}

// isConnected reports whether a server that was found is a provider already.
func (s *Service) isConnected(found Local) bool {
	place := loopback(found.BaseURL)
	return slices.ContainsFunc(s.now.Load().order, func(p *provider) bool { return loopback(p.baseURL) == place })
}

// loopback is the place of an address, this machine by one name; empty for none.
func loopback(baseURL string) string {
	place, err := hostPort(baseURL)
	if err != nil {
		return ""
	}
	for _, name := range []string{"localhost:", "[::1]:"} {
		if port, ok := strings.CutPrefix(place, name); ok {
			return "127.0.0.1:" + port
		}
	}
	return place
}

func local(kind, base string, models []string) *Local {
	k, _ := kindNamed(kind)
	return &Local{Kind: kind, Label: k.Label, BaseURL: base, Models: models}
}
