package llmtest

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// Fixtures returns the folder of the recorded traffic, or skips the test where
// it is absent. The path is beside the repository, three folders above a package
// in internal/llm.
func Fixtures(t testing.TB) string {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for folder != filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			break
		}
		folder = filepath.Dir(folder)
	}
	folder = filepath.Join(filepath.Dir(folder), "shared", "fixtures", "wire")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the recorded traffic in ../shared/fixtures/wire is not here")
	}
	return folder
}

// Interaction is a recorded request and its answer.
type Interaction struct {
	Method string
	URL    string
	// Request is the body that was sent, empty where it was not recorded.
	Request []byte
	Status  int
	Header  http.Header
	// Body is the answer's body.
	Body []byte
}

// cassette is a VCR file: of vcrpy, go-vcr or Ruby's vcr.
type cassette struct {
	Interactions []recorded `yaml:"interactions"`
	HTTP         []recorded `yaml:"http_interactions"`
}

type recorded struct {
	Request struct {
		Method string `yaml:"method"`
		URL    string `yaml:"url"`
		URI    string `yaml:"uri"`
		Body   any    `yaml:"body"`
		Parsed any    `yaml:"parsed_body"`
	} `yaml:"request"`
	Response struct {
		Status  any            `yaml:"status"`
		Code    int            `yaml:"code"`
		Headers map[string]any `yaml:"headers"`
		Body    any            `yaml:"body"`
		Parsed  any            `yaml:"parsed_body"`
	} `yaml:"response"`
}

// ReadCassette reads the interactions of a VCR file in order.
func ReadCassette(path string) ([]Interaction, error) {
	text, err := os.ReadFile(path) //nolint:gosec // a test file
	if err != nil {
		return nil, err
	}
	var file cassette
	if err := yaml.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	var list []Interaction
	for _, r := range append(file.Interactions, file.HTTP...) {
		i := Interaction{Method: strings.ToUpper(r.Request.Method), URL: r.Request.URL + r.Request.URI}
		if i.Request, err = recordedBody(r.Request.Body, r.Request.Parsed); err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
		if i.Body, err = recordedBody(r.Response.Body, r.Response.Parsed); err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
		i.Status = max(r.Response.Code, statusOf(r.Response.Status))
		i.Header = recordedHeader(r.Response.Headers)
		list = append(list, i)
	}
	return list, nil
}

func recordedBody(body, parsed any) ([]byte, error) {
	if parsed != nil {
		return json.Marshal(parsed)
	}
	switch b := body.(type) {
	case string:
		return unpacked([]byte(b)), nil
	case []byte:
		return unpacked(b), nil
	case map[string]any:
		return recordedBody(b["string"], nil)
	case nil:
		return nil, nil
	default:
		return nil, fmt.Errorf("a body of type %T", body)
	}
}

// unpacked undoes what recorders do to bytes that YAML cannot hold: base64 (the
// tag !binary), and gzip below it. No body of a model's API is valid base64 as
// it is.
func unpacked(body []byte) []byte {
	compact := bytes.Join(bytes.Fields(body), nil)
	if decoded, err := base64.StdEncoding.AppendDecode(nil, compact); err == nil && len(decoded) > 0 {
		body = decoded
	}
	if reader, err := gzip.NewReader(bytes.NewReader(body)); err == nil {
		if plain, err := io.ReadAll(reader); err == nil {
			body = plain
		}
	}
	return body
}

func statusOf(value any) int {
	switch v := value.(type) {
	case map[string]any:
		return statusOf(v["code"])
	case string:
		code, _, _ := strings.Cut(v, " ")
		number, _ := strconv.Atoi(code)
		return number
	default:
		number, _ := strconv.Atoi(fmt.Sprint(v))
		return number
	}
}

func recordedHeader(headers map[string]any) http.Header {
	header := http.Header{}
	for name, value := range headers {
		switch v := value.(type) {
		case []any:
			for _, item := range v {
				header.Add(name, fmt.Sprint(item))
			}
		default:
			header.Add(name, fmt.Sprint(v))
		}
	}
	return header
}

// ReadChunks reads a file of one data payload a line and returns it as the
// stream it came from.
func ReadChunks(path string) ([]byte, error) {
	text, err := os.ReadFile(path) //nolint:gosec // a test file
	if err != nil {
		return nil, err
	}
	var stream bytes.Buffer
	for line := range bytes.Lines(text) {
		if line = bytes.TrimSpace(line); len(line) > 0 {
			fmt.Fprintf(&stream, "data: %s\n\n", line)
		}
	}
	return stream.Bytes(), nil
}
