package turn

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"runtime/debug"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"parley/internal/access"
	"parley/internal/chat"
	"parley/internal/kit/fault"
	"parley/internal/llm"
	"parley/internal/meter"
	"parley/internal/tool"
)

// run is the work on a live turn: its goroutine's own state.
type run struct {
	live   *live
	scope  access.Scope
	model  string
	target llm.Target
	// answering is the model that answers, which may stand in for target.
	answering llm.Info
	options   options
	answers   chat.MessageID // the message that is answered
	request   llm.Request
	offered   []tool.Tool // all there are
	tools     map[string]tool.Tool
	chosen    map[string]tool.Approval
	step      int
	foreseen  meter.Expected // what the coming call is expected to take
	grant     meter.Grant
	reserved  bool // a call of this process is not settled yet
	usage     chat.Usage
	giveUp    time.Time // when a write that fails is tried no more; zero while none fails
	made      int       // media that the model made
	started   time.Time
}

// outcome is how a turn ends.
type outcome struct {
	status  chat.Status
	limit   chat.Limit
	failure *llm.Failure
	// kept is the last frame of before the crash that ended the turn.
	kept int64
}

// begin runs an accepted turn in the background.
func (s *Service) begin(ctx context.Context, scope access.Scope, st *started) {
	r := &run{
		scope: scope, target: st.target, options: st.options, answers: st.Messages.User,
		offered: st.offered, foreseen: st.foreseen, grant: st.grant, reserved: true,
		tools: map[string]tool.Tool{}, started: time.Now(),
	}
	r.model = st.target.Info.ID
	r.live = s.newLive(st.Turn, st.Chat, st.Messages.Reply, scope, &chat.Fold{})
	s.launch(ctx, r, func(ctx context.Context) outcome {
		r.live.announce("accepted", st.Messages.User)
		s.chatChanged(ctx, scope, st.Chat)
		if err := s.prepareFirst(ctx, r); err != nil {
			return s.failed(ctx, err)
		}
		return s.loop(ctx, r)
	})
}

func (s *Service) newLive(turn ID, chatID chat.ID, reply chat.MessageID, scope access.Scope, fold *chat.Fold) *live {
	l := &live{
		id: turn, chat: chatID, reply: reply, user: scope.User, channel: chat.Channel(chatID),
		journal: s.journal, pace: s.pace, events: s.Events, log: s.Log,
		fold: fold, seq: fold.Seq(), readers: map[*reader]struct{}{},
	}
	l.retire = func() { s.drop(l) }
	for _, p := range fold.Parts() {
		l.size += partCost + textLen([]llm.Part{p})
		if p.Result != nil {
			l.size += len(p.Result.Content)
		}
	}
	return l
}

// launch owns the goroutine of a turn that is counted as being written: it
// registers it, recovers from a panic and finishes it. While the server stops
// nothing is launched; the next start ends the turn as interrupted.
func (s *Service) launch(ctx context.Context, r *run, work func(context.Context) outcome) {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	if !s.keep(r.live, cancel) {
		cancel(errShutdown)
		s.writing.give(r.live.user)
		return
	}
	go func() {
		defer s.rest(r.live)
		defer cancel(nil)
		defer func() { // the end itself failed: the next start reaps the turn
			if v := recover(); v != nil {
				s.Log.ErrorContext(ctx, "panic at the end of a turn", "turn", string(r.live.id), "panic", v, "stack", string(debug.Stack()))
			}
		}()
		end := s.guarded(ctx, work)
		for end.status == chat.StatusWaiting {
			err := s.park(ctx, r)
			switch {
			case err == nil:
				return
			case errors.Is(err, errDecided):
				end = s.guarded(ctx, func(ctx context.Context) outcome { return s.resumed(ctx, r) })
			default:
				end = s.failed(ctx, err)
			}
		}
		s.finish(context.WithoutCancel(ctx), r, end)
	}()
}

func (s *Service) guarded(ctx context.Context, work func(context.Context) outcome) (end outcome) {
	defer func() {
		if v := recover(); v != nil {
			s.Log.ErrorContext(ctx, "panic in a turn", "panic", v, "stack", string(debug.Stack()))
			end = s.failed(ctx, fault.New(fault.Internal, "internal", "Something went wrong on the server."))
		}
	}()
	return work(ctx)
}

// loop calls the model, runs the tools it asks for, and again, to the limit.
func (s *Service) loop(ctx context.Context, r *run) outcome {
	for {
		reply, reason, err := s.ask(ctx, r)
		if errors.Is(err, errFull) {
			return s.full(r)
		}
		if err != nil {
			return s.failed(ctx, err)
		}
		calls := localCalls(reply)
		if reply, err = s.readable(ctx, r, reply); err != nil {
			return s.failed(ctx, err)
		}
		if len(calls) == 0 {
			if reason == llm.FinishPause && r.step+1 < s.Options.MaxSteps {
				r.request.Messages = append(r.request.Messages, llm.Message{Role: llm.RoleAssistant, Parts: reply})
				if err := s.nextStep(ctx, r); err != nil {
					return s.failed(ctx, err)
				}
				continue
			}
			r.explain(reason)
			return endOf(reason)
		}
		results, waiting, err := s.runTools(ctx, r, calls)
		if err != nil {
			return s.failed(ctx, err)
		}
		if waiting {
			return outcome{status: chat.StatusWaiting}
		}
		r.request.Messages = append(r.request.Messages,
			llm.Message{Role: llm.RoleAssistant, Parts: reply}, llm.Message{Role: llm.RoleTool, Parts: results})
		if r.step+1 >= s.Options.MaxSteps {
			return outcome{status: chat.StatusComplete, limit: chat.LimitSteps}
		}
		if err := s.nextStep(ctx, r); err != nil {
			return s.failed(ctx, err)
		}
	}
}

// full says that the answer is as long as it may be, and offers to go on.
func (s *Service) full(r *run) outcome {
	r.live.add(llm.Part{Type: llm.PartNotice, Text: fmt.Sprintf(
		"The answer was ended here: it is as long as this server lets one get (%d KiB).", s.Options.MaxAnswer>>10)})
	return outcome{status: chat.StatusComplete, limit: chat.LimitLength}
}

// ask calls the model, and once more without tools if it refuses just them.
func (s *Service) ask(ctx context.Context, r *run) ([]llm.Part, llm.FinishReason, error) {
	reply, reason, err := s.call(ctx, r)
	if err == nil || !r.dropTools(err) {
		return reply, reason, err
	}
	if err := s.nextStep(ctx, r); err != nil {
		return nil, "", err
	}
	return s.call(ctx, r)
}

// noTools is how servers of local models say that a model cannot call tools.
var noTools = regexp.MustCompile(`(?i)(does not|doesn't|not) support(ed)? (\w+ )?(tools?|function)|tools? (is|are) not supported`)

// dropTools takes the tools out of a request that was refused for them alone,
// and says so; false means that err has another reason.
func (r *run) dropTools(err error) bool {
	e := llm.AsError(err)
	if len(r.request.Tools) == 0 || e.Kind != llm.ErrBadRequest || !noTools.MatchString(e.Message) {
		return false
	}
	r.request.Tools = nil
	r.live.add(llm.Part{Type: llm.PartNotice, Text: "This model cannot use tools, so it answers without them."})
	return true
}

func endOf(reason llm.FinishReason) outcome {
	switch reason {
	case llm.FinishLength:
		return outcome{status: chat.StatusComplete, limit: chat.LimitLength}
	case llm.FinishFilter:
		return outcome{status: chat.StatusFailed, failure: &llm.Failure{
			Code: "provider_content_filtered", Message: "The provider's content filter stopped this answer. Write the question differently, or try another model.",
		}}
	default:
		return outcome{status: chat.StatusComplete}
	}
}

// call makes one model call: events become frames, and the ledger entry is
// settled before it returns, whatever happened.
func (s *Service) call(ctx context.Context, r *run) ([]llm.Part, llm.FinishReason, error) {
	first := r.live.next()
	c := &caller{live: r.live, base: first, logprobs: r.request.Params.Logprobs != nil, since: time.Now()}
	r.answering = r.target.Info
	var tally meter.Tally
	var reason llm.FinishReason
	var failed error
	for event, err := range r.target.Model.Stream(ctx, s.allowed(r)) {
		if err != nil {
			failed = err
			break
		}
		if event.Kind != llm.EventNotice {
			c.deliver()
		}
		tally.Take(event)
		s.keepMade(ctx, r, &event)
		fits := s.fit(r.live, &event)
		switch event.Kind {
		case llm.EventText:
			r.live.write(c.index(event.Block), llm.PartText, event.Text)
		case llm.EventModel:
			r.standIn(*event.Model)
		case llm.EventFinish:
			reason = event.Reason
		default:
			c.take(event)
		}
		if !fits {
			failed = errFull
			break
		}
	}
	took, estimated := tally.Took(r.request, failed)
	if err := s.settle(context.WithoutCancel(ctx), r, took, estimated); err != nil {
		return nil, "", errors.Join(err, failed)
	}
	if failed != nil {
		if cause := context.Cause(ctx); cause != nil {
			return nil, "", cause
		}
		return nil, "", failed
	}
	parts := r.live.parts()
	return parts[min(first, len(parts)):], reason, nil
}

// standIn notes that another model answers than the one that was asked.
func (r *run) standIn(other llm.Info) {
	r.answering = other
	r.usage.Model = other.ID
}

// errFull ends an answer that has reached [Options.MaxAnswer].
var errFull = errors.New("the answer has reached its limit")

// fit cuts an event down to what the answer may still grow by, and reports
// whether that was needed.
func (s *Service) fit(l *live, e *llm.Event) bool {
	switch e.Kind {
	case llm.EventUsage, llm.EventFinish, llm.EventToolEnd, llm.EventModel:
		return true
	default:
	}
	room := l.room(s.Options.MaxAnswer)
	if room > 0 && e.Size() <= room {
		return true
	}
	cut := llm.Event{Kind: e.Kind, Block: e.Block}
	switch e.Kind {
	case llm.EventText, llm.EventReasoning, llm.EventToolDelta:
		cut.Text = e.Text[:textEnd(e.Text, max(room, 0))]
	default:
		cut.Kind = llm.EventToolEnd // nothing of it is kept
	}
	*e = cut
	return false
}

// localCalls returns the calls that Parley has to run.
func localCalls(parts []llm.Part) []llm.ToolCall {
	var calls []llm.ToolCall
	for _, p := range parts {
		if p.Type == llm.PartToolCall && p.Call != nil && !p.Call.Remote {
			calls = append(calls, *p.Call)
		}
	}
	return calls
}

// runTools runs what may run, all at once, and reports whether a call waits for
// the user. Every call is durable before it runs.
func (s *Service) runTools(ctx context.Context, r *run, calls []llm.ToolCall) (results []llm.Part, waiting bool, err error) {
	var ready []llm.ToolCall
	for i, c := range calls {
		t, known := r.tools[c.Name]
		switch {
		case i >= maxCalls:
			results = append(results, s.result(r, c, llm.CallFailed, tool.Result{
				Content: fmt.Sprintf("These are too many calls at once: the limit is %d.", maxCalls), IsError: true,
			}, 0))
		case !known:
			results = append(results, s.result(r, c, llm.CallFailed, tool.Result{
				Content: fmt.Sprintf("There is no tool %q.", c.Name), IsError: true,
			}, 0))
		case r.approvalOf(t) == tool.Never:
			results = append(results, s.result(r, c, llm.CallDenied, denied, 0))
		case r.approvalOf(t) == tool.Ask:
			r.live.setCall(c.ID, llm.CallWaiting)
			waiting = true
		default:
			ready = append(ready, c)
		}
	}
	for _, c := range ready {
		r.live.setCall(c.ID, llm.CallRunning)
	}
	if err := s.journal.flush(ctx); err != nil {
		return nil, false, err
	}
	return append(results, s.execute(ctx, r, ready)...), waiting, context.Cause(ctx)
}

var denied = tool.Result{Content: "The user does not allow this call.", IsError: true}

const (
	// maxCalls is how many tool calls one model call may ask for, callsAtOnce
	// how many of them run at the same time.
	maxCalls    = 128
	callsAtOnce = 16
)

// execute runs calls in parallel and waits for all of them.
func (s *Service) execute(ctx context.Context, r *run, calls []llm.ToolCall) []llm.Part {
	results := make([]llm.Part, len(calls))
	var wait sync.WaitGroup
	slots := make(chan struct{}, callsAtOnce)
	for i, c := range calls {
		wait.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			began := time.Now()
			result, cause := tool.Execute(ctx, r.tools[c.Name], tool.Call{
				ID: c.ID, Name: c.Name, Arguments: json.RawMessage(c.Arguments), User: r.scope.User,
				Chat: string(r.live.chat), Turn: string(r.live.id),
			})
			if cause != nil && ctx.Err() == nil {
				s.Log.WarnContext(ctx, "tool failed", "tool", c.Name, "turn", string(r.live.id), "error", cause)
			}
			status := llm.CallDone
			if result.IsError {
				status = llm.CallFailed
			}
			results[i] = s.result(r, c, status, result, time.Since(began))
		})
	}
	wait.Wait()
	return results
}

// result records what a call gave and returns the part that the model is shown.
func (s *Service) result(r *run, c llm.ToolCall, status llm.CallStatus, result tool.Result, took time.Duration) llm.Part {
	p := llm.Part{Type: llm.PartToolResult, Result: &llm.ToolResult{
		CallID: c.ID, Name: c.Name, Content: shorten(result.Content, r.target.MaxResult), IsError: result.IsError, Millis: took.Milliseconds(),
	}}
	r.live.setCall(c.ID, status)
	r.live.add(p)
	for _, source := range result.Sources {
		r.live.add(llm.Part{Type: llm.PartSource, Source: &source})
	}
	return p
}

// shorten cuts a tool's result to so many characters, and says so; 0 is all.
func shorten(text string, most int) string {
	if most <= 0 || utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most]) + "\n[The rest of this result is left out.]"
}

// setCall changes the status of the newest call with this id.
func (l *live) setCall(callID string, status llm.CallStatus) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := l.fold.Call(callID); i >= 0 {
		l.putLocked(chat.EventTool, chat.ToolStatus{Part: i, Status: status})
	}
}

// failed says how a turn ends after err.
func (s *Service) failed(ctx context.Context, err error) outcome {
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, errStopped), errors.Is(err, errStopped):
		return outcome{status: chat.StatusStopped}
	case errors.Is(cause, errShutdown), errors.Is(err, errShutdown):
		return outcome{status: chat.StatusInterrupted}
	}
	if e, ok := errors.AsType[*llm.Error](err); ok {
		return outcome{status: chat.StatusFailed, failure: FailureOf(e)}
	}
	f := fault.Of(err)
	if f.Kind == fault.Internal || f.Kind == fault.Unavailable {
		s.Log.ErrorContext(ctx, "turn failed", "error", err)
	}
	return outcome{status: chat.StatusFailed, failure: &llm.Failure{
		Code: f.Code, Message: f.Message, Detail: f.Detail, Retryable: f.Kind == fault.Unavailable,
	}}
}

var failureText = map[llm.ErrorKind]string{
	llm.ErrAuth:            "The provider refused the key. An administrator has to check it; another model may answer meanwhile.",
	llm.ErrOwnKey:          "The provider refused your key. Enter it again in your settings.",
	llm.ErrRateLimited:     "The provider is limiting requests. Wait a moment and try again.",
	llm.ErrQuota:           "The account at the provider has no credit left. An administrator has to see to it; another model may answer meanwhile.",
	llm.ErrOverloaded:      "The provider is overloaded. Try again in a moment, or with another model.",
	llm.ErrContextTooLong:  "This chat is longer than the model can read. Try a model with a larger context, or start a new chat.",
	llm.ErrContentFiltered: "The provider's content filter refused this request. Write it differently, or try another model.",
	llm.ErrBadRequest:      "The provider did not accept this request. Change it, or try another model.",
	llm.ErrModelNotFound:   "The provider does not know this model. Choose another one.",
	llm.ErrProtocol:        "The provider sent something that is not an answer. Try again, or with another model; if it stays so, its address may be wrong.",
	llm.ErrTruncated:       "The answer broke off: the provider closed the connection before the end. Have it continued, or try again.",
	llm.ErrNetwork:         "The provider could not be reached. Try again in a moment, or with another model.",
	llm.ErrTimeout:         "The provider did not answer in time. Try again, or with another model.",
	llm.ErrServer:          "The provider had an error. Try again, or with another model.",
	llm.ErrCanceled:        "The answer was cancelled.",
	llm.ErrInternal:        "Something went wrong while reading the answer. Try again.",
}

// FailureOf tells the user what went wrong at the provider.
func FailureOf(e *llm.Error) *llm.Failure {
	code := "provider_" + string(e.Kind)
	if e.Kind == llm.ErrNetwork && e.Code != "" { // the next step depends on the cause
		code = "provider_" + e.Code
	}
	return &llm.Failure{
		Code: code, Message: failureText[e.Kind], Detail: strings.ToValidUTF8(e.Message, "\ufffd"),
		RetryAfter: int((e.RetryAfter + time.Second - 1) / time.Second), Retryable: e.Retryable, Alternatives: e.Alternatives,
	}
}
