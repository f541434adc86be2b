package spa

import (
	"path"
	"strconv"
	"strings"
)

// suffixes are the compressed variants and what their files end with.
var suffixes = map[string]string{"br": ".br", "gzip": ".gz"}

// preferred is the order in which variants are tried, the smallest first.
var preferred = []string{"br", "gzip"}

// choose returns the best of the encodings that the client accepts, or "" for
// none (RFC 9110, section 12.5.3).
func choose(accept string, encodings map[string]int64) string {
	accepted := map[string]bool{}
	for item := range strings.SplitSeq(accept, ",") {
		name, params, _ := strings.Cut(item, ";")
		weight := 1.0
		if _, q, ok := strings.Cut(params, "q="); ok {
			if f, err := strconv.ParseFloat(strings.TrimSpace(q), 64); err == nil {
				weight = f
			}
		}
		accepted[strings.ToLower(strings.TrimSpace(name))] = weight > 0
	}
	for _, encoding := range preferred {
		if _, there := encodings[encoding]; there && accepted[encoding] {
			return encoding
		}
	}
	return ""
}

// kinds does not depend on what the operating system knows about extensions.
var kinds = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8", ".json": "application/json", ".map": "application/json",
	".webmanifest": "application/manifest+json", ".txt": "text/plain; charset=utf-8", ".wasm": "application/wasm",
	".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp", ".ico": "image/x-icon",
	".woff2": "font/woff2", ".woff": "font/woff", ".ttf": "font/ttf", ".mp3": "audio/mpeg",
}

func kindOf(name string) string {
	if kind, ok := kinds[strings.ToLower(path.Ext(name))]; ok {
		return kind
	}
	return "application/octet-stream"
}
