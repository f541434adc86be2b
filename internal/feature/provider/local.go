package provider

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"time"

	"parley/internal/kit/outbound"
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
	kind, offers := looker{client: client, baseURL: base}.recognise(ctx)
	switch {
	case offers == nil || kind == kindCustom:
		return nil
	case kind == "" && strings.HasSuffix(place, ":1234"):
		kind = kindLMStudio
	case kind == "":
		kind = kindMLX
	}
	return local(kind, base, chatting(offers))
}

// recognise asks a server what it is and what it has: nothing where it lists no
// models, no kind where it does not say who it is, [kindCustom] where it is none
// that is known.
func (l looker) recognise(ctx context.Context) (kind string, offers []offer) {
	var ollama struct {
		Models []struct {
			Name string `json:"name"`
		} `json:"models"`
	}
	if l.ask(ctx, "../api/tags", nil, &ollama) == nil && ollama.Models != nil {
		offers = make([]offer, len(ollama.Models))
		for i, m := range ollama.Models {
			offers[i].name = m.Name
		}
		return kindOllama, offers
	}
	if offers, err := l.list(ctx, "../api/v0/models"); err == nil {
		return kindLMStudio, offers
	}
	var listed struct {
		Data []entry `json:"data"`
	}
	if err := l.ask(ctx, "models", nil, &listed); err != nil && !onlyTypes(err) || listed.Data == nil {
		return "", nil
	}
	offers = []offer{}
	for _, e := range listed.Data {
		offers = append(offers, e.offer())
		switch owner := strings.ToLower(e.OwnedBy); {
		case owner == "" || strings.Contains(owner, kindMLX):
		case owner == kindLlamaCpp || owner == kindVLLM:
			kind = owner
		case strings.Contains(owner, "organization"):
			kind = kindLMStudio
		case kind == "":
			kind = kindCustom
		}
	}
	if kind == kindCustom && len(l.liteLLMInfos(ctx)) > 0 {
		kind = kindLiteLLM
	}
	return kind, offers
}

// recognised is the wish for a server that was given by its address alone, once
// it has said what it is.
func (s *Service) recognised(ctx context.Context, w wish) wish {
	d, err := s.define(w)
	if err != nil || w.kind != kindCustom || d.dialect != kindCustom {
		return w
	}
	client, err := s.client(d)
	if err != nil {
		return w
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	if kind, _ := d.looker(client).recognise(ctx); kind != "" {
		w.kind = kind
	}
	return w
}

func local(kind, base string, models []string) *Local {
	k, _ := kindNamed(kind)
	return &Local{Kind: kind, Label: k.Label, BaseURL: base, Models: models}
}

func chatting(offers []offer) []string {
	names := []string{}
	for _, o := range offers {
		if o.chats() {
			names = append(names, o.name)
		}
	}
	return names
}
