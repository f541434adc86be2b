package catalog

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"parley/internal/llm"
)

// family is what the makers' own documentation says of models by their name,
// beside what catwalk has. Every family that matches a name counts, the first
// one most: what it leaves open is filled by those after it.
type family struct {
	// name is matched against the canonical name, in which "." is "-".
	name *regexp.Regexp
	info llm.Info
	// files and audio are what the maker's own service reads.
	files, audio bool
	// tiers are the prices of long requests as multiples of the usual ones.
	tiers []multiple
}

// multiple is a [llm.PriceTier] in terms of the usual prices.
type multiple struct {
	above         int64
	input, output float64
}

// The vocabulary of [llm.Info.Uses], which the web app has words for.
const (
	useAgents    = "agents"
	useBulk      = "bulk"
	useChat      = "chat"
	useCode      = "code"
	useDocuments = "documents"
	useMaths     = "maths"
	useSearch    = "search"
	useWriting   = "writing"
)

// fill completes an entry with what the families of its name say. It reports
// whether a family knows this very model.
func fill(info *llm.Info, name string, own bool) (known bool) {
	var files, audio bool
	for _, house := range houses {
		if !house.might(name) {
			continue
		}
		for i := range house.families {
			f := &house.families[i]
			if !f.name.MatchString(name) {
				continue
			}
			known = known || f.info.Context > 0
			files, audio = files || f.files, audio || f.audio
			f.complete(info, own)
		}
	}
	if own {
		info.Files, info.Audio = info.Files || files, info.Audio || audio
	}
	if info.Status == "" && preview.MatchString(name) {
		info.Status = llm.Preview
	}
	if info.Status == "" && info.Description != "" {
		info.Status = llm.Stable
	}
	return known
}

var preview = regexp.MustCompile(`(^|-)(preview|beta|exp|experimental|alpha)(-|$)`)

// complete fills the fields that are empty. Prices hold for the maker's own
// service only.
func (f *family) complete(info *llm.Info, own bool) {
	if f.info.Label != "" && info.Label == info.Name {
		info.Label = f.info.Label
	}
	first(&info.Context, f.info.Context)
	first(&info.MaxOutput, f.info.MaxOutput)
	if info.Description == "" { // words, date and state come from one family
		info.Knowledge, info.Description, info.Status = f.info.Knowledge, f.info.Description, f.info.Status
		info.Uses = slices.Clone(f.info.Uses)
	}
	info.Vision = info.Vision || f.info.Vision
	info.Reasoning = info.Reasoning || f.info.Reasoning
	if info.Levels == nil && info.Reasoning {
		info.Levels = slices.Clone(f.info.Levels)
	}
	if !own {
		return
	}
	if info.Prices == nil && f.info.Prices != nil {
		prices := *f.info.Prices
		info.Prices = &prices
	}
	if info.Prices == nil || info.Prices.Tiers != nil {
		return
	}
	for _, m := range f.tiers {
		if int64(info.Context) > m.above {
			p := info.Prices
			p.Tiers = append(p.Tiers, llm.PriceTier{
				Above: m.above, Input: p.Input * m.input, Output: p.Output * m.output,
				CacheRead: p.CacheRead * m.input, CacheWrite: p.CacheWrite * m.input,
			})
		}
	}
}

func first[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// remoteOf are the tools that a kind of provider runs itself, for the models
// whose names match.
var remoteOf = []struct {
	kinds []string
	name  *regexp.Regexp
	tools []string
}{
	{
		[]string{"anthropic", "vertex"},
		regexp.MustCompile(`claude-(3-7|[a-z]+-[4-9])`),
		[]string{llm.RemoteWebSearch, llm.RemoteCode},
	},
	{
		[]string{"openai", "azure"},
		regexp.MustCompile(`^(gpt-(4o|4-1|[5-9])|o[3-9])`),
		[]string{llm.RemoteWebSearch, llm.RemoteCode},
	},
	{
		[]string{"google", "vertex"},
		regexp.MustCompile(`^gemini-`),
		[]string{llm.RemoteWebSearch, llm.RemoteCode, llm.RemoteURLContext},
	},
	{[]string{"xai"}, regexp.MustCompile(`^grok-[4-9]`), []string{llm.RemoteWebSearch, llm.RemoteCode}},
}

func remote(kind, name string) []string {
	for _, r := range remoteOf {
		if slices.Contains(r.kinds, kind) && r.name.MatchString(name) {
			return slices.Clone(r.tools)
		}
	}
	return nil
}

// servicesOf are what other classes of service than the usual one cost, as
// multiples, for a maker's own models; the first line that fits counts. Sources:
// OpenAI's pages on pricing and priority processing, Google's on optimisation,
// which gives a range for priority, the upper end of which is taken.
var servicesOf = []struct {
	kind     string
	name     *regexp.Regexp
	services map[string]float64
}{
	{"openai", regexp.MustCompile(`^gpt-5-5`), map[string]float64{"flex": 0.5, "priority": 2.5}},
	{"openai", regexp.MustCompile(`^gpt-5-mini`), map[string]float64{"flex": 0.5, "priority": 1.8}},
	{"openai", regexp.MustCompile(`^gpt-[5-9]`), map[string]float64{"flex": 0.5, "priority": 2}},
	{"openai", regexp.MustCompile(`^(gpt-4-1|o3$|o4-mini)`), map[string]float64{"flex": 0.5, "priority": 1.75}},
	{"openai", regexp.MustCompile(`^gpt-4o`), map[string]float64{"priority": 1.7}},
	{"google", regexp.MustCompile(`^gemini-(2-5|[3-9])`), map[string]float64{"flex": 0.5, "priority": 2}},
}

// serve adds the prices of the classes of service.
func serve(prices *llm.Prices, kind, name string) {
	for _, s := range servicesOf {
		if s.kind == kind && s.name.MatchString(name) {
			prices.Services = maps.Clone(s.services)
			return
		}
	}
}

// named compiles the pattern of a family. A name may stand behind a region or a
// vendor, as in "us-anthropic-claude-opus-5".
func named(pattern string) *regexp.Regexp {
	return regexp.MustCompile(`(^|[-/])(` + pattern + `)`)
}

// about is a family with words and a date.
func about(pattern, knowledge, description string, uses ...string) family {
	return family{name: named(pattern), info: llm.Info{Knowledge: knowledge, Description: description, Uses: uses}}
}

// former marks what its maker is about to switch off, or has.
func (f family) former() family {
	f.info.Status = llm.Deprecated
	return f
}

// long says that requests of more than above tokens cost twice as much for the
// input, and so many times as much for the output.
func (f family) long(above int64, output float64) family {
	f.tiers = append(slices.Clone(f.tiers), multiple{above, 2, output})
	return f
}

// sized gives what catwalk does not have.
func (f family) sized(label string, context, maxOutput int, prices *llm.Prices) family {
	f.info.Label, f.info.Context, f.info.MaxOutput, f.info.Prices = label, context, maxOutput, prices
	return f
}

// can says what the models of a family do: "vision", "files", "audio",
// "reasoning" or a reasoning level.
func can(pattern string, abilities ...string) family {
	f := family{name: named(pattern)}
	for _, ability := range abilities {
		switch ability {
		case "vision":
			f.info.Vision = true
		case "files":
			f.files = true
		case "audio":
			f.audio = true
		case "reasoning":
			f.info.Reasoning = true
		default:
			f.info.Levels = append(f.info.Levels, ability)
		}
	}
	return f
}

// claudePrices are Anthropic's: a cached token is read for a tenth and written
// for five quarters of the input price.
func claudePrices(input, output float64) *llm.Prices {
	return &llm.Prices{Input: input, Output: output, CacheRead: input / 10, CacheWrite: input * 5 / 4}
}

// house is a maker's families. The words spare most names most of the patterns.
type house struct {
	words    []string
	families []family
}

func (h house) might(name string) bool {
	return h.words == nil || slices.ContainsFunc(h.words, func(word string) bool { return strings.Contains(name, word) })
}

// houses are read from the top. Sources: the model pages of Anthropic, OpenAI,
// Google, xAI, Meta, Mistral, DeepSeek, Alibaba and Cohere; dates that the maker
// does not publish are left out.
var houses = []house{
	{[]string{"claude"}, claudes},
	{[]string{"gpt", "o1", "o3", "o4"}, gpts},
	{[]string{"gem"}, geminis},
	{[]string{"grok"}, groks},
	{nil, opens},
}

const (
	million  = 1_000_000
	longGPT  = 272_000
	longElse = 200_000
)

var claudes = []family{
	about(`claude-fable-5-2`, "2026-06", "For the hardest reasoning and agents that work for a long time.", useAgents, useCode, useMaths).
		sized("Claude Fable 5.2", million, 128_000, claudePrices(8, 40)),
	about(`claude-fable-5-1`, "2026-06", "For the hardest reasoning and agents that work for a long time.", useAgents, useCode, useMaths).
		sized("Claude Fable 5.1", million, 128_000, claudePrices(10, 50)),
	about(`claude-fable-5`, "2026-01", "For the hardest reasoning and agents that work for a long time.", useAgents, useCode, useMaths),
	about(`claude-opus-5-5`, "2026-06", "Long work on code and documents; a good first choice.", useAgents, useCode, useWriting).
		sized("Claude Opus 5.5", million, 128_000, claudePrices(4, 20)),
	about(`claude-opus-5`, "2026-05", "Demanding work on code and documents.", useAgents, useCode, useWriting),
	about(`claude-opus-4-7`, "2026-01", "An earlier large model for code and documents.", useAgents, useCode, useWriting),
	about(`claude-opus-4-[56]`, "2025-05", "An earlier large model for code and documents.", useAgents, useCode, useWriting),
	about(`claude-(opus-4|4-opus)`, "2025-01", "A former large model.", useCode, useWriting).former(),
	about(`claude-sonnet-5-5`, "2026-06", "Fast and clever: everyday work.", useChat, useCode, useWriting).
		sized("Claude Sonnet 5.5", million, 128_000, claudePrices(2, 10)),
	about(`claude-sonnet-5`, "2026-01", "Fast and clever: everyday work.", useChat, useCode, useWriting),
	about(`claude-sonnet-4-6`, "2025-08", "An earlier model for everyday work.", useChat, useCode, useWriting),
	about(`claude-sonnet-4`, "2025-01", "A former model for everyday work.", useChat, useCode, useWriting).former(),
	about(`claude-haiku-5-5`, "2026-06", "The fastest Claude, for short tasks in large numbers.", useBulk, useChat).
		sized("Claude Haiku 5.5", million, 128_000, nil),
	about(`claude-haiku-4-5`, "2025-02", "Fast and cheap, for short tasks in large numbers.", useBulk, useChat),
	about(`claude-3-7-sonnet`, "2024-10", "A former model for everyday work.", useChat).former().sized("Claude Sonnet 3.7", 200_000, 64_000, claudePrices(3, 15)),
	about(`claude-3-5-haiku`, "2024-07", "A former small model.", useBulk, useChat).former().sized("Claude Haiku 3.5", 200_000, 8192, claudePrices(0.8, 4)),
	about(`claude-3-5-sonnet`, "2024-04", "A former model for everyday work.", useChat).former().sized("Claude Sonnet 3.5", 200_000, 8192, claudePrices(3, 15)),
	about(`claude-3-`, "2023-08", "A former model.", useChat).former().sized("", 200_000, 4096, nil),
	can(`claude-[a-z]+-([5-9]|4-[78])`, "reasoning", "low", "medium", "high", "xhigh", "max"),
	can(`claude-(3-7|[a-z]+-4)`, "reasoning", "none", "low", "medium", "high"),
	can(`claude-(3-5-sonnet|3-7|[a-z]+-[4-9])`, "vision", "files"),
	can(`claude-3-(opus|sonnet|haiku)|claude-3-5-haiku`, "vision"),
}

var gpts = []family{
	about(`gpt-5-6(-sol)?$`, "2026-02-16", "For hard questions, code and agents.", useAgents, useCode, useMaths).long(longGPT, 1.5),
	about(`gpt-5-6-terra`, "", "Between cost and quality: everyday work.", useChat, useCode, useWriting).long(longGPT, 1.5),
	about(`gpt-5-6-luna`, "", "Quick and cheap, for short tasks in large numbers.", useBulk, useChat).long(longGPT, 1.5),
	about(`gpt-5-[4-6]-pro`, "", "Thinks for minutes: the hardest questions.", useMaths, useCode).long(longGPT, 1.5),
	about(`gpt-5-5$`, "", "For hard questions, code and agents.", useAgents, useCode, useWriting).long(longGPT, 1.5),
	about(`gpt-5-4$`, "2025-08-31", "For hard questions, code and agents.", useAgents, useCode, useWriting).long(longGPT, 1.5),
	about(`gpt-5-4-mini`, "2025-08-31", "A smaller model for code and everyday work.", useChat, useCode),
	about(`gpt-5-4-nano`, "2025-08-31", "Quick and cheap, for short tasks in large numbers.", useBulk),
	about(`gpt-5(-[0-9])?-codex`, "", "For work on code, in agents above all.", useCode, useAgents),
	about(`gpt-5-[23]`, "2025-08-31", "An earlier model for hard questions and code.", useCode, useWriting),
	about(`gpt-5-(mini|nano)`, "2024-05-31", "Quick and cheap, for well-defined tasks.", useBulk, useChat),
	about(`gpt-5(-1)?(-chat|-pro)?$`, "2024-09-30", "An earlier model for hard questions and code.", useCode, useWriting),
	about(`o[34](-mini)?$|o3-pro`, "2024-06-01", "An earlier model that reasons at length.", useMaths, useCode),
	about(`o1|o3-mini`, "2023-10-01", "A former model that reasons at length.", useMaths).former(),
	about(`gpt-4-1`, "2024-06-01", "Answers at once, and reads long documents.", useDocuments, useChat),
	about(`gpt-4o`, "2023-10-01", "Answers at once; an earlier model for everyday work.", useChat, useWriting),
	about(`gpt-4-turbo`, "2023-12-01", "A former model.", useChat).former(),
	about(`gpt-(4|3-5)`, "", "A former model.", useChat).former(),
	can(`gpt-oss`, "reasoning", "low", "medium", "high"),
	about(`gpt-oss`, "2024-06-01", "OpenAI's open weights: reasons, and runs on one's own machines.", useCode, useMaths),
	can(`gpt-(4o|audio)[a-z-]*audio|gpt-audio`, "audio"),
	can(`gpt-[6-9]`, "reasoning", "vision", "files", "low", "medium", "high"),
	can(`gpt-(4o|4-1|[5-9])|o1$|o3$|o4-mini`, "vision", "files"),
	can(`gpt-5|o\d`, "reasoning", "low", "medium", "high"),
}

var geminis = []family{
	about(`gemini-3-[5-9]-flash-lite|gemini-3-1-flash-lite`, "", "Quick and cheap, for short tasks in large numbers.", useBulk, useChat),
	about(`gemini-3-[5-9]-flash`, "", "Fast, reads anything: everyday work and agents.", useChat, useAgents, useDocuments),
	about(`gemini-3(-1)?-pro`, "2025-01", "For hard questions over much material: text, pictures, sound, video.", useDocuments, useCode, useMaths).
		long(longElse, 1.5),
	about(`gemini-3-flash`, "2025-01", "Fast, reads anything: everyday work.", useChat, useDocuments),
	about(`gemini-2-5-pro`, "2025-01", "An earlier model for hard questions over much material.", useDocuments, useCode, useMaths).
		long(longElse, 1.5),
	about(`gemini-2-5-flash`, "2025-01", "An earlier model, fast and cheap.", useBulk, useChat),
	about(`gemini-(2-0|1)`, "2024-08", "A former model.", useChat).former(),
	can(`gemini-[2-9]`, "vision", "files", "audio"),
	can(`gemini-(2-5|[3-9])`, "reasoning", "low", "medium", "high"),
	can(`gemma-?[34]`, "vision"),
	about(`gemma-?3`, "2024-08", "Google's open weights, for one's own machines.", useChat),
	about(`gemma`, "", "Google's open weights, for one's own machines.", useChat),
}

var groks = []family{
	about(`grok-4-5`, "2026-02", "For code, agents and knowledge work.", useCode, useAgents).long(longElse, 2),
	about(`grok-(4-\d+-)?non-reasoning|grok-4-\d+-non-reasoning`, "", "Answers at once, without reasoning.", useChat),
	about(`grok-4$|grok-4-0`, "2024-11", "An earlier model that reasons.", useMaths, useSearch),
	about(`grok-(build|code)`, "", "For work on code, quick and cheap.", useCode),
	about(`grok-4`, "", "For everyday work with what is new in the world.", useChat, useSearch),
	about(`grok-3`, "2024-11", "An earlier model.", useChat).former(),
	can(`grok-3-mini`, "reasoning", "low", "high"),
}

var opens = []family{
	can(`llama-?4`, "vision"),
	about(`llama-?4`, "2024-08", "Meta's open weights, reads pictures.", useChat, useDocuments),
	about(`llama-?3-[123]`, "2023-12", "Meta's open weights, for one's own machines.", useChat),
	about(`llama-?3`, "", "Meta's open weights, for one's own machines.", useChat),
	about(`magistral`, "", "Mistral's model that reasons.", useMaths, useCode),
	about(`codestral|devstral`, "", "Mistral's model for code.", useCode),
	can(`voxtral`, "audio"),
	about(`voxtral`, "", "Mistral's model that listens.", useChat),
	can(`pixtral|mistral-(medium|small|large)`, "vision", "files"),
	about(`mistral-large`, "", "Mistral's large model, strong in European languages.", useWriting, useChat),
	about(`mistral-medium`, "", "Between cost and quality: everyday work.", useChat, useCode),
	about(`(mistral|ministral|mixtral|pixtral)`, "", "A smaller model of Mistral's, quick and cheap.", useBulk, useChat),
	about(`deepseek-(v3|chat)`, "2024-07", "Open weights for code and everyday work.", useChat, useCode),
	about(`deepseek-(r1|reasoner)`, "2024-07", "Open weights that reason at length.", useMaths, useCode),
	about(`deepseek`, "", "Open weights for code, maths and everyday work.", useCode, useMaths, useChat),
	about(`qwen[0-9-]*-?coder`, "", "Alibaba's open weights for code.", useCode, useAgents),
	about(`qwen[0-9-]*-?vl`, "", "Alibaba's open weights that read pictures.", useDocuments),
	about(`(qwen|qwq)`, "", "Alibaba's open weights in many sizes and languages.", useChat, useCode),
	about(`kimi`, "", "Moonshot's open weights for code and agents.", useAgents, useCode),
	about(`glm-`, "", "Z.ai's open weights for code and agents.", useAgents, useCode),
	about(`minimax`, "", "MiniMax's open weights for code and agents.", useAgents, useCode),
	about(`command-(a|r)`, "2024-06", "Cohere's model for answers from documents.", useDocuments, useSearch),
	about(`sonar`, "", "Searches the web for every answer and names its sources.", useSearch),
	about(`phi-?4`, "2024-06", "Microsoft's small open weights.", useMaths),
	about(`nova-(pro|premier|lite|micro)`, "", "Amazon's own family of models.", useChat, useDocuments),
}
