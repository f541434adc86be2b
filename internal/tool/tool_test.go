package tool_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"parley/internal/identity"
	"parley/internal/kit/fault"
	"parley/internal/tool"

	"github.com/google/go-cmp/cmp"
)

type arguments struct {
	Query string   `json:"query"`
	Limit int      `json:"limit,omitempty"`
	Tags  []string `json:"tags,omitempty"`
}

func TestDecode(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		arguments string
		want      arguments
		err       string
	}{
		"whole":          {`{"query":"go","limit":3,"tags":["a"]}`, arguments{Query: "go", Limit: 3, Tags: []string{"a"}}, ""},
		"optional":       {` {"query":""} `, arguments{}, ""},
		"missing":        {`{"limit":3}`, arguments{}, `The argument "query" is missing.`},
		"empty":          {``, arguments{}, `The argument "query" is missing.`},
		"null":           {`{"query":null}`, arguments{}, `The argument "query" is missing.`},
		"unknown":        {`{"query":"x","max":1}`, arguments{}, `There is no argument "max"; there is: query, limit, tags.`},
		"wrong type":     {`{"query":7}`, arguments{}, `The argument "query" has to be a string, not a number.`},
		"fraction":       {`{"query":"x","limit":1.5}`, arguments{}, `The argument "limit" has to be a whole number, not 1.5.`},
		"object in list": {`{"query":"x","tags":{}}`, arguments{}, `The argument "tags" has to be a list, not an object.`},
		"cut off":        {`{"query":"x`, arguments{}, `The arguments are not whole: the JSON ends too early.`},
		"not JSON":       {`{query}`, arguments{}, `The arguments are not valid JSON, at byte 2: invalid character 'q' looking for beginning of object key string.`},
		"a list":         {`["x"]`, arguments{}, `The arguments have to be a JSON object.`},
		"just null":      {`null`, arguments{}, `The arguments have to be a JSON object.`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got arguments
			err := tool.Call{Arguments: json.RawMessage(c.arguments)}.Decode(&got)
			if c.err == "" {
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Error(diff)
				}
				return
			}
			if !errors.Is(err, tool.ErrArguments) || tool.Explain(err) != c.err {
				t.Errorf("got %v, want %s", err, c.err)
			}
		})
	}
}

// runner is a tool made of a function.
type runner struct {
	spec tool.Spec
	run  func(ctx context.Context, call tool.Call) (tool.Result, error)
}

func (r runner) Spec() tool.Spec { return r.spec }

func (r runner) Run(ctx context.Context, call tool.Call) (tool.Result, error) {
	return r.run(ctx, call)
}

func TestExecuteAlwaysHasAResult(t *testing.T) {
	t.Parallel()
	secret := errors.New("dial 10.1.2.3: password hunter2")
	for name, c := range map[string]struct {
		run     func(context.Context, tool.Call) (tool.Result, error)
		content string
		isError bool
		logged  bool
	}{
		"result":   {func(context.Context, tool.Call) (tool.Result, error) { return tool.Result{Content: "4"}, nil }, "4", false, false},
		"bad text": {func(context.Context, tool.Call) (tool.Result, error) { return tool.Result{Content: "a\xffb\x00"}, nil }, "a\uFFFDb\uFFFD", false, false},
		"invalid": {func(_ context.Context, c tool.Call) (tool.Result, error) {
			return tool.Result{}, c.Decode(&arguments{})
		}, `The argument "query" is missing.`, true, false},
		"fault": {func(context.Context, tool.Call) (tool.Result, error) {
			return tool.Result{}, fault.New(fault.Unavailable, "down", "The page is down.").Saying("HTTP 503").Because(secret)
		}, "The page is down. HTTP 503", true, true},
		"plain error": {
			func(context.Context, tool.Call) (tool.Result, error) { return tool.Result{}, secret },
			"The tool failed for a reason inside the server.", true, true,
		},
		"panic": {
			func(context.Context, tool.Call) (tool.Result, error) { panic("boom") },
			"The tool failed for a reason inside the server.", true, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := tool.Execute(t.Context(), runner{run: c.run}, tool.Call{Name: "x"})
			if got.Content != c.content || got.IsError != c.isError {
				t.Errorf("got %+v", got)
			}
			if (err != nil) != c.logged {
				t.Errorf("cause for the log: %v", err)
			}
		})
	}
}

func TestExecuteStopsASlowTool(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow := runner{spec: tool.Spec{Timeout: 5 * time.Second}, run: func(ctx context.Context, _ tool.Call) (tool.Result, error) {
			<-ctx.Done()
			return tool.Result{}, ctx.Err()
		}}
		start := time.Now()
		got, err := tool.Execute(t.Context(), slow, tool.Call{Name: "slow"})
		if took := time.Since(start); took != 5*time.Second {
			t.Errorf("stopped after %s", took)
		}
		if !got.IsError || got.Content != "The tool took too long and was stopped. The limit is 5s." || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %+v, %v", got, err)
		}

		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if got, _ := tool.Execute(ctx, slow, tool.Call{Name: "slow"}); !got.IsError || got.Content != "The tool was stopped before it was done." {
			t.Errorf("after a stop: %+v", got)
		}
	})
}

func TestExecuteCutsALongResult(t *testing.T) {
	t.Parallel()
	long := runner{run: func(context.Context, tool.Call) (tool.Result, error) {
		return tool.Result{Content: strings.Repeat("€", tool.MaxContent)}, nil
	}}
	got, err := tool.Execute(t.Context(), long, tool.Call{})
	if err != nil || len(got.Content) > tool.MaxContent+100 || !utf8.ValidString(got.Content) || !strings.HasSuffix(got.Content, "may show.]") {
		t.Errorf("%d bytes, valid %v, %v", len(got.Content), utf8.ValidString(got.Content), err)
	}
}

func TestSourcesKeepTheFirstOfAName(t *testing.T) {
	t.Parallel()
	named := func(name, label string) tool.Tool { return runner{spec: tool.Spec{Name: name, Label: label}} }
	all, err := tool.Sources{
		tool.List{named("a", "first a")},
		tool.List{named("a", "second a"), named("b", "first b")},
	}.Tools(t.Context(), identity.UserID("u"))
	if err != nil {
		t.Fatal(err)
	}
	var labels []string
	for _, one := range all {
		labels = append(labels, one.Spec().Label)
	}
	if diff := cmp.Diff([]string{"first a", "first b"}, labels); diff != "" {
		t.Error(diff)
	}
}

func TestEffectiveApproval(t *testing.T) {
	t.Parallel()
	chosen := map[string]tool.Approval{"b": tool.Always, "free": tool.Never}
	for _, c := range []struct {
		spec tool.Spec
		want tool.Approval
	}{
		{tool.Spec{Name: "a", Approval: tool.Ask}, tool.Ask},
		{tool.Spec{Name: "a"}, tool.Ask},
		{tool.Spec{Name: "b", Approval: tool.Ask}, tool.Always},
		{tool.Spec{Name: "free", Approval: tool.None}, tool.None},
	} {
		if got := tool.Effective(c.spec, chosen); got != c.want {
			t.Errorf("%+v: %s, want %s", c.spec, got, c.want)
		}
	}
}
