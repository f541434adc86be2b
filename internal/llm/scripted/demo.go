package scripted

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"parley/internal/llm"
)

// DemoRate is a pace at which people can read along, in tokens a second.
const DemoRate = 45

//go:embed tour.md
var tour string

// tourCall is the sum that the tour has the calculator do.
const tourCall = "365 * 24"

var (
	sum      = regexp.MustCompile(`(?i)(?:calculate|compute|how much is|what is|what's|=)?\s*((?:\(|-|\d)[\d\s.,()+\-*/x×÷^%]*\d\)?)`)
	operator = regexp.MustCompile(`\d\s*[+\-*/x×÷^%]\s*[(\d-]`)
	wantTour = regexp.MustCompile(`(?i)\b(tour|demo|show me|what can (you|parley)|features?|help)\b`)
)

// Demo is the script of the Demo provider. It says plainly that it is no model,
// shows what Parley can display, and uses the calculator tool where that is
// offered.
func Demo(request llm.Request) []Step {
	asked := Ask(request)
	expression := findSum(asked.Prompt)
	calculator := findCalculator(request.Tools)
	switch {
	case asked.Round > 0:
		return afterResult(expression, asked.Result)
	case expression != "" && calculator != "":
		return []Step{
			{Reasoning: "This looks like a sum, so the script reaches for the calculator."},
			{Call: call(calculator, expression)},
		}
	case expression != "":
		return []Step{{Text: fmt.Sprintf("**Demo:** I see the sum `%s`, but no calculator is switched on in this chat, "+
			"and a script cannot count on its own.", expression)}}
	case asked.Turns <= 1 || wantTour.MatchString(asked.Prompt):
		return playTour(calculator)
	default:
		return []Step{{Text: fmt.Sprintf("**Demo:** this is a script, not a model, so it cannot really answer "+
			"“%s”. Ask it to `calculate 12*7`, ask for the *tour*, or connect a provider under "+
			"**Settings → Providers** to talk to a real model.", shortened(asked.Prompt))}}
	}
}

func playTour(calculator string) []Step {
	steps := []Step{
		{Reasoning: "A first question on a fresh machine: the script will show the tour."},
		{Text: tour},
	}
	if calculator != "" {
		steps = append(steps,
			Step{Text: "\n\nLast, a tool at work: how many hours has a year?\n\n"},
			Step{Call: call(calculator, tourCall)})
	}
	return steps
}

func afterResult(expression, result string) []Step {
	if expression == "" {
		return []Step{{Text: fmt.Sprintf("The calculator says **%s**. That was the tour: connect a provider under "+
			"**Settings → Providers**, and a real model answers from here on.", result)}}
	}
	return []Step{{Text: fmt.Sprintf("**Demo:** the calculator says `%s` = **%s**.", expression, result)}}
}

func call(tool, expression string) *llm.ToolCall {
	arguments, _ := json.Marshal(map[string]string{"expression": expression})
	return &llm.ToolCall{Name: tool, Arguments: string(arguments)}
}

// findSum returns the sum in a prompt, written with the usual operators.
func findSum(prompt string) string {
	for _, match := range sum.FindAllStringSubmatch(prompt, -1) {
		if operator.MatchString(match[1]) {
			return strings.TrimSpace(strings.NewReplacer("×", "*", "x", "*", "÷", "/", ",", "").Replace(match[1]))
		}
	}
	return ""
}

func findCalculator(tools []llm.Tool) string {
	for _, tool := range tools {
		if strings.Contains(strings.ToLower(tool.Name), "calculat") {
			return tool.Name
		}
	}
	return ""
}

func shortened(prompt string) string {
	const longest = 80
	text := []rune(strings.Join(strings.Fields(prompt), " "))
	if len(text) <= longest {
		return string(text)
	}
	return string(text[:longest]) + "…"
}
