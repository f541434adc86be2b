// Package tool is the contract between a model's turn and what the model may
// run: how a tool describes itself, how it is called, what it gives back, and
// what each user decided about running it.
//
// It holds no tool and no loop: features bring tools, the turn calls them
// through [Execute].
package tool

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"parley/internal/identity"
	"parley/internal/kit/fault"
	"parley/internal/llm"
)

// DefaultTimeout bounds the run of a tool whose [Spec] names no time.
const DefaultTimeout = 60 * time.Second

// MaxContent is the largest result in bytes that a model is shown; [Execute]
// cuts what is longer and says so.
const MaxContent = 100 << 10

// Approval says whether a tool may run: what its [Spec] asks for, or what a
// user chose.
type Approval string

// A Spec is None or Ask. A user who is asked may choose Always or Never for
// that tool from then on, and go back to Ask.
const (
	None   Approval = "none"
	Ask    Approval = "ask"
	Always Approval = "always"
	Never  Approval = "never"
)

// Spec describes a tool to models and to people.
type Spec struct {
	// Name is what models call it, such as "fetch_page": letters, digits, "_"
	// and "-", at most 64.
	Name string
	// Label is a short name for people.
	Label string
	// Description tells the model what the tool does and when to use it.
	Description string
	// Parameters is the JSON schema of the arguments, an object.
	Parameters json.RawMessage
	// Approval is None or Ask; empty is Ask.
	Approval Approval
	// Reason is what a person reads who is asked, in an administrator's words.
	Reason string
	// Timeout bounds one run; 0 is [DefaultTimeout].
	Timeout time.Duration
}

// Definition is the tool as a model's request holds it.
func (s Spec) Definition() llm.Tool {
	return llm.Tool{Name: s.Name, Description: s.Description, Parameters: s.Parameters}
}

// Call is one wish of a model to have a tool run.
type Call struct {
	ID   string
	Name string
	// Arguments is the model's JSON, perhaps not valid; see [Call.Decode].
	Arguments json.RawMessage
	User      identity.UserID
	Chat      string
	Turn      string
}

// Result is what a tool gives back.
type Result struct {
	// Content is what the model is shown.
	Content string
	IsError bool
	// Sources are what the content was taken from, shown as citations.
	Sources []llm.Source
}

// Tool is something that a model may run. It is safe for concurrent use, and
// Run returns soon after ctx is done. An error that Run returns is told to the
// model as [Explain] puts it.
type Tool interface {
	Spec() Spec
	Run(ctx context.Context, call Call) (Result, error)
}

// Source offers tools to a user.
type Source interface {
	Tools(ctx context.Context, user identity.UserID) ([]Tool, error)
}

// List is a [Source] that offers the same tools to everyone.
type List []Tool

// Tools returns the list.
func (l List) Tools(context.Context, identity.UserID) ([]Tool, error) { return l, nil }

// Sources is several sources as one, in order. Of two tools of one name the
// first counts.
type Sources []Source

// Tools returns the tools of all sources.
func (s Sources) Tools(ctx context.Context, user identity.UserID) ([]Tool, error) {
	var all []Tool
	seen := map[string]bool{}
	for _, source := range s {
		tools, err := source.Tools(ctx, user)
		if err != nil {
			return nil, fmt.Errorf("list tools: %w", err)
		}
		for _, t := range tools {
			if name := t.Spec().Name; !seen[name] {
				seen[name] = true
				all = append(all, t)
			}
		}
	}
	return all, nil
}

// Execute runs t within its time and always has a result: an error, a panic
// and a time-out become an error result that the model can act on. The second
// result is the cause of such a failure, for the log; it is nil for an error
// that the tool itself explained.
func Execute(ctx context.Context, t Tool, call Call) (Result, error) {
	timeout := t.Spec().Timeout
	if timeout <= 0 {
		timeout = DefaultTimeout
	}
	limited, cancel := context.WithTimeoutCause(ctx, timeout, errTimeout.Saying("The limit is "+timeout.String()+"."))
	defer cancel()
	result, err := recovered(limited, t, call)
	if err != nil {
		if limited.Err() != nil {
			err = fmt.Errorf("%w: %w", context.Cause(limited), err)
		}
		result = Result{Content: Explain(err), IsError: true}
		if fault.IsKind(err, fault.Invalid) {
			err = nil
		}
	}
	result.Content = presentable(result.Content)
	return result, err
}

var errTimeout = fault.New(fault.Unavailable, "tool_timeout", "The tool took too long and was stopped.")

func recovered(ctx context.Context, t Tool, call Call) (result Result, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("tool %s panicked: %v\n%s", call.Name, v, debug.Stack())
		}
	}()
	return t.Run(ctx, call)
}

// Explain is what a model and a user may be told of err: the message and detail
// of a fault, and nothing of any other error.
func Explain(err error) string {
	f := fault.Of(err)
	switch {
	case f.Kind == fault.Canceled:
		return "The tool was stopped before it was done."
	case f.Kind == fault.Internal:
		return "The tool failed for a reason inside the server."
	case f.Detail != "":
		return f.Message + " " + f.Detail
	}
	return f.Message
}

// presentable makes s valid text of at most MaxContent bytes.
func presentable(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\x00", "\uFFFD")
	if len(s) <= MaxContent {
		return s
	}
	cut := MaxContent
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "\n\n[The result was cut here: it is longer than the tool may show.]"
}
