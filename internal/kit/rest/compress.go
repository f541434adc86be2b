package rest

import (
	"compress/gzip"
	"net/http"
	"strings"
	"sync"
)

// worthwhile is the size in bytes from which JSON is compressed: what fits into
// one packet arrives no sooner.
const worthwhile = 1400

var gzips = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level exists
	return w
}}

// compressor sends JSON as gzip (RFC 9110, section 8.4.1.3) where that is worth
// it. All else passes as it is: streams must not wait for a compressor, and
// files are as small as they get. The status line of JSON waits for the body,
// whose first piece decides.
type compressor struct {
	http.ResponseWriter
	status int
	begun  bool
	gzip   *gzip.Writer
}

// compressed wraps w for an answer to req; the result has to be closed.
func compressed(w http.ResponseWriter, req *http.Request) (http.ResponseWriter, func()) {
	if req.Method == http.MethodHead || !acceptsGzip(req.Header.Get("Accept-Encoding")) {
		return w, func() {}
	}
	c := &compressor{ResponseWriter: w}
	return c, c.close
}

func acceptsGzip(accept string) bool {
	for item := range strings.SplitSeq(accept, ",") {
		name, params, _ := strings.Cut(item, ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			weight := strings.TrimRight(strings.ReplaceAll(params, " ", ""), "0.")
			return weight != "q="
		}
	}
	return false
}

func (c *compressor) WriteHeader(status int) {
	if c.begun || !isJSON(c.Header()) {
		c.begun = true
		c.ResponseWriter.WriteHeader(status)
		return
	}
	c.status = status
}

func (c *compressor) Write(p []byte) (int, error) {
	c.begin(len(p))
	if c.gzip != nil {
		return c.gzip.Write(p)
	}
	return c.ResponseWriter.Write(p)
}

// begin sends the status line, before a body whose first piece has so many bytes.
func (c *compressor) begin(size int) {
	if c.begun {
		return
	}
	c.begun = true
	h := c.Header()
	if isJSON(h) {
		h.Add("Vary", "Accept-Encoding")
		if size >= worthwhile && h.Get("Content-Encoding") == "" {
			h.Set("Content-Encoding", "gzip")
			h.Del("Content-Length")
			c.gzip = gzips.Get().(*gzip.Writer)
			c.gzip.Reset(c.ResponseWriter)
		}
	}
	if c.status != 0 {
		c.ResponseWriter.WriteHeader(c.status)
	}
}

// FlushError is what http.ResponseController flushes by.
func (c *compressor) FlushError() error {
	c.begin(0)
	if c.gzip != nil {
		if err := c.gzip.Flush(); err != nil {
			return err
		}
	}
	return http.NewResponseController(c.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController reach the connection.
func (c *compressor) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func (c *compressor) close() {
	if c.status != 0 {
		c.begin(0)
	}
	if c.gzip != nil {
		_ = c.gzip.Close() // the client has gone: nobody is left to tell
		gzips.Put(c.gzip)
		c.gzip = nil
	}
}

func isJSON(h http.Header) bool {
	kind := h.Get("Content-Type")
	return kind == "application/json" || strings.HasPrefix(kind, "application/json;")
}
