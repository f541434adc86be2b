package llmtest_test

import (
	"bufio"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/llm"
	"parley/internal/llm/anthropic"
	"parley/internal/llm/bedrock"
	"parley/internal/llm/google"
	"parley/internal/llm/llmtest"
	"parley/internal/llm/openaichat"
	"parley/internal/llm/openairesponses"
	"parley/internal/llm/vertex"
	"parley/internal/llm/wire"

	"github.com/google/go-cmp/cmp"
)

// recording is one call in the scope of a codec.
type recording struct {
	name     string // path in the fixtures, "#", number
	protocol string
	dialect  string
	llmtest.Interaction
}

// TestReplay serves every recorded answer to the codec of its protocol, compares
// the events with what a naive reader finds in the recording, and the request
// that the codec writes with the one that was recorded.
func TestReplay(t *testing.T) {
	t.Parallel()
	list := readNotTaken(t)
	recordings := find(t, llmtest.Fixtures(t), list)
	if len(recordings) < 400 {
		t.Errorf("only %d recordings were found", len(recordings))
	}
	for _, r := range recordings {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			if list.covers("answer", r.name) == "" {
				r.checkAnswer(t)
			}
			if len(r.Request) > 0 && list.covers("request", r.name) == "" {
				r.checkRequest(t)
			}
		})
	}
	t.Cleanup(func() { list.checkUsed(t) })
}

// find lists the recordings in scope. A file that is in scope by its name or
// content but cannot be read has to be on the list.
func find(t testing.TB, root string, list *notTaken) []recording {
	t.Helper()
	var found []recording
	folders := map[string]bool{}
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if list.covers("file", name) != "" {
			return nil
		}
		switch path.Ext(name) {
		case ".yaml", ".yml":
			interactions, err := llmtest.ReadCassette(file)
			if err != nil {
				t.Errorf("%s is neither readable nor listed: %v", name, err)
				return nil
			}
			for i, interaction := range interactions {
				if r, ok := inScope(name, i, interaction); ok {
					found = append(found, r)
				}
			}
		case ".txt", ".json":
			folders[path.Dir(name)] = true
			if r, ok := bare(t, file, name); ok {
				found = append(found, r)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for folder := range bareFolders {
		if !folders[folder] {
			t.Errorf("there are no recordings in %s", folder)
		}
	}
	return found
}

func inScope(name string, number int, i llmtest.Interaction) (recording, bool) {
	r := recording{name: name + "#" + string(rune('0'+number%10)), Interaction: i}
	address, _, _ := strings.Cut(i.URL, "?")
	switch {
	case i.Method != http.MethodPost && i.Method != "":
		return r, false
	case strings.HasSuffix(address, "/chat/completions"):
		r.protocol, r.dialect = openaichat.Protocol, dialectOf(i.URL)
	case strings.HasSuffix(address, "/responses"):
		r.protocol, r.dialect = openairesponses.Protocol, dialectOf(i.URL)
	case strings.HasSuffix(address, "/v1/messages"):
		r.protocol = anthropic.Protocol
	case strings.HasSuffix(address, ":rawPredict"), strings.HasSuffix(address, ":streamRawPredict"):
		r.protocol, r.dialect = anthropic.Protocol, onVertex
	case strings.HasSuffix(address, ":generateContent"), strings.HasSuffix(address, ":streamGenerateContent"):
		r.protocol, r.dialect = google.Protocol, geminiPlace(address)
	default:
		model, ok := converseModel(address)
		r.protocol, r.dialect = bedrock.Protocol, model
		return r, ok
	}
	return r, true
}

// bareFolders hold answers without their requests, one folder a protocol.
var bareFolders = map[string][2]string{
	"vercel-ai/anthropic":                {anthropic.Protocol, ""},
	"vercel-ai/amazon-bedrock":           {bedrock.Protocol, ""},
	"vercel-ai/alibaba":                  {openaichat.Protocol, ""},
	"vercel-ai/cerebras":                 {openaichat.Protocol, "cerebras"},
	"vercel-ai/deepseek/chat":            {openaichat.Protocol, "deepseek"},
	"vercel-ai/groq":                     {openaichat.Protocol, "groq"},
	"vercel-ai/mistral":                  {openaichat.Protocol, "mistral"},
	"vercel-ai/moonshotai":               {openaichat.Protocol, "moonshot"},
	"vercel-ai/openai/chat":              {openaichat.Protocol, "openai"},
	"vercel-ai/openai/responses":         {openairesponses.Protocol, "openai"},
	"vercel-ai/xai/responses":            {openairesponses.Protocol, "xai"},
	"vercel-ai/open-responses/responses": {openairesponses.Protocol, ""},
	"vercel-ai/azure":                    {openairesponses.Protocol, "azure"},
	"vercel-ai/openai-compatible/chat":   {openaichat.Protocol, ""},
	"vercel-ai/perplexity":               {openaichat.Protocol, "perplexity"},
	"vercel-ai/google":                   {google.Protocol, "gemini-3-pro-preview"},
	"vercel-ai/xai":                      {openaichat.Protocol, "xai"},
}

func bare(t testing.TB, file, name string) (recording, bool) {
	t.Helper()
	folder, ok := bareFolders[path.Dir(name)]
	if !ok {
		return recording{}, false
	}
	r := recording{name: name + "#0", protocol: folder[0], dialect: folder[1]}
	r.Status = http.StatusOK
	var err error
	switch isStream := strings.HasSuffix(name, ".chunks.txt"); {
	case isStream && r.protocol == bedrock.Protocol:
		if r.Body, err = os.ReadFile(file); err == nil { //nolint:gosec // a test file
			r.Body = framed(r.Body)
		}
	case isStream:
		r.Body, err = llmtest.ReadChunks(file)
	default:
		r.Body, err = os.ReadFile(file) //nolint:gosec // a test file
	}
	if err != nil {
		t.Fatal(err)
	}
	return r, true
}

var dialectHosts = map[string]string{
	"openrouter.ai": "openrouter", "ai-gateway.vercel.sh": "vercel", "api.openai.com": "openai",
	"api.groq.com": "groq", "api.mistral.ai": "mistral", "api.x.ai": "xai", "api.z.ai": "zai",
	"api.deepseek.com": "deepseek", "router.huggingface.co": "huggingface", "api.perplexity.ai": "perplexity", "api.cerebras.ai": "cerebras",
	"ollama.com": "ollama", "localhost:11434": "ollama", "localhost:8080": "llamacpp",
}

func dialectOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if strings.HasSuffix(u.Host, "azure.com") {
		return "azure"
	}
	if strings.HasSuffix(u.Host, "snowflakecomputing.com") {
		return "snowflake"
	}
	return dialectHosts[u.Host]
}

// codec is what the replay has to know of a protocol.
type codec struct {
	// naive adds up the values of an answer.
	naive func(values []object, dialect string) expected
	// request reads a recorded request back into ours; canonical reduces one to
	// what decides the answer.
	request   func(body object, dialect string) (llm.Request, error)
	canonical func(body object, dialect string) object
	build     func(address string, client *http.Client, limits wire.Limits, dialect string) (llm.Model, error)
}

var codecs = map[string]codec{
	openaichat.Protocol: {naiveChat, fromChat, canonicalChat, func(address string, client *http.Client, limits wire.Limits, dialect string) (llm.Model, error) {
		return openaichat.New(openaichat.Config{BaseURL: address, Client: client, Limits: limits, Dialect: dialect}).Model("m"), nil
	}},
	anthropic.Protocol:       {naiveMessages, fromMessages, canonicalMessages, buildMessages},
	openairesponses.Protocol: {naiveResponses, fromResponses, canonicalResponses, buildResponses},
	bedrock.Protocol:         {naiveConverse, fromConverse, canonicalConverse, buildConverse},
	google.Protocol:          {naiveGemini, fromGemini, canonicalGemini, buildGemini},
}

// onVertex is the dialect of a model that Vertex AI serves.
const onVertex = "vertex"

func buildMessages(address string, client *http.Client, limits wire.Limits, dialect string) (llm.Model, error) {
	config := anthropic.Config{BaseURL: address, Client: client, Limits: limits}
	if dialect == onVertex {
		platform, err := vertex.New(vertex.Config{BaseURL: address, Key: llm.NewSecret("key"), Client: client})
		if err != nil {
			return nil, err
		}
		config.Vertex = platform
	}
	return anthropic.New(config).Model("m"), nil
}

// answer serves the recording and returns what the codec makes of it, and the
// body that it sent.
func (r *recording) answer(t *testing.T, request llm.Request) (llmtest.Answer, []byte) {
	t.Helper()
	var sent []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		sent, _ = io.ReadAll(request.Body)
		for _, name := range []string{"Content-Type", "Retry-After", "X-Should-Retry"} {
			if value := r.Header.Get(name); value != "" {
				w.Header().Set(name, value)
			}
		}
		w.WriteHeader(r.Status)
		_, _ = w.Write(r.Body)
	}))
	defer server.Close()
	limits := wire.Limits{Retries: -1, Idle: time.Minute}
	model, err := codecs[r.protocol].build(server.URL, server.Client(), limits, r.dialect)
	if err != nil {
		t.Fatal(err)
	}
	return llmtest.Collect(t.Context(), model, request), sent
}

func (r *recording) checkAnswer(t *testing.T) {
	t.Helper()
	got, _ := r.answer(t, llmtest.Hello())
	if got.Broken != "" {
		t.Errorf("the events break the contract: %s", got.Broken)
	}
	want := naive(r)
	if want.kind != "" {
		if got.Err == nil || llm.AsError(got.Err).Kind != want.kind {
			t.Errorf("the error is %v, want kind %s", got.Err, want.kind)
		}
		return
	}
	if got.Err != nil {
		t.Fatalf("the call failed: %v", got.Err)
	}
	if diff := cmp.Diff(want.text, got.Text()); diff != "" {
		t.Errorf("text (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(strings.TrimSpace(want.reasoning), strings.TrimSpace(got.Reasoning())); diff != "" {
		t.Errorf("reasoning (-want +got)\n%s", diff)
	}
	compareCalls(t, want.calls, got.Calls())
	if got.Reason != want.reason {
		t.Errorf("the answer finished with %q, want %q", got.Reason, want.reason)
	}
	usage := llm.Usage{}
	if got.Usage != nil {
		usage = *got.Usage
		usage.Cost = nil
	}
	if diff := cmp.Diff(want.usage, usage); diff != "" {
		t.Errorf("usage (-want +got)\n%s", diff)
	}
	links := 0
	for _, part := range got.Parts {
		if part.Type == llm.PartSource {
			links++
		}
	}
	if links != want.links {
		t.Errorf("%d sources, want %d", links, want.links)
	}
}

func compareCalls(t *testing.T, want, got []llm.ToolCall) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d tool calls, want %d: %+v", len(got), len(want), got)
		return
	}
	ids := map[string]bool{}
	for i, call := range got {
		if call.Name != want[i].Name || want[i].ID != "" && call.ID != want[i].ID {
			t.Errorf("call %d is %+v, want %+v", i, call, want[i])
		}
		if call.ID == "" || ids[call.ID] {
			t.Errorf("call %d has no id of its own: %q", i, call.ID)
		}
		ids[call.ID] = true
		if diff := cmp.Diff(parsed(want[i].Arguments), parsed(call.Arguments)); diff != "" {
			t.Errorf("arguments of call %d (-want +got)\n%s", i, diff)
		}
	}
}

// parsed returns JSON text as a value, so that spaces and order do not matter;
// nothing is an empty object.
func parsed(text string) any {
	if strings.TrimSpace(text) == "" {
		text = "{}"
	}
	var value any
	if json.Unmarshal([]byte(text), &value) != nil {
		return text
	}
	return value
}

func (r *recording) checkRequest(t *testing.T) {
	t.Helper()
	var body map[string]any
	if err := json.Unmarshal(r.Request, &body); err != nil {
		t.Fatalf("the recorded request is not JSON: %v", err)
	}
	request, err := codecs[r.protocol].request(body, r.dialect)
	if err != nil {
		t.Fatalf("the recorded request is neither understood nor listed: %v", err)
	}
	got, sent := r.answer(t, request)
	var written map[string]any
	if err := json.Unmarshal(sent, &written); err != nil {
		t.Fatalf("the written request is not JSON: %v", err)
	}
	canonical := codecs[r.protocol].canonical
	want, have := canonical(body, r.dialect), canonical(written, r.dialect)
	for name := range want {
		if _, ok := have[name]; !ok && said(got.Notices, name) {
			delete(want, name)
		}
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("request (-recorded +written)\n%s", diff)
	}
}

func said(notices []string, name string) bool {
	for _, notice := range notices {
		if strings.Contains(notice, `"`+name+`"`) {
			return true
		}
	}
	return false
}

// notTaken is testdata/not-taken.txt: what is left out, pattern, reason, divided
// by tabs.
type notTaken struct {
	mu    sync.Mutex
	lines []*exception
}

type exception struct {
	what, pattern, reason string
	used                  bool
}

func readNotTaken(t testing.TB) *notTaken {
	t.Helper()
	file, err := os.Open("testdata/not-taken.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	list := &notTaken{}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "//") {
			continue
		}
		fields := strings.Split(line, "\t")
		if len(fields) != 3 || fields[2] == "" {
			t.Fatalf("not-taken.txt: a line without what, pattern and reason: %q", line)
		}
		list.lines = append(list.lines, &exception{what: fields[0], pattern: fields[1], reason: fields[2]})
	}
	return list
}

// covers returns the reason why a recording is not taken, empty for none.
func (n *notTaken) covers(what, name string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, line := range n.lines {
		ok, err := path.Match(line.pattern, name)
		if line.what == what && (err == nil && ok || strings.HasPrefix(name, strings.TrimSuffix(line.pattern, "**")) &&
			strings.HasSuffix(line.pattern, "**")) {
			line.used = true
			return line.reason
		}
	}
	return ""
}

func (n *notTaken) checkUsed(t *testing.T) {
	t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, line := range n.lines {
		if !line.used {
			t.Errorf("not-taken.txt: nothing matches %q any more", line.pattern)
		}
	}
}
