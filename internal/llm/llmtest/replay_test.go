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
	"parley/internal/llm/llmtest"
	"parley/internal/llm/openaichat"
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
			if r, ok := bare(t, file, name); ok {
				found = append(found, r)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
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
	case strings.HasSuffix(address, "/v1/messages"):
		r.protocol = anthropic.Protocol
	default:
		return r, false
	}
	return r, true
}

// bareFolders hold answers without their requests, one folder a protocol.
var bareFolders = map[string][2]string{
	"vercel-ai/anthropic":              {anthropic.Protocol, ""},
	"vercel-ai/alibaba":                {openaichat.Protocol, ""},
	"vercel-ai/cerebras":               {openaichat.Protocol, "cerebras"},
	"vercel-ai/deepseek/chat":          {openaichat.Protocol, "deepseek"},
	"vercel-ai/groq":                   {openaichat.Protocol, "groq"},
	"vercel-ai/mistral":                {openaichat.Protocol, "mistral"},
	"vercel-ai/moonshotai":             {openaichat.Protocol, "moonshot"},
	"vercel-ai/openai/chat":            {openaichat.Protocol, "openai"},
	"vercel-ai/openai-compatible/chat": {openaichat.Protocol, ""},
	"vercel-ai/perplexity":             {openaichat.Protocol, "perplexity"},
	"vercel-ai/xai":                    {openaichat.Protocol, "xai"},
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
	if strings.HasSuffix(name, ".chunks.txt") {
		r.Body, err = llmtest.ReadChunks(file)
	} else {
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
	"api.deepseek.com": "deepseek", "api.perplexity.ai": "perplexity", "api.cerebras.ai": "cerebras",
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
	var model llm.Model
	if r.protocol == anthropic.Protocol {
		model = anthropic.New(anthropic.Config{BaseURL: server.URL, Client: server.Client(), Limits: limits}).Model("m")
	} else {
		model = openaichat.New(openaichat.Config{
			BaseURL: server.URL, Client: server.Client(), Limits: limits, Dialect: r.dialect,
		}).Model("m")
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
	convert, canonical := fromChat, canonicalChat
	if r.protocol == anthropic.Protocol {
		convert, canonical = fromMessages, canonicalMessages
	}
	request, err := convert(body, r.dialect)
	if err != nil {
		t.Fatalf("the recorded request is neither understood nor listed: %v", err)
	}
	got, sent := r.answer(t, request)
	var written map[string]any
	if err := json.Unmarshal(sent, &written); err != nil {
		t.Fatalf("the written request is not JSON: %v", err)
	}
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
