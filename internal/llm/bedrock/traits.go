package bedrock

import (
	"net/http"
	"regexp"
	"strings"

	"parley/internal/llm"
)

// lack is a set of what a model does not take.
type lack uint

const (
	lackSystem lack = 1 << iota
	lackTools
	lackStream
	lackToolStream // tools only in answers that come whole
	lackChoice     // a tool choice other than automatic
	lackCache
	lackSchema
	lackStop
	lackTopP
	lackTemperature
)

// geography is the head of an inference profile's id.
var geography = regexp.MustCompile(`^(us|us-gov|eu|apac|jp|au|ca|sa|global)\.`)

// plain takes a model's name out of an ARN or a profile: "anthropic.claude-...".
func plain(id string) string {
	id = strings.ToLower(id[strings.LastIndexByte(id, '/')+1:])
	return geography.ReplaceAllString(id, "")
}

// vendorOf is who made a model; empty for an ARN that does not say.
func vendorOf(id string) string {
	vendor, _, ok := strings.Cut(plain(id), ".")
	if !ok {
		return ""
	}
	return vendor
}

// Vendors whose parameters this package knows.
const (
	anthropic = "anthropic"
	amazon    = "amazon"
	mistral   = "mistral"
	cohere    = "cohere"
	ai21      = "ai21"
	openai    = "openai"
)

// families are the models that lack something, by the beginning of their names;
// the first that matches counts. Models that are not here take all there is, or
// say what they do not take; see learn.
var families = []struct {
	name  *regexp.Regexp
	lacks lack
}{
	{regexp.MustCompile(`^amazon\.titan`), lackSystem | lackTools | lackCache | lackSchema},
	{regexp.MustCompile(`^amazon\.nova`), lackSchema},
	{regexp.MustCompile(`^ai21\.j2`), lackSystem | lackTools | lackStream | lackCache | lackSchema},
	{regexp.MustCompile(`^ai21\.jamba-instruct`), lackTools | lackCache | lackSchema},
	{regexp.MustCompile(`^ai21\.`), lackCache | lackSchema},
	{regexp.MustCompile(`^anthropic\.claude-(v|instant)`), lackTools | lackCache | lackSchema},
	{regexp.MustCompile(`^anthropic\.claude-3-(haiku|sonnet|opus|5-sonnet-20240620)`), lackCache | lackSchema},
	{regexp.MustCompile(`^cohere\.command-(text|light)`), lackSystem | lackTools | lackCache | lackSchema},
	{regexp.MustCompile(`^cohere\.`), lackToolStream | lackCache | lackSchema},
	{regexp.MustCompile(`^meta\.llama(2|3-8b|3-70b|3-2-1b|3-2-3b)`), lackTools | lackCache | lackSchema},
	{regexp.MustCompile(`^meta\.llama3`), lackToolStream | lackChoice | lackCache | lackSchema},
	{regexp.MustCompile(`^meta\.`), lackChoice | lackCache | lackSchema},
	{regexp.MustCompile(`^mistral\.(mistral-7b|mixtral)`), lackSystem | lackTools | lackCache | lackSchema},
	{regexp.MustCompile(`^mistral\.mistral-(large-2402|small)`), lackToolStream | lackCache | lackSchema},
	{regexp.MustCompile(`^deepseek\.r1`), lackTools | lackCache | lackSchema},
	{regexp.MustCompile(`^writer\.`), lackChoice | lackCache | lackSchema},
}

// lacks returns what a model is known not to take.
func (p *Provider) lacks(id string) lack {
	var known lack
	for _, family := range families {
		if family.name.MatchString(plain(id)) {
			known = family.lacks
			break
		}
	}
	if vendor := vendorOf(id); vendor != anthropic && vendor != amazon && vendor != "" {
		known |= lackCache
	}
	if learned, ok := p.lacking.Load(id); ok {
		found, _ := learned.(lack)
		known |= found
	}
	return known
}

// lessons are the refusals that say what a model does not take.
var lessons = []struct {
	text  *regexp.Regexp
	lacks lack
}{
	{regexp.MustCompile(`(?i)tool use in streaming`), lackToolStream},
	{regexp.MustCompile(`(?i)unsupported for streaming|support(s|ed)? (the )?(response )?(streaming|conversestream)`), lackStream},
	{regexp.MustCompile(`(?i)toolConfig\.toolChoice|support(s|ed)? (the )?tool ?choice`), lackChoice},
	{regexp.MustCompile(`(?i)support(s|ed)? (the )?(tool use|tools|toolConfig)`), lackTools},
	{regexp.MustCompile(`(?i)support(s|ed)? (the )?system`), lackSystem},
	{regexp.MustCompile(`(?i)prompt caching|cachePoint`), lackCache},
	{regexp.MustCompile(`(?i)outputConfig|textFormat|support(s|ed)? (the )?structured output|output_config\.format`), lackSchema},
	{regexp.MustCompile("(?i)support(s|ed)? the stopSequences"), lackStop},
	{regexp.MustCompile("(?i)support(s|ed)? the topP|`temperature` and `top_p` cannot both"), lackTopP},
	{regexp.MustCompile("(?i)support(s|ed)? the temperature|`temperature` is deprecated"), lackTemperature},
}

// learn reports whether an error says that the model does not take something
// that it was sent, not knowing better; then it is not sent again.
func (p *Provider) learn(id string, sent lack, err error) bool {
	failure := llm.AsError(err)
	if failure.Status != http.StatusBadRequest || failure.Kind != llm.ErrBadRequest {
		return false
	}
	for _, lesson := range lessons {
		if !lesson.text.MatchString(failure.Message) {
			continue
		}
		if sent&lesson.lacks != 0 {
			return false
		}
		p.lacking.Store(id, p.lacks(id)|lesson.lacks)
		return true
	}
	return false
}
