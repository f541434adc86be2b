package turn

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/internal/access"
	"parley/internal/chat"
	"parley/internal/kit/db"
	"parley/internal/llm"
	"parley/internal/tool"
)

// Decision is a user's answer to a tool call that waits.
type Decision string

// The decisions: Once and Deny hold for this call, Always and Never for the
// tool from now on.
const (
	Once   Decision = "once"
	Always Decision = "always"
	Deny   Decision = "deny"
	Never  Decision = "never"
)

// errDecided says that all calls were decided before the turn was parked.
var errDecided = errors.New("all calls are decided")

// park stores a turn that waits for its user; nothing of it runs any more.
func (s *Service) park(ctx context.Context, r *run) error {
	l := r.live
	l.gate.Lock()
	defer l.gate.Unlock()
	if cause := context.Cause(ctx); cause != nil { // stopped in the last moment
		return cause
	}
	ctx = context.WithoutCancel(ctx)
	if !l.isWaiting() {
		return errDecided
	}
	r.usage.Millis = time.Since(r.started).Milliseconds()
	waiting, err := l.stage(chat.EventStatus, chat.StatusSet{Status: chat.StatusWaiting})
	if err != nil {
		return err
	}
	err = s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := chat.Update(ctx, tx, l.chat, l.message(&r.usage)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE turns SET status = 'waiting', step = $2, last_seq = $3 WHERE id = $1`, l.id, r.step, waiting.Seq)
		return err
	})
	if err != nil {
		l.unstage()
		return fmt.Errorf("park turn %s: %w", l.id, err)
	}
	l.parked = true
	l.commit(waiting)
	l.announce(string(chat.StatusWaiting), "")
	s.chatChanged(ctx, r.scope, l.chat)
	return nil
}

func (l *live) isWaiting() bool {
	parts := l.parts()
	for _, p := range parts {
		if p.Call != nil && p.Call.Status == llm.CallWaiting {
			return true
		}
	}
	return false
}

func (l *live) last() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.seq
}

func (l *live) hasEnded() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ended
}

// message is the answer as it is stored; usage, if given, is what it took so
// far.
func (l *live) message(usage *chat.Usage) chat.Message {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut()
	if usage != nil {
		l.fold.SetUsage(*usage)
	}
	m := chat.Message{ID: l.reply, Role: llm.RoleAssistant}
	l.fold.Into(&m)
	return m
}

// Decide answers a waiting call; once none waits any more the turn goes on.
func (s *Service) Decide(ctx context.Context, scope access.Scope, turnID ID, callID string, d Decision) error {
	l, t, err := s.attach(ctx, scope, turnID)
	if err != nil {
		return err
	}
	if l == nil {
		return ErrNotWaiting
	}
	l.gate.Lock()
	defer l.gate.Unlock()
	call, ok := l.waitingCall(callID)
	if !ok {
		return ErrNotWaiting
	}
	if !l.parked { // the turn still runs; it sees the decision when it would park
		if err := s.remember(ctx, s.DB, scope, call.Name, d); err != nil {
			return err
		}
		l.decide(call, d)
		return nil
	}
	decided := l.try()
	decided.decide(call, d)
	status := chat.StatusWaiting
	if !decided.isWaiting() {
		status = chat.StatusRunning
		decided.put(chat.EventStatus, chat.StatusSet{Status: status})
	}
	err = s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.remember(ctx, tx, scope, call.Name, d); err != nil {
			return err
		}
		// What was decided elsewhere meanwhile has moved last_seq.
		result, err := tx.Exec(ctx, `UPDATE turns SET status = $2, node = $3, last_seq = $4
			WHERE id = $1 AND status = 'waiting' AND last_seq = $5`, turnID, status, s.Options.Node, decided.last(), l.last())
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil {
			return err
		} else if n == 0 {
			return ErrNotWaiting
		}
		return chat.Update(ctx, tx, l.chat, decided.message(nil))
	})
	if errors.Is(err, ErrNotWaiting) { // what is stored counts
		s.doubt(err)
		s.drop(l)
		return err
	}
	if err != nil {
		s.doubt(err)
		return fmt.Errorf("decide call of turn %s: %w", turnID, err)
	}
	l.adopt(decided)
	if status == chat.StatusRunning {
		l.parked = false
		s.goOn(ctx, l, t)
		s.chatChanged(ctx, scope, l.chat)
	}
	return nil
}

func (s *Service) remember(ctx context.Context, q db.Querier, scope access.Scope, name string, d Decision) error {
	switch d {
	case Always:
		return s.approvals.Set(ctx, q, scope.User, name, tool.Always)
	case Never:
		return s.approvals.Set(ctx, q, scope.User, name, tool.Never)
	case Once, Deny:
	}
	return nil
}

func (l *live) waitingCall(callID string) (llm.ToolCall, bool) {
	parts := l.parts()
	for _, p := range parts {
		if p.Call != nil && p.Call.ID == callID && p.Call.Status == llm.CallWaiting {
			return *p.Call, true
		}
	}
	return llm.ToolCall{}, false
}

// decide applies a decision to a call, and one for the tool to all of its
// waiting calls.
func (l *live) decide(call llm.ToolCall, d Decision) {
	parts := l.parts()
	for _, p := range parts {
		if p.Call == nil || p.Call.Status != llm.CallWaiting || p.Call.Name != call.Name {
			continue
		}
		if p.Call.ID != call.ID && d != Always && d != Never {
			continue
		}
		if d == Once || d == Always {
			l.setCall(p.Call.ID, llm.CallPending)
			continue
		}
		l.setCall(p.Call.ID, llm.CallDenied)
		l.add(llm.Part{Type: llm.PartToolResult, Result: &llm.ToolResult{
			CallID: p.Call.ID, Name: p.Call.Name, Content: denied.Content, IsError: true,
		}})
	}
}

// goOn runs a turn that has waited.
func (s *Service) goOn(ctx context.Context, l *live, t stored) {
	r := &run{
		live: l, scope: t.user, model: t.model, options: t.options, step: t.step,
		tools: map[string]tool.Tool{}, started: time.Now(),
	}
	s.writing.add(l.user)
	s.launch(ctx, r, func(ctx context.Context) outcome { return s.resumed(ctx, r) })
}

// resumed runs the calls that were allowed and goes on with the loop.
func (s *Service) resumed(ctx context.Context, r *run) outcome {
	if err := s.recall(ctx, r); err != nil {
		return s.failed(ctx, err)
	}
	if err := s.prepare(ctx, r); err != nil {
		return s.failed(ctx, err)
	}
	parts := r.live.parts()
	answered := map[string]bool{}
	for _, p := range parts {
		if p.Result != nil {
			answered[p.Result.CallID] = true
		}
	}
	var allowed []llm.ToolCall
	for _, c := range localCalls(parts) {
		if answered[c.ID] {
			continue
		}
		if _, known := r.tools[c.Name]; !known {
			s.result(r, c, llm.CallFailed, tool.Result{Content: fmt.Sprintf("There is no tool %q.", c.Name), IsError: true}, 0)
			continue
		}
		r.live.setCall(c.ID, llm.CallRunning)
		allowed = append(allowed, c)
	}
	if err := s.journal.flush(ctx); err != nil {
		return s.failed(ctx, err)
	}
	s.execute(ctx, r, allowed)
	if cause := context.Cause(ctx); cause != nil {
		return s.failed(ctx, cause)
	}
	messages, err := s.messagesOf(ctx, r.scope, r.live.message(nil), r.target.Info)
	if err != nil {
		return s.failed(ctx, err)
	}
	r.request.Messages = append(r.request.Messages, messages...)
	if r.step+1 >= s.Options.MaxSteps {
		return outcome{status: chat.StatusComplete, limit: chat.LimitSteps}
	}
	if err := s.nextStep(ctx, r); err != nil {
		return s.failed(ctx, err)
	}
	return s.loop(ctx, r)
}

// recall finds again what a run knew before it waited.
func (s *Service) recall(ctx context.Context, r *run) error {
	target, err := s.Models.Resolve(ctx, r.scope.User, r.model)
	if err != nil {
		return err
	}
	r.target = target
	reply, err := chat.GetMessage(ctx, s.DB, r.scope, r.live.chat, r.live.reply)
	if err != nil {
		return err
	}
	if r.usage == (chat.Usage{}) && reply.Usage != nil {
		r.usage = *reply.Usage
		r.started = r.started.Add(-time.Duration(reply.Usage.Millis) * time.Millisecond)
	}
	path, err := chat.Path(ctx, s.DB, r.scope, r.live.chat, r.live.reply)
	if err != nil {
		return err
	}
	r.answers = ""
	if len(path) > 1 {
		r.answers = path[len(path)-2].ID
	}
	return nil
}

// attach returns a turn that runs or waits here; a waiting turn of before a
// restart is loaded. It returns nil for one that has ended.
func (s *Service) attach(ctx context.Context, scope access.Scope, id ID) (*live, stored, error) {
	t, err := getTurn(ctx, s.DB, scope, id)
	if err != nil {
		return nil, t, err
	}
	if l := s.get(id); l != nil || t.status != chat.StatusWaiting {
		return l, t, nil
	}
	m, err := chat.GetMessage(ctx, s.DB, scope, t.chat, t.reply)
	if err != nil {
		return nil, t, err
	}
	l := s.newLive(t.id, t.chat, t.reply, scope, chat.NewFold(m))
	l.parked = true
	s.mu.Lock()
	defer s.mu.Unlock()
	if other := s.lives[id]; other != nil {
		return other, t, nil
	}
	s.lives[id] = l
	return l, t, nil
}

// Stop ends a turn at once, whether it runs or waits; what was received stays.
// Stopping one that has ended changes nothing. It returns the status.
func (s *Service) Stop(ctx context.Context, scope access.Scope, id ID) (chat.Status, error) {
	l, t, err := s.attach(ctx, scope, id)
	if err != nil {
		return "", err
	}
	if l == nil {
		return t.status, nil
	}
	l.gate.Lock()
	defer l.gate.Unlock()
	if l.hasEnded() { // it is stored; only its memory is still there
		t, err := getTurn(ctx, s.DB, scope, id)
		return t.status, err
	}
	if !l.parked {
		l.cancel(errStopped)
		return chat.StatusRunning, nil
	}
	stopped := l.try()
	r := &run{live: stopped, scope: scope, model: t.model, options: t.options, step: t.step, started: time.Now()}
	if err := s.recall(ctx, r); err != nil {
		s.Log.WarnContext(ctx, "waiting turn is stopped without its model", "turn", string(id), "error", err)
	}
	end := outcome{status: chat.StatusStopped}
	done := s.conclude(ctx, r, end)
	if err := s.storeFinished(ctx, stopped.message(nil), r.ended(end)); err != nil {
		return "", fmt.Errorf("stop turn %s: %w", id, err)
	}
	l.parked = false
	l.adopt(stopped)
	s.tell(context.WithoutCancel(ctx), l, done, chat.StatusStopped)
	return chat.StatusStopped, nil
}

// stopIn stops what runs in a chat that is deleted. What waits there goes on
// waiting: nothing of it runs, and the chat may be brought back.
func (s *Service) stopIn(ctx context.Context, scope access.Scope, chatID chat.ID) {
	s.mu.Lock()
	var ids []ID
	for _, l := range s.lives {
		if l.chat == chatID && l.user == scope.User {
			ids = append(ids, l.id)
		}
	}
	s.mu.Unlock()
	for _, id := range ids {
		if l := s.get(id); l != nil {
			l.gate.Lock()
			if !l.parked && l.cancel != nil {
				l.cancel(errStopped)
			}
			l.gate.Unlock()
		}
	}
}
