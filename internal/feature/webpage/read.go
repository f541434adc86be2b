package webpage

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"codeberg.org/readeck/go-readability/v2"
	"github.com/JohannesKaufmann/html-to-markdown/v2/converter"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/base"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/commonmark"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/strikethrough"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/table"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
)

const (
	// maxElements bounds the work on a hostile page.
	maxElements = 50_000
	maxTitle    = 300
	// minArticle is the shortest text in bytes that counts as the readable part
	// of a page.
	minArticle = 200
)

// read makes text of a body by its media type.
func read(body []byte, contentType string, from *url.URL) page {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil || kind == "application/octet-stream" {
		contentType = http.DetectContentType(body)
		kind, _, _ = mime.ParseMediaType(contentType)
	}
	shown := *from
	shown.User, shown.Fragment = nil, ""
	p := page{address: shown.String()}
	switch {
	case kind == "text/html", kind == "application/xhtml+xml":
		return p.fromHTML(decode(body, contentType), from)
	case strings.HasPrefix(kind, "text/"), kind == "application/json", kind == "application/xml", kind == "application/javascript",
		kind == "application/x-ndjson", kind == "application/yaml", strings.HasSuffix(kind, "+json"), strings.HasSuffix(kind, "+xml"):
		p.text = strings.TrimSpace(string(decode(body, contentType)))
		return p
	}
	p.problem = fmt.Sprintf("%s is of the type %s, which cannot be read as text.", p.address, kind)
	return p
}

// decode makes UTF-8 of a body, by its content type, its byte order mark or its
// own meta element.
func decode(body []byte, contentType string) []byte {
	r, err := charset.NewReader(bytes.NewReader(body), contentType)
	if err != nil {
		return bytes.ToValidUTF8(body, []byte("\uFFFD"))
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return bytes.ToValidUTF8(body, []byte("\uFFFD"))
	}
	return bytes.ToValidUTF8(text, []byte("\uFFFD"))
}

func (p page) fromHTML(text []byte, from *url.URL) page {
	doc, err := html.Parse(bytes.NewReader(text))
	if err != nil {
		p.problem = "The HTML of " + p.address + " cannot be read."
		return p
	}
	if count(doc) > maxElements {
		p.problem = p.address + " is too large a page to be read."
		return p
	}
	p.title = titleOf(doc)
	parser := readability.NewParser()
	parser.KeepClasses = true // a code block names its language in one
	if article, err := parser.ParseDocument(doc, from); err == nil && article.Node != nil {
		if title := clean(article.Title()); title != "" {
			p.title = title
		}
		p.text = markdown(article.Node, from)
	}
	if len(p.text) < minArticle { // a list, a table, an app: all of it then
		if all := markdown(doc, from); len(all) > len(p.text) {
			p.text = all
		}
	}
	return p
}

func markdown(node *html.Node, from *url.URL) string {
	c := converter.NewConverter(converter.WithPlugins(
		base.NewBasePlugin(), commonmark.NewCommonmarkPlugin(), strikethrough.NewStrikethroughPlugin(),
		table.NewTablePlugin(table.WithHeaderPromotion(true), table.WithSkipEmptyRows(true), table.WithCellPaddingBehavior(table.CellPaddingBehaviorMinimal)),
	))
	for _, tag := range []string{"img", "picture", "svg", "video", "audio", "iframe", "form", "button", "nav", "dialog", "noscript", "template", "title"} {
		c.Register.TagType(tag, converter.TagTypeRemove, converter.PriorityEarly)
	}
	text, err := c.ConvertNode(node, converter.WithDomain(from.Scheme+"://"+from.Host))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

func count(node *html.Node) int {
	n := 0
	for range node.Descendants() {
		n++
	}
	return n
}

func titleOf(doc *html.Node) string {
	for node := range doc.Descendants() {
		if node.DataAtom == atom.Title && node.FirstChild != nil {
			return clean(node.FirstChild.Data)
		}
	}
	return ""
}

// clean makes one short line.
func clean(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > maxTitle {
		s = strings.ToValidUTF8(s[:maxTitle], "") + "…"
	}
	return s
}
