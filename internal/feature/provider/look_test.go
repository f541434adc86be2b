package provider_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"parley/internal/feature/provider"
	"parley/internal/kit/testkit"
	"parley/internal/llm"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// shown answers Ollama's /api/show.
func shown(w http.ResponseWriter, r *http.Request) {
	var in struct{ Model string }
	_ = json.NewDecoder(r.Body).Decode(&in)
	answers := map[string]string{
		"llava:7b":           `{"capabilities":["completion","vision"],"model_info":{"general.architecture":"llama","llama.context_length":4096}}`,
		"qwen3:8b":           `{"capabilities":["completion","tools","thinking"],"model_info":{"qwen3.context_length":40960}}`,
		"nomic-embed:latest": `{"capabilities":["embedding"],"model_info":{}}`,
	}
	if answers[in.Model] == "" {
		w.WriteHeader(http.StatusNotFound)
	}
	_, _ = io.WriteString(w, answers[in.Model])
}

const tags = `{"models":[{"name":"llava:7b"},{"name":"qwen3:8b"},{"name":"nomic-embed:latest"},{"name":"broken:1b"}]}`

func TestWhatServersTellAboutTheirModels(t *testing.T) {
	t.Parallel()
	type can struct {
		ID                       string
		Context, MaxOutput       int
		Vision, Tools, Reasoning bool
	}
	for name, c := range map[string]struct {
		entry   provider.Entry
		answers map[string]http.HandlerFunc
		want    []can
	}{
		"ollama": {
			provider.Entry{Name: "Ollama", Models: provider.EntryModels{Fetch: true}},
			map[string]http.HandlerFunc{"GET /api/tags": sends(tags), "POST /api/show": shown},
			[]can{
				{"Ollama/qwen3:8b", 40960, -1, false, true, true}, {"Ollama/llava:7b", 4096, -1, true, false, false}, {"Ollama/broken:1b", 0, -1, true, true, false},
			},
		},
		"ollama with a list of its own": {
			provider.Entry{Name: "Ollama", Models: provider.EntryModels{Default: provider.Models("llava:7b")}},
			map[string]http.HandlerFunc{"GET /api/tags": sends(tags), "POST /api/show": shown},
			[]can{{"Ollama/llava:7b", 4096, -1, true, false, false}},
		},
		"ollama behind a proxy that shows its OpenAI side alone": {
			provider.Entry{Name: "Ollama"},
			map[string]http.HandlerFunc{"GET /v1/models": sends(`{"data":[{"id":"a-model-nobody-knows"}]}`)},
			[]can{{"Ollama/a-model-nobody-knows", 0, -1, true, true, false}},
		},
		"lm studio": {
			provider.Entry{Name: "LM Studio"},
			map[string]http.HandlerFunc{"GET /api/v0/models": sends(`{"data":[{"id":"unheard-vlm","type":"vlm","max_context_length":8192,"loaded_context_length":2048},{"id":"unheard-llm","type":"llm","max_context_length":4096,"capabilities":["tool_use"]},{"id":"e","type":"embeddings"}]}`)},
			[]can{{"LM Studio/unheard-vlm", 2048, -1, true, true, false}, {"LM Studio/unheard-llm", 4096, -1, false, true, false}},
		},
		"llama.cpp": {
			provider.Entry{Name: "llama.cpp"},
			map[string]http.HandlerFunc{
				"GET /v1/models": sends(`{"models":[{"name":"x"}],"object":"list","data":[{"id":"unheard.gguf","owned_by":"llamacpp","meta":{"n_ctx_train":131072}}]}`),
				"GET /props":     sends(`{"default_generation_settings":{"n_ctx":16384},"modalities":{"vision":false,"audio":false}}`),
			},
			[]can{{"llama.cpp/unheard.gguf", 16384, -1, false, true, false}},
		},
		"openrouter's fields": {
			provider.Entry{Name: "router"},
			map[string]http.HandlerFunc{"GET /v1/models": sends(`{"data":[{"id":"v/unheard","name":"V: Unheard","created":2,"context_length":9000,"architecture":{"input_modalities":["text","image"],"output_modalities":["text"]},"supported_parameters":["reasoning"],"top_provider":{"max_completion_tokens":700},"pricing":{"prompt":"0.000001","completion":"0.000002"}},
				{"id":"v/painter","architecture":{"input_modalities":["text"],"output_modalities":["image"]}}]}`)},
			[]can{{"router/v/unheard", 9000, 700, true, false, true}},
		},
		"mistral's flags, types that differ, twice the same": {
			provider.Entry{Name: "m"},
			map[string]http.HandlerFunc{"GET /v1/models": sends(`{"data":[{"id":"unheard-1","created":"yesterday","max_context_length":5000,"capabilities":{"completion_chat":true,"function_calling":false,"vision":false}},{"id":"unheard-1"},{"id":"unheard-2","capabilities":{"completion_chat":false}}]}`)},
			[]can{{"m/unheard-1", 5000, -1, false, false, false}},
		},
		"a bare list": {
			provider.Entry{Name: "together-like"},
			map[string]http.HandlerFunc{"GET /v1/models": sends(`[{"id":"unheard","type":"chat","context_length":3000},{"id":"unheard-image","type":"image"}]`)},
			[]can{{"together-like/unheard", 3000, -1, true, true, false}},
		},
		"the configured before the server's, and only chat models of these": {
			provider.Entry{Name: "both", Models: provider.EntryModels{Default: provider.Models("mine", "text-embedding-mine"), Fetch: true}},
			map[string]http.HandlerFunc{"GET /v1/models": sends(`{"data":[{"id":"unheard-old","created":1},{"id":"unheard-new","created":2},{"id":"whisper-1"},{"id":"mine"}]}`)},
			[]can{{"both/mine", 0, -1, true, true, false}, {"both/text-embedding-mine", 0, -1, true, true, false}, {"both/unheard-new", 0, -1, true, true, false}, {"both/unheard-old", 0, -1, true, true, false}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			up := serve(t, c.answers)
			c.entry.BaseURL = up.URL + "/v1"
			h := open(t, testkit.SQLite(t), provider.Config{Endpoints: entries(c.entry)})
			if h.Refresh(t.Context()) {
				t.Fatal("the server did not answer: ", h.log)
			}
			got := h.models(t)
			var list []can
			for _, m := range got.Items[0].Models {
				one := can{m.ID, m.Context, m.MaxOutput, m.Vision, m.Tools, m.Reasoning}
				for _, w := range c.want {
					if w.ID == one.ID && w.MaxOutput < 0 {
						one.MaxOutput = -1
					}
				}
				list = append(list, one)
			}
			less := func(a, b can) int { return strings.Compare(a.ID, b.ID) }
			if strings.HasPrefix(name, "ollama") {
				slices.SortFunc(list, less)
				slices.SortFunc(c.want, less)
			}
			if diff := cmp.Diff(c.want, list); diff != "" {
				t.Error(diff)
			}
			for _, m := range got.Items[0].Models {
				if _, err := h.Resolve(t.Context(), "u", m.ID); err != nil {
					t.Errorf("%s: %v", m.ID, err)
				}
			}
		})
	}
}

// A list that is far longer than any, with names that no model has and fields of
// wrong types, does not keep people from the newest models.
func TestAListWithoutEnd(t *testing.T) {
	t.Parallel()
	var list strings.Builder
	list.WriteString(`{"data":[{"id":"two\nlines","created":9},{"id":7},{"id":"newest","created":8,"context_length":"many"}`)
	for i := range 20_000 {
		fmt.Fprintf(&list, `,{"id":"m%d","created":%d}`, i, i%7)
	}
	list.WriteString(`]}`)
	up := serve(t, map[string]http.HandlerFunc{"GET /v1/models": sends(list.String())})
	h := open(t, testkit.SQLite(t), provider.Config{Endpoints: provider.Endpoints{Custom: []provider.Entry{
		{Name: "endless", BaseURL: up.URL + "/v1", Models: provider.EntryModels{Fetch: true}},
	}}})
	h.Refresh(t.Context())
	models := h.Offers(t.Context(), "u")[0].Models
	if len(models) != 5000 || models[0].Name != "newest" || slices.ContainsFunc(models, func(m llm.Info) bool { return m.Name == "two\nlines" }) {
		t.Errorf("%d models, the first of them %+v", len(models), models[0])
	}
}

func TestAnthropicsList(t *testing.T) {
	t.Parallel()
	up := serve(t, map[string]http.HandlerFunc{"GET /v1/models": func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Api-Key") != canary || r.Header.Get("Anthropic-Version") == "" || r.Header.Get("Authorization") != "" || r.URL.Query().Get("limit") == "" {
			t.Errorf("asked with %v", r.Header)
		}
		sends(`{"data":[{"type":"model","id":"claude-unheard-9","display_name":"Claude Unheard 9"}],"has_more":false}`)(w, r)
	}})
	h := open(t, testkit.SQLite(t), provider.Config{Getenv: func(name string) string {
		return map[string]string{"ANTHROPIC_API_KEY": canary, "ANTHROPIC_REVERSE_PROXY": up.URL}[name]
	}})
	h.Refresh(t.Context())
	target, err := h.Resolve(t.Context(), "u", "anthropic/claude-unheard-9")
	if err != nil || target.Info.Label != "Claude Unheard 9" {
		t.Errorf("%+v, %v", target.Info, err)
	}
	if _, err := h.Resolve(t.Context(), "u", "anthropic/other"); err == nil {
		t.Error("a model that is not in the list was found")
	}
}

// One provider hangs, one is gone: the list of the others is there all the same.
func TestADeadProviderDelaysNobody(t *testing.T) {
	t.Parallel()
	asked, release := make(chan struct{}, 10), make(chan struct{})
	hanging := serve(t, map[string]http.HandlerFunc{"/": func(http.ResponseWriter, *http.Request) {
		asked <- struct{}{}
		<-release
	}})
	good := serve(t, map[string]http.HandlerFunc{"GET /v1/models": sends(`{"data":[{"id":"unheard"}]}`)})
	h := open(t, testkit.SQLite(t), provider.Config{Endpoints: provider.Endpoints{Custom: []provider.Entry{
		{Name: "hanging", BaseURL: hanging.URL + "/v1", Models: provider.EntryModels{Default: provider.Models("fallback"), Fetch: true}},
		{Name: "gone", BaseURL: "http://127.0.0.1:1/v1"},
		{Name: "good", BaseURL: good.URL + "/v1"},
	}}})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- h.Start(ctx) }()
	<-asked
	for {
		if got := h.models(t); slices.Equal(got.ids(), []string{"hanging/fallback", "good/unheard"}) {
			break
		}
	}
	if _, err := h.Resolve(t.Context(), "u", "gone/any"); err != nil {
		t.Errorf("while its list is unknown, a model is taken at its word: %v", err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	close(release)
}

func TestAModelIsCalledThroughItsCodec(t *testing.T) {
	t.Parallel()
	const stream = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hello\"}}]}\n\n" +
		"data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
	up := serve(t, map[string]http.HandlerFunc{"POST /v1/chat/completions": func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+canary || r.Header.Get("X-Team") != "a" {
			t.Errorf("called with %v", r.Header)
		}
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, stream)
	}})
	h := open(t, testkit.SQLite(t), provider.Config{Endpoints: provider.Endpoints{Custom: []provider.Entry{
		{Name: "Up", BaseURL: up.URL + "/v1", APIKey: canary, Models: provider.EntryModels{Default: provider.Models("m")}, Shared: provider.Shared{Headers: map[string]string{"X-Team": "a"}}},
	}}})
	target, err := h.Resolve(t.Context(), "u", "up/m")
	if err != nil {
		t.Fatal(err)
	}
	if text, err := answer(t, target.Model); err != nil || text != "hello" {
		t.Errorf("%q, %v", text, err)
	}
	if r := h.ledger.Records(); len(r) != 1 || r[0].Purpose != "provider" || r[0].Status != 200 || r[0].Bytes != int64(len(stream)) {
		t.Errorf("%+v", r)
	}
}

func TestDiscover(t *testing.T) {
	t.Parallel()
	hang := make(chan struct{})
	places := map[string]*upstream{
		"ollama":    serve(t, map[string]http.HandlerFunc{"GET /api/tags": sends(tags)}),
		"lmstudio":  serve(t, map[string]http.HandlerFunc{"GET /api/v0/models": sends(`{"data":[{"id":"a","type":"llm"}]}`), "GET /v1/models": sends(`{"data":[{"id":"a"}]}`)}),
		"llamacpp":  serve(t, map[string]http.HandlerFunc{"GET /v1/models": sends(`{"data":[{"id":"b.gguf","owned_by":"llamacpp"}]}`)}),
		"mlx":       serve(t, map[string]http.HandlerFunc{"GET /v1/models": sends(`{"object":"list","data":[{"id":"mlx-community/c","object":"model","created":1}]}`)}),
		"vllm":      serve(t, map[string]http.HandlerFunc{"GET /v1/models": sends(`{"data":[{"id":"d","owned_by":"vllm","max_model_len":8192}]}`)}),
		"another":   serve(t, map[string]http.HandlerFunc{"GET /v1/models": sends(`{"data":[{"id":"e","owned_by":"me"}]}`)}),
		"a website": serve(t, map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>hi") }}),
		"silent":    serve(t, map[string]http.HandlerFunc{"/": func(http.ResponseWriter, *http.Request) { <-hang }}),
	}
	defer close(hang)
	locals := []string{"127.0.0.1:1"}
	want := []provider.Local{}
	for _, kind := range []string{"ollama", "lmstudio", "llamacpp", "mlx", "vllm", "another", "a website", "silent"} {
		locals = append(locals, strings.TrimPrefix(places[kind].URL, "http://"))
	}
	names := map[string][]string{"ollama": {"llava:7b", "qwen3:8b", "broken:1b"}, "lmstudio": {"a"}, "llamacpp": {"b.gguf"}, "mlx": {"mlx-community/c"}, "vllm": {"d"}}
	labels := map[string]string{"ollama": "Ollama", "lmstudio": "LM Studio", "llamacpp": "llama.cpp", "mlx": "MLX", "vllm": "vLLM"}
	for _, kind := range []string{"ollama", "lmstudio", "llamacpp", "mlx", "vllm"} {
		want = append(want, provider.Local{Kind: kind, Label: labels[kind], BaseURL: places[kind].URL + "/v1", Models: names[kind]})
	}
	h := open(t, testkit.SQLite(t), provider.Config{Locals: locals})
	var got struct{ Items []provider.Local }
	if code := h.ask(t, "GET /api/providers/local", "", &got); code != http.StatusOK {
		t.Fatal(code)
	}
	if diff := cmp.Diff(want, got.Items); diff != "" {
		t.Error(diff)
	}

	body := `{"name":"ollama","kind":"ollama","baseUrl":"` + strings.Replace(places["ollama"].URL, "127.0.0.1", "localhost", 1) + `/v1"}`
	if code := h.ask(t, "POST /api/providers?force=true", body, nil); code != http.StatusOK {
		t.Fatal(code)
	}
	if code := h.ask(t, "GET /api/providers/local", "", &got); code != http.StatusOK {
		t.Fatal(code)
	}
	if diff := cmp.Diff(want[1:], got.Items); diff != "" {
		t.Errorf("with one of them connected: %s", diff)
	}
}

// TestServerByItsAddress: what is added by an address alone is taken for what it
// says that it is.
func TestServerByItsAddress(t *testing.T) {
	t.Parallel()
	models := func(owner string) http.HandlerFunc {
		return sends(`{"data":[{"id":"m","owned_by":"` + owner + `"}]}`)
	}
	for want, answers := range map[string]map[string]http.HandlerFunc{
		"ollama":   {"GET /api/tags": sends(tags), "GET /v1/models": models("library")},
		"lmstudio": {"GET /api/v0/models": sends(`{"data":[{"id":"m","type":"llm"}]}`), "GET /v1/models": models("organization_owner")},
		"llamacpp": {"GET /v1/models": models("llamacpp")},
		"vllm":     {"GET /v1/models": models("vllm")},
		"litellm":  {"GET /v1/models": models("openai"), "GET /v1/model/info": sends(`{"data":[{"model_name":"m","model_info":{}}]}`)},
		"custom":   {"GET /v1/models": models("someone")},
	} {
		h := open(t, testkit.SQLite(t), provider.Config{})
		var got provider.Configured
		body := `{"name":"box","kind":"custom","key":"k","baseUrl":"` + serve(t, answers).URL + `/v1"}`
		if code := h.ask(t, "POST /api/providers", body, &got); code != http.StatusOK || got.Kind != want {
			t.Errorf("%s: %d, %+v", want, code, got)
		}
	}
	h := open(t, testkit.SQLite(t), provider.Config{})
	var got provider.Configured
	body := `{"name":"Groq","kind":"custom","key":"k","baseUrl":"` + serve(t, map[string]http.HandlerFunc{"GET /v1/models": models("vllm")}).URL + `/v1"}`
	if code := h.ask(t, "POST /api/providers", body, &got); code != http.StatusOK || got.Kind != "custom" {
		t.Errorf("one that its name says all of: %d, %+v", code, got)
	}
}

func TestMoreThatServersTell(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		entry   provider.Entry
		answers map[string]http.HandlerFunc
		check   func(m llm.Info) bool
	}{
		"ollama: a context that the model's own file sets": {
			provider.Entry{Name: "Ollama"},
			map[string]http.HandlerFunc{
				"GET /api/tags":  sends(`{"models":[{"name":"unheard:1b"}]}`),
				"POST /api/show": sends(`{"capabilities":["completion","tools"],"parameters":"stop  \"x\"\nnum_ctx                        8192\n","model_info":{"x.context_length":131072}}`),
			},
			func(m llm.Info) bool { return m.Context == 8192 && m.Tools && !m.Vision },
		},
		"ollama: the context that a model was loaded with": {
			provider.Entry{Name: "Ollama"},
			map[string]http.HandlerFunc{
				"GET /api/tags":  sends(`{"models":[{"name":"unheard:1b"}]}`),
				"GET /api/ps":    sends(`{"models":[{"name":"unheard:1b","context_length":4096},{"name":"other:1b","context_length":1}]}`),
				"POST /api/show": sends(`{"details":{"family":"qwen3"},"capabilities":["completion","thinking"],"model_info":{"x.context_length":131072}}`),
			},
			func(m llm.Info) bool {
				return m.Context == 4096 && m.Reasoning && slices.Equal(m.Levels, []string{"none"})
			},
		},
		"ollama: gpt-oss, which has levels": {
			provider.Entry{Name: "Ollama"},
			map[string]http.HandlerFunc{
				"GET /api/tags":  sends(`{"models":[{"name":"ours:1b"}]}`),
				"POST /api/show": sends(`{"details":{"family":"gptoss"},"capabilities":["completion","thinking"]}`),
			},
			func(m llm.Info) bool { return m.Reasoning && m.Levels == nil },
		},
		"llama.cpp: sound, tools and thinking": {
			provider.Entry{Name: "llama.cpp"},
			map[string]http.HandlerFunc{
				"GET /v1/models": sends(`{"data":[{"id":"unheard.gguf"}]}`),
				"GET /props":     sends(`{"modalities":{"vision":true,"audio":true},"chat_template":"{% if enable_thinking %}","chat_template_caps":{"supports_tools":false}}`),
			},
			func(m llm.Info) bool { return m.Vision && m.Audio && !m.Tools && m.Reasoning },
		},
		"llama.cpp: thinking that is on or off": {
			provider.Entry{Name: "llama.cpp"},
			map[string]http.HandlerFunc{
				"GET /v1/models": sends(`{"data":[{"id":"unheard.gguf"}]}`),
				"GET /props":     sends(`{"chat_template":"{% if enable_thinking %}","chat_template_caps":{"supports_tools":true,"supports_reasoning_effort":false}}`),
			},
			func(m llm.Info) bool { return m.Reasoning && slices.Equal(m.Levels, []string{"none"}) },
		},
		"llama.cpp: thinking with levels": {
			provider.Entry{Name: "llama.cpp"},
			map[string]http.HandlerFunc{
				"GET /v1/models": sends(`{"data":[{"id":"unheard.gguf"}]}`),
				"GET /props":     sends(`{"chat_template":"<|channel|>","chat_template_caps":{"supports_reasoning_effort":true}}`),
			},
			func(m llm.Info) bool { return m.Reasoning && m.Levels == nil },
		},
		"llama.cpp: one of several models, which is loaded": {
			provider.Entry{Name: "llama.cpp"},
			map[string]http.HandlerFunc{
				"GET /v1/models": sends(`{"data":[{"id":"dir/unheard","status":{"value":"loaded"},"architecture":{"input_modalities":["text"]},"meta":{"n_ctx":512}}]}`),
				"GET /props": func(w http.ResponseWriter, r *http.Request) {
					if query := r.URL.Query(); query.Get("model") == "dir/unheard" && query.Get("autoload") == "false" {
						sends(`{"default_generation_settings":{"n_ctx":4096},"modalities":{"vision":true},"chat_template":"<think>"}`)(w, r)
						return
					}
					sends(`{"role":"router","default_generation_settings":{"params":null,"n_ctx":0}}`)(w, r)
				},
			},
			func(m llm.Info) bool { return m.Context == 4096 && m.Vision && m.Reasoning },
		},
		"llama.cpp: one of several models, which looking at would load": {
			provider.Entry{Name: "llama.cpp"},
			map[string]http.HandlerFunc{
				"GET /v1/models": sends(`{"data":[{"id":"unheard","status":{"value":"unloaded"},"architecture":{"input_modalities":["text","image"]}}]}`),
				"GET /props":     sends(`{"role":"router","chat_template":"<think>","default_generation_settings":{"params":null,"n_ctx":0}}`),
			},
			func(m llm.Info) bool { return m.Context == 0 && m.Vision && !m.Reasoning },
		},
		"vllm: its longest context": {
			provider.Entry{Name: "vLLM"},
			map[string]http.HandlerFunc{"GET /v1/models": sends(`{"data":[{"id":"unheard","owned_by":"vllm","max_model_len":24576}]}`)},
			func(m llm.Info) bool { return m.Context == 24576 },
		},
		"litellm: what is behind a name": {
			provider.Entry{Name: "LiteLLM", Models: provider.EntryModels{Default: provider.Models("ours")}},
			map[string]http.HandlerFunc{
				"GET /v1/models": sends(`{"data":[{"id":"ours","mode":"chat","max_input_tokens":9,"max_output_tokens":8}]}`),
				"GET /v1/model/info": sends(`{"data":[{"model_name":"ours","litellm_params":{"model":"anthropic/x"},"model_info":{"mode":"chat","max_input_tokens":200000,"max_output_tokens":64000,
					"input_cost_per_token":3e-06,"output_cost_per_token":1.5e-05,"cache_read_input_token_cost":3e-07,"supports_vision":true,"supports_reasoning":true,"supports_pdf_input":null}},
					{"model_name":"ours","model_info":{"mode":"chat","max_input_tokens":1}}]}`),
			},
			func(m llm.Info) bool {
				return m.Context == 200000 && m.MaxOutput == 64000 && m.Vision && m.Reasoning && !m.Tools && !m.Files && m.Relay &&
					cmp.Equal(m.Prices, &llm.Prices{Input: 3, Output: 15, CacheRead: 0.3}, cmpopts.EquateApprox(0, 1e-9))
			},
		},
		"litellm: a model that it does not know": {
			provider.Entry{Name: "LiteLLM"},
			map[string]http.HandlerFunc{
				"GET /v1/models":     sends(`{"data":[{"id":"drawer"},{"id":"ours"}]}`),
				"GET /v1/model/info": sends(`{"data":[{"model_name":"drawer","model_info":{"mode":"image_generation"}},{"model_name":"ours","model_info":{"mode":null,"supports_reasoning":true}}]}`),
			},
			func(m llm.Info) bool {
				return m.Name == "ours" && m.Reasoning && m.Tools && m.Vision && m.Prices == nil
			},
		},
		"litellm: a key that may not ask": {
			provider.Entry{Name: "LiteLLM"},
			map[string]http.HandlerFunc{"GET /v1/models": sends(`{"data":[{"id":"ours","mode":"chat","max_input_tokens":9000,"max_output_tokens":800}]}`)},
			func(m llm.Info) bool { return m.Context == 9000 && m.MaxOutput == 800 && m.Tools },
		},
		"anthropic: what each model can do": {
			provider.Entry{Name: "a", Provider: "anthropic"},
			map[string]http.HandlerFunc{"GET /v1/models": sends(`{"data":[{"type":"model","id":"claude-unheard","display_name":"Claude Unheard","max_input_tokens":500000,"max_tokens":64000,
				"capabilities":{"image_input":{"supported":true},"pdf_input":{"supported":false},"thinking":{"supported":true,"types":{"adaptive":{"supported":true}}},
				"effort":{"supported":true,"low":{"supported":true},"high":{"supported":true},"max":{"supported":false}}}}]}`)},
			func(m llm.Info) bool {
				return m.Context == 500000 && m.MaxOutput == 64000 && m.Vision && !m.Files && m.Reasoning && slices.Equal(m.Levels, []string{"low", "high"})
			},
		},
		"openrouter: documents, sound and a first sentence": {
			provider.Entry{Name: "router"},
			map[string]http.HandlerFunc{"GET /v1/models": sends(`{"data":[{"id":"v/unheard","description":"Writes well. And much more\nbesides.","architecture":{"input_modalities":["text","file","audio"]}}]}`)},
			func(m llm.Info) bool { return m.Files && m.Audio && !m.Vision && m.Description == "Writes well." },
		},
		"mistral: what is about to go": {
			provider.Entry{Name: "m"},
			map[string]http.HandlerFunc{"GET /v1/models": sends(`{"data":[{"id":"unheard","deprecation":"2027-01-31T00:00:00Z","capabilities":{"audio":true}},{"id":"unheard-too","deprecation":null}]}`)},
			func(m llm.Info) bool { return m.Status == llm.Deprecated && m.Audio },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			up := serve(t, c.answers)
			c.entry.BaseURL, c.entry.APIKey = up.URL+"/v1", "x"
			h := open(t, testkit.SQLite(t), provider.Config{Endpoints: entries(c.entry)})
			if h.Refresh(t.Context()) {
				t.Fatal("the server did not answer: ", h.log)
			}
			if m := h.Offers(t.Context(), "u")[0].Models[0]; !c.check(m) {
				t.Errorf("%+v", m)
			}
		})
	}
}
