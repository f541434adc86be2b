package google

import (
	"regexp"
	"strconv"
	"strings"
)

// thinking is how a family of models is told how much to reason.
type thinking int

const (
	byLevel thinking = iota
	byBudget
	never
)

// traits are what a family of models can do. A name that says nothing is taken
// for one of the newest.
type traits struct {
	thinking thinking
	least    string // the lowest level
	pro      bool   // reasons always, of those with a budget
	lite     bool
	fixed    bool // passes over temperature, top_p and top_k
	strict   bool // refuses penalties
	closed   bool // does not go on with a text of its own
	ids      bool // matches results with calls by id
	system   bool // takes a system instruction
	tools    bool // calls functions
	combined bool // takes Google's tools and a schema beside functions
	signed   bool // wants a signature on the first call of each step
	media    bool // reads more than images
	// modalities are what has to be asked for so that the model answers at all.
	modalities []string
}

// Generations, ten times the version.
const (
	secondHalf   = 25
	third        = 30
	thirdFifth   = 35
	thirdSixth   = 36
	thirdSeventh = 37
	newest       = 38
	fourth       = 40
	gemmaFourth  = 40
)

var (
	geminiName = regexp.MustCompile(`gemini-(?:[a-z]+-)?(\d{1,2})(?:\.(\d))?(?:[^0-9]|$)`)
	gemmaName  = regexp.MustCompile(`gemma-?(\d)`)
)

// generation is the version of a Gemini model by its name times ten; 0 if the
// name is none of Gemini's, and that of the newest if it says no version.
func generation(model string) int {
	if !strings.Contains(model, "gemini") {
		return 0
	}
	match := geminiName.FindStringSubmatch(model)
	if match == nil {
		return newest
	}
	major, _ := strconv.Atoi(match[1])
	minor, _ := strconv.Atoi(match[2])
	return major*10 + minor
}

func traitsOf(model string) traits {
	model = strings.ToLower(model)
	if match := gemmaName.FindStringSubmatch(model); match != nil {
		version, _ := strconv.Atoi(match[1])
		if able := version*10 >= gemmaFourth; able {
			return traits{thinking: byLevel, least: "minimal", system: true, tools: true}
		}
		return traits{thinking: never}
	}
	has := func(word string) bool { return strings.Contains(model, word) }
	version := generation(model)
	if version == 0 {
		version = newest
	}
	t := traits{
		pro: has("-pro"), lite: has("-lite"), system: true, tools: true, media: true, least: "minimal",
		combined: version >= third, signed: version >= third, ids: version >= thirdFifth,
		fixed: version >= thirdSixth, closed: version >= thirdSixth, strict: version >= fourth,
	}
	if t.pro || version >= thirdSeventh {
		t.least = "low"
	}
	switch {
	case version < secondHalf:
		t.thinking = never
	case version < third:
		t.thinking = byBudget
	}
	switch {
	case has("-tts"):
		t.thinking, t.tools, t.system = never, false, false
		t.modalities = []string{"AUDIO"}
	case has("-image"):
		t.tools = version >= third
		t.modalities = []string{"TEXT", "IMAGE"}
		if version < third {
			t.thinking = never
		}
	}
	return t
}
