package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/google/uuid"
)

// Protocol is a way to ask for an answer and to read it.
type Protocol string

// The protocols that a load can speak: OpenAI's Chat Completions and Responses,
// and Parley's own.
const (
	ProtocolOpenAI    Protocol = "openai"
	ProtocolResponses Protocol = "responses"
	ProtocolParley    Protocol = "parley"
)

// question is what every stream asks.
const question = "Count for me, please."

// result is what became of one stream. Times count from its POST.
type result struct {
	err                              error
	accept, first, last              time.Duration
	tokens                           tally
	lags                             []time.Duration
	frames                           int
	frameBytes, textBytes, wireBytes int
}

// streamReader asks for one answer and reads it.
type streamReader struct {
	load   Load
	client *http.Client

	began  time.Time
	result result
}

// read asks for the answer and returns what became of it; number tells the
// streams of a load apart.
func (s *streamReader) read(ctx context.Context, number int) result {
	s.result.tokens.next = 1
	s.began = time.Now()
	switch s.load.Protocol {
	case ProtocolOpenAI:
		s.result.err = s.readOpenAI(ctx)
	case ProtocolResponses:
		s.result.err = s.readResponses(ctx)
	default:
		s.result.err = s.readParley(ctx)
	}
	if s.result.err != nil {
		s.result.err = fmt.Errorf("stream %d: %w", number, s.result.err)
	}
	return s.result
}

func (s *streamReader) readOpenAI(ctx context.Context) error {
	response, err := s.post(ctx, "/chat/completions", map[string]any{
		"model": s.load.Model, "stream": true,
		"stream_options": map[string]bool{"include_usage": true},
		"messages":       []map[string]string{{"role": "user", "content": question}},
	}, http.StatusOK)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	s.result.accept = time.Since(s.began)
	return s.follow(response.Body, `"content":"`, func(event []byte) (bool, error) {
		return bytes.HasPrefix(event, []byte("data: [DONE]")), nil
	})
}

func (s *streamReader) readResponses(ctx context.Context) error {
	response, err := s.post(ctx, "/responses", map[string]any{
		"model": s.load.Model, "stream": true, "store": false, "input": question,
	}, http.StatusOK)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	s.result.accept = time.Since(s.began)
	return s.follow(response.Body, `"delta":"`, func(event []byte) (bool, error) {
		return bytes.HasPrefix(event, []byte("event: response.completed\n")), nil
	})
}

func (s *streamReader) readParley(ctx context.Context) error {
	chat, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make a chat id: %w", err)
	}
	response, err := s.post(ctx, "/api/chats/"+chat.String()+"/turns",
		map[string]string{"text": question, "model": s.load.Model}, http.StatusAccepted)
	if err != nil {
		return err
	}
	var started struct {
		Turn string `json:"turn"`
	}
	err = json.NewDecoder(response.Body).Decode(&started)
	if closeErr := response.Body.Close(); err != nil || closeErr != nil {
		return fmt.Errorf("read the turn: %w", errors.Join(err, closeErr))
	}
	s.result.accept = time.Since(s.began)

	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.load.URL+"/api/turns/"+started.Turn+"/events", nil)
	if err != nil {
		return fmt.Errorf("follow the turn: %w", err)
	}
	response, err = s.send(request, http.StatusOK)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	return s.follow(response.Body, `"text":"`, func(event []byte) (bool, error) {
		if !bytes.Contains(event, []byte("event: done\n")) {
			return false, nil
		}
		if !bytes.Contains(event, []byte(`"complete"`)) {
			return true, fmt.Errorf("the turn ended otherwise: %s", event)
		}
		return true, nil
	})
}

func (s *streamReader) post(ctx context.Context, path string, body any, status int) (*http.Response, error) {
	encoded, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("encode the question: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.load.URL+path, bytes.NewReader(encoded))
	if err != nil {
		return nil, fmt.Errorf("ask: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	return s.send(request, status)
}

// send makes a request that has to be answered with the given status.
func (s *streamReader) send(request *http.Request, status int) (*http.Response, error) {
	request.Header.Set("Authorization", "Bearer "+s.load.Key)
	response, err := s.client.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != status {
		body, _ := io.ReadAll(io.LimitReader(response.Body, tailSize))
		_ = response.Body.Close()
		return nil, fmt.Errorf("%s %s: %s: %s", request.Method, request.URL.Path, response.Status, body)
	}
	return response, nil
}

// follow reads server-sent events until isLast says that the stream is whole.
// The text of an event is the JSON string after key, which holds tokens only
// and so no escape.
func (s *streamReader) follow(body io.Reader, key string, isLast func(event []byte) (bool, error)) error {
	lines := bufio.NewReader(body)
	var event []byte
	isPart := false // of a line that is longer than the buffer
	for {
		line, err := lines.ReadSlice('\n')
		event = append(event, line...)
		isBlank := len(line) == 1 && !isPart
		if isPart = errors.Is(err, bufio.ErrBufferFull); isPart {
			continue
		}
		if err != nil {
			return fmt.Errorf("the stream broke off: %w", err)
		}
		if !isBlank {
			continue
		}
		s.result.wireBytes += len(event)
		if err := s.take(event, key); err != nil {
			return err
		}
		done, err := isLast(event)
		if err != nil {
			return err
		}
		if done {
			// To the end of the body, so that the connection can be used again.
			_, err = io.Copy(io.Discard, lines)
			return err
		}
		event = event[:0]
	}
}

// take notes the text of an event, if it has any.
func (s *streamReader) take(event []byte, key string) error {
	start := bytes.Index(event, []byte(key))
	if start < 0 {
		return nil
	}
	text := event[start+len(key):]
	text = text[:max(0, bytes.IndexByte(text, '"'))]
	if len(text) == 0 {
		return nil
	}
	now := time.Now()
	s.result.frames++
	s.result.frameBytes += len(event)
	s.result.textBytes += len(text)
	s.result.last = now.Sub(s.began)
	if s.result.first == 0 {
		s.result.first = s.result.last
	}
	sent, err := s.result.tokens.feed(text)
	if err != nil {
		return fmt.Errorf("event %.100s: %w", bytes.TrimSpace(event), err)
	}
	if !sent.IsZero() {
		s.result.lags = append(s.result.lags, now.Sub(sent))
	}
	return nil
}
