package rest

import (
	"compress/gzip"
	"net/http"
	"sync"

	"github.com/klauspost/compress/gzhttp"
)

// worthwhile is the size in bytes from which they are compressed: what fits into
// one packet arrives no sooner.
const worthwhile = 1400

// compressed sends JSON and pages as gzip (RFC 9110, section 8.4.1.3) where that is worth
// it. All else passes as it is: streams must not wait for a compressor, and
// files are as small as they get. Encoders of zstd would hold megabytes each.
var compressed = sync.OnceValue(func() func(http.Handler) http.HandlerFunc {
	wrap, err := gzhttp.NewWrapper(
		gzhttp.MinSize(worthwhile), gzhttp.CompressionLevel(gzip.BestSpeed), gzhttp.EnableZstd(false),
		gzhttp.ContentTypes([]string{"application/json", "text/html"}),
	)
	if err != nil {
		panic(err) // the options above are at fault; every test sees it
	}
	return wrap
})
