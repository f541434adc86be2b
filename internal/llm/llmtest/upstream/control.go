package upstream

import (
	"context"
	"net/http"
	"slices"
)

// Calls returns the newest calls, oldest first.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// State returns what the server is doing.
func (s *Server) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// Await blocks until the state satisfies the condition.
func (s *Server) Await(ctx context.Context, isSo func(State) bool) error {
	for {
		s.mu.Lock()
		satisfied, changed := isSo(s.state), s.changed
		s.mu.Unlock()
		if satisfied {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Release lets every hold step pass, those of later calls too, until [Server.Reset].
func (s *Server) Release() { s.note(func() { s.open = true }) }

// Reset forgets the calls and the counts of fail steps and makes hold steps
// hold again. Running answers go on.
func (s *Server) Reset() {
	s.note(func() {
		s.open = false
		s.calls = nil
		s.state.Calls = 0
		clear(s.failures)
	})
}

// held blocks until Release.
func (s *Server) held(ctx context.Context) error {
	s.note(func() { s.state.Held++ })
	defer s.note(func() { s.state.Held-- })
	return s.Await(ctx, func(State) bool { return s.open })
}

// note changes the server's state and tells those who wait for a change.
func (s *Server) note(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *Server) showCalls(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, mustJSON(struct {
		State State  `json:"state"`
		Calls []Call `json:"calls"`
	}{s.State(), s.Calls()}))
}

// control is a route that does one thing.
func (s *Server) control(act func()) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		act()
		w.WriteHeader(http.StatusNoContent)
	}
}

// listModels lists the models in the form of the protocol that asks.
func (s *Server) listModels(w http.ResponseWriter, r *http.Request) {
	isAnthropic := r.Header.Get("Anthropic-Version") != ""
	if !s.knows(r) {
		spoken := speakOpenAI
		if isAnthropic {
			spoken = speakAnthropic
		}
		spoken.refuse(w, http.StatusUnauthorized, 0)
		return
	}
	type model struct {
		ID          string `json:"id"`
		Object      string `json:"object,omitempty"`
		OwnedBy     string `json:"owned_by,omitempty"`
		Type        string `json:"type,omitempty"`
		DisplayName string `json:"display_name,omitempty"`
		CreatedAt   string `json:"created_at,omitempty"`
	}
	list := struct {
		Object  string  `json:"object,omitempty"`
		Data    []model `json:"data"`
		HasMore bool    `json:"has_more"`
	}{}
	for _, id := range s.options.Models {
		entry := model{ID: id, Object: "model", OwnedBy: "upstream"}
		if isAnthropic {
			entry = model{ID: id, Type: "model", DisplayName: id, CreatedAt: "2026-01-01T00:00:00Z"}
		}
		list.Data = append(list.Data, entry)
	}
	if !isAnthropic {
		list.Object = "list"
	}
	answer(w, http.StatusOK, mustJSON(list))
}

// listGemini lists the models as AI Studio does.
func (s *Server) listGemini(w http.ResponseWriter, r *http.Request) {
	type model struct {
		Name    string   `json:"name"`
		Methods []string `json:"supportedGenerationMethods"`
	}
	if !s.knows(r) {
		speakGemini.refuse(w, http.StatusUnauthorized, 0)
		return
	}
	list := map[string][]model{}
	for _, id := range s.options.Models {
		list["models"] = append(list["models"], model{"models/" + id, []string{"generateContent"}})
	}
	answer(w, http.StatusOK, mustJSON(list))
}

// listPublished lists the models as Vertex AI does.
func (s *Server) listPublished(w http.ResponseWriter, r *http.Request) {
	type model struct {
		Name string `json:"name"`
	}
	if !s.knows(r) {
		speakGemini.refuse(w, http.StatusUnauthorized, 0)
		return
	}
	list := map[string][]model{}
	for _, id := range s.options.Models {
		list["publisherModels"] = append(list["publisherModels"], model{"publishers/" + r.PathValue("publisher") + "/models/" + id})
	}
	answer(w, http.StatusOK, mustJSON(list))
}
