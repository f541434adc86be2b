package turn_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"strings"
	"testing"

	"parley/internal/access"
	"parley/internal/chat"
	"parley/internal/file"
	"parley/internal/kit/id"
	"parley/internal/llm"
	"parley/internal/llm/llmtest/upstream"
	"parley/internal/tool"

	"github.com/google/go-cmp/cmp"
)

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, 7, 5))))
	return b.Bytes()
}

func making(kind llm.PartType, mime string, data []byte) llm.Event {
	return llm.Event{Kind: llm.EventPart, Part: &llm.Part{Type: kind, Media: &llm.Media{MIME: mime, Data: data}}}
}

// says is a model that gives the same events in every call.
func says(events ...llm.Event) *model {
	return &model{answer: func(_ int64, say func(llm.Event) bool) {
		for _, e := range append(events, finishing(llm.FinishStop)) {
			if !say(e) {
				return
			}
		}
	}}
}

func TestWhatAModelMakesIsKept(t *testing.T) {
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		drawn, samples := picture(t), make([]byte, 480)
		own := says(
			llm.Event{Kind: llm.EventText, Text: "Here:"},
			making(llm.PartImage, "image/jpeg", drawn), // the type is wrong
			making(llm.PartAudio, "audio/pcm;rate=16000", samples),
			making(llm.PartFile, "text/html", []byte("<script>alert(1)</script>")),
		)
		w.models.own, w.models.reads = own, llm.Info{Vision: true}
		a := w.send(id.New(), map[string]any{"text": "draw", "model": "up/own"})
		m := w.finish(a)
		if len(m.Parts) != 4 || m.Status != chat.StatusComplete {
			t.Fatalf("%s with %v", m.Status, m.Parts)
		}
		scope := access.Scope{User: w.alice.id}
		for at, want := range map[int]struct {
			kind llm.PartType
			mime string
			size int
		}{1: {llm.PartImage, "image/png", len(drawn)}, 2: {llm.PartAudio, "audio/wav", 44 + len(samples)}} {
			p := m.Parts[at]
			if p.Type != want.kind || p.Media == nil || p.Media.MIME != want.mime || p.Media.Size != int64(want.size) {
				t.Errorf("part %d is %+v of %+v", at, p, p.Media)
				continue
			}
			f, data, err := w.files.Read(t.Context(), scope, file.ID(p.Media.File))
			if err != nil || f.MIME != want.mime || len(data) != want.size {
				t.Errorf("part %d: file %+v with %d bytes, %v", at, f, len(data), err)
			}
			if _, _, err := w.files.Read(t.Context(), access.Scope{User: w.bob.id}, file.ID(p.Media.File)); err == nil {
				t.Errorf("part %d: another user reads it", at)
			}
		}
		if p := m.Parts[3]; p.Type != llm.PartNotice || p.Text != "The model made a file, but it is damaged or of a kind that cannot be shown here. Ask for it again, or for another kind." {
			t.Errorf("a page that the model made became %+v", p)
		}
		w.finish(w.send(string(a.Chat), map[string]any{"text": "again", "model": "up/own"}))
		shown := own.request().Messages[1].Parts
		if shown[1].Media == nil || !bytes.Equal(shown[1].Media.Data, drawn) {
			t.Errorf("the model does not see the picture that it made: %+v", shown)
		}
	})
}

func TestOnlySoManyFilesAreKept(t *testing.T) {
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		drawn := picture(t)
		events := make([]llm.Event, 40)
		for i := range events {
			events[i] = making(llm.PartImage, "image/png", drawn)
		}
		w.models.own = says(events...)
		m := w.finish(w.send(id.New(), map[string]any{"text": "draw", "model": "up/own"}))
		files, err := w.files.List(t.Context(), access.Scope{User: w.alice.id})
		if err != nil || len(files) != 16 || m.Status != chat.StatusComplete {
			t.Errorf("%d files are kept, %v, the answer is %s", len(files), err, m.Status)
		}
	})
}

// A tool that the provider ran is shown and never run here, even where there is
// one of the same name.
func TestRemoteCalls(t *testing.T) {
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		look := newTool("look", tool.None)
		w.tools.List = tool.List{look}
		own := says(
			llm.Event{Kind: llm.EventPart, Part: &llm.Part{Type: llm.PartToolCall, Call: &llm.ToolCall{
				ID: "r1", Name: "look", Arguments: `{"q":"x"}`, Status: llm.CallDone, Remote: true,
			}}},
			llm.Event{Kind: llm.EventPart, Part: &llm.Part{Type: llm.PartToolResult, Result: &llm.ToolResult{CallID: "r1", Name: "look", Content: "found"}}},
			llm.Event{Kind: llm.EventText, Block: 1, Text: "It is there."},
		)
		w.models.own = own
		a := w.send(id.New(), map[string]any{"text": "search", "model": "up/own"})
		m := w.finish(a)
		if m.Status != chat.StatusComplete || len(m.Parts) != 3 || m.Text() != "It is there." {
			t.Fatalf("%s with %+v", m.Status, m.Parts)
		}
		if call, result := m.Parts[0].Call, m.Parts[1].Result; call == nil || !call.Remote || call.Status != llm.CallDone || result.Content != "found" {
			t.Errorf("stored as %+v and %+v", call, result)
		}
		if n := len(look.runs); n != 0 {
			t.Errorf("it ran here %d times", n)
		}
		w.finish(w.send(string(a.Chat), map[string]any{"text": "and?", "model": "up/own"}))
		if sent := own.request().Messages; len(sent) != 3 || sent[1].Role != llm.RoleAssistant || !cmp.Equal(sent[1].Parts, m.Parts) {
			t.Errorf("the next turn shows the model %+v", sent)
		}
	})
}

func TestLogprobsAreOnlyKeptWhenAsked(t *testing.T) {
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		w.models.own = says(
			llm.Event{Kind: llm.EventText, Text: "yes"},
			llm.Event{Kind: llm.EventLogprobs, Raw: json.RawMessage(`[{"token":"yes","logprob":-0.1}]`), Protocol: "p"},
		)
		for asked, want := range map[string]int{`{}`: 0, `{"logprobs":2}`: 1} {
			a := w.send(id.New(), map[string]any{"text": "?", "model": "up/own", "params": json.RawMessage(asked)})
			frames := 0
			for _, e := range w.open(a.Turn, "0").all() {
				if e.name == string(chat.EventLogprobs) && strings.Contains(e.data, "-0.1") {
					frames++
				}
			}
			m := w.message(string(a.Chat), a.Messages.Reply)
			if frames != want || len(m.Parts) != 1 || m.Parts[0].Raw != nil {
				t.Errorf("with params %s: %d frames, parts %+v", asked, frames, m.Parts)
			}
		}
	})
}

func TestFilesForModelsThatReadThem(t *testing.T) {
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		scope := access.Scope{User: w.alice.id}
		add := func(data string) string {
			f, err := w.files.Add(t.Context(), scope, "x", strings.NewReader(data))
			must(t, err)
			return string(f.ID)
		}
		pdf, sound, pixels := "%PDF-1.7 x", "fLaC x", string(picture(t))
		own := says(llm.Event{Kind: llm.EventText, Text: "ok"})
		w.models.own = own
		for name, c := range map[string]struct {
			data, code string
			reads      llm.Info
			kind       llm.PartType
		}{
			"document": {pdf, "document_unsupported", llm.Info{Files: true}, llm.PartFile},
			"sound":    {sound, "audio_unsupported", llm.Info{Audio: true}, llm.PartAudio},
			"picture":  {pixels, "image_unsupported", llm.Info{Vision: true}, llm.PartImage},
		} {
			body := map[string]any{"text": "read", "model": "up/own", "files": []string{add(c.data)}}
			w.models.reads = llm.Info{Vision: !c.reads.Vision, Files: !c.reads.Files, Audio: !c.reads.Audio}
			if a := w.do(w.alice, "POST", "/api/chats/"+id.New()+"/turns", body); a.status != 415 && a.status != 422 || a.code(t) != c.code {
				t.Errorf("%s for a model that cannot read it: %d %s", name, a.status, a.body)
			}
			w.models.reads = c.reads
			a := w.send(id.New(), body)
			w.finish(a)
			if p := own.request().Messages[0].Parts[0]; p.Type != c.kind || p.Media == nil || string(p.Media.Data) != c.data {
				t.Errorf("%s: the model is shown %+v", name, p)
			}
			w.models.reads = llm.Info{}
			w.finish(w.send(string(a.Chat), map[string]any{"text": "and?", "model": "up/own"}))
			if p := own.request().Messages[0].Parts[0]; p.Type != llm.PartText || !strings.Contains(p.Text, "you cannot") {
				t.Errorf("%s: a model that cannot read it is shown %+v", name, p)
			}
			again := w.send(string(a.Chat), map[string]any{"text": "and now?", "model": "up/own"})
			w.finish(again)
			told := 0
			for _, m := range w.messages(string(a.Chat)) {
				for _, p := range m.Parts {
					if p.Type == llm.PartNotice && strings.Contains(p.Text, "cannot read what is in x") {
						told++
					}
				}
			}
			if told != 1 {
				t.Errorf("%s: the user is told %d times that the model cannot read it", name, told)
			}
		}
	})
}

// Files go with the message that they came with alone, where the parameters say so.
func TestFilesAreNotSentAgain(t *testing.T) {
	each(t, upstream.Options{}, func(t *testing.T, w *world) {
		own := says(llm.Event{Kind: llm.EventText, Text: "ok"})
		w.models.own, w.models.reads = own, llm.Info{Vision: true}
		f, err := w.files.Keep(t.Context(), access.Scope{User: w.alice.id}, llm.Media{Name: "dot.png", Data: picture(t)})
		must(t, err)
		chatID := id.New()
		turn := map[string]any{"text": "look", "model": "up/own", "files": []string{f.File}, "params": map[string]any{"resend": false}}
		w.finish(w.send(chatID, turn))
		if sent := own.request().Messages; len(sent[0].Parts) != 2 || sent[0].Parts[0].Media == nil {
			t.Fatalf("first: %+v", sent)
		}
		turn["text"] = "again"
		delete(turn, "files")
		w.finish(w.send(chatID, turn))
		if sent := own.request().Messages; sent[0].Parts[0].Media != nil || !strings.Contains(sent[0].Parts[0].Text, "dot.png") {
			t.Errorf("later: %+v", sent[0].Parts)
		}
	})
}
