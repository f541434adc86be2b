package turn

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"parley/internal/access"
	"parley/internal/chat"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/llm"
)

// patience is for how long a turn tries writes that must not be lost, when the
// database is busy or the disk is full, with a pause between that begins at
// firstPause and grows.
const (
	patience   = 7 * time.Second
	firstPause = 50 * time.Millisecond
)

// finish ends a turn that runs for good: what failed is told, one transaction
// stores the message, then the last frame is sent.
func (s *Service) finish(ctx context.Context, r *run, end outcome) {
	l := r.live
	s.settleLeft(ctx, r)
	done := s.conclude(ctx, r, end)
	message, ended := l.message(nil), r.ended(end)
	if err := s.patiently(r, func() error { return s.storeFinished(ctx, message, ended) }); err != nil {
		s.Log.ErrorContext(ctx, "turn could not be stored yet; its text is in the journal", "turn", string(l.id), "error", err)
		f := fault.Of(err)
		if f.Kind == fault.Unavailable {
			s.owe(message, ended)
		}
		l.unstage()
		l.put(chat.EventError, llm.Failure{Code: f.Code, Message: f.Message, Retryable: true})
		done, _ = l.stage(chat.EventDone, chat.Done{Status: chat.StatusFailed, Message: l.reply})
	}
	s.tell(ctx, l, done, end.status)
}

// tell sends the last frame of a turn that is stored.
func (s *Service) tell(ctx context.Context, l *live, done chat.Frame, status chat.Status) {
	l.commit(done)
	l.announce(string(status), "")
	s.chatChanged(ctx, access.Scope{User: l.user}, l.chat)
}

// conclude makes the last frames of a turn and returns the very last, which is
// sent once the turn is stored.
func (s *Service) conclude(ctx context.Context, r *run, end outcome) chat.Frame {
	l := r.live
	s.closeCalls(l, end)
	if end.failure != nil {
		l.put(chat.EventError, *end.failure)
	}
	r.usage.Millis = time.Since(r.started).Milliseconds()
	if first := l.first(); first.After(r.started) {
		r.usage.FirstTokenMillis = first.Sub(r.started).Milliseconds()
	}
	l.put(chat.EventUsage, r.usage)
	done, err := l.stage(chat.EventDone, chat.Done{Status: end.status, Message: l.reply, Limit: end.limit, Kept: end.kept})
	if err != nil {
		s.Log.ErrorContext(ctx, "turn could not be ended", "turn", string(l.id), "error", err)
	}
	return done
}

func (r *run) ended(end outcome) Ended {
	return Ended{
		Turn: r.live.id, Chat: r.live.chat, User: r.live.user, Reply: r.live.reply, Model: r.model, Status: end.status,
		First: r.options.First, ModelTitles: r.target.ModelTitles, EarlyTitles: r.target.Titling.Early,
	}
}

// owed is the end of a turn that the database did not take.
type owed struct {
	message chat.Message
	ended   Ended
}

func (s *Service) owe(m chat.Message, ended Ended) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.owed = append(s.owed, owed{m, ended})
}

// settleDebts stores the turns whose end the database did not take; what it
// still does not take is tried again later, at the latest by the next start.
func (s *Service) settleDebts(ctx context.Context) {
	s.mu.Lock()
	debts := s.owed
	s.owed = nil
	s.mu.Unlock()
	for _, o := range debts {
		if s.storeFinished(ctx, o.message, o.ended) != nil { // which was logged when it failed first
			s.owe(o.message, o.ended)
			continue
		}
		s.Chats.Announce(chat.Channel(o.ended.Chat), map[string]string{"type": "messages"})
		s.chatChanged(ctx, access.Scope{User: o.ended.User}, o.ended.Chat)
	}
}

// closeCalls gives every call that has no result an error result, so that the
// chat can go on: a call is never run twice.
func (s *Service) closeCalls(l *live, end outcome) {
	if end.status == chat.StatusComplete && end.limit == chat.LimitNone {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut()
	closeOpenCalls(l.fold, l.putLocked)
}

// closeOpenCalls puts the frames that end all calls without a result.
func closeOpenCalls(fold *chat.Fold, put func(chat.Event, any)) {
	answered := map[string]bool{}
	parts := fold.Parts()
	for _, p := range parts {
		if p.Result != nil {
			answered[p.Result.CallID] = true
		}
	}
	for i, p := range parts {
		if p.Call == nil || p.Call.Remote || answered[p.Call.ID] {
			continue
		}
		put(chat.EventTool, chat.ToolStatus{Part: i, Status: llm.CallFailed})
		put(chat.EventPart, chat.PartSet{Part: fold.Len(), Value: llm.Part{Type: llm.PartToolResult, Result: &llm.ToolResult{
			CallID: p.Call.ID, Name: p.Call.Name, Content: "interrupted", IsError: true,
		}}})
	}
}

// patiently tries a write again while the database is busy or the disk full. The
// writes of one turn share their patience, and a server that stops has none.
func (s *Service) patiently(r *run, write func() error) error {
	for pause := firstPause; ; pause *= 3 {
		err := write()
		if err == nil {
			r.giveUp = time.Time{}
			return nil
		}
		if !fault.IsKind(err, fault.Unavailable) {
			return err
		}
		now := time.Now()
		if r.giveUp.IsZero() {
			r.giveUp = now.Add(patience)
		}
		if now.Add(pause).After(r.giveUp) {
			return err
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-s.hurry:
			timer.Stop()
			return err
		}
	}
}

// storeFinished stores the end of a turn.
func (s *Service) storeFinished(ctx context.Context, m chat.Message, ended Ended) error {
	now := time.Now()
	m.FinishedAt = &now
	return s.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		result, err := tx.Exec(ctx, `UPDATE turns SET status = $2, ended_at = $3, last_seq = $4
			WHERE id = $1 AND (status = 'running' AND node = $5 OR status = 'waiting')`,
			ended.Turn, ended.Status, db.Millis(now), m.Seq, s.Options.Node)
		if err != nil {
			return fmt.Errorf("end turn %s: %w", ended.Turn, err)
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return err // reaped by another node, or its chat was deleted: nothing to store
		}
		if err := chat.Update(ctx, tx, ended.Chat, m); err != nil {
			return err
		}
		if err := chat.Answered(ctx, tx, ended.Chat, ended.Status, now); err != nil {
			return err
		}
		for _, hook := range s.Finish {
			if !hook.Wants(ended) {
				continue
			}
			if err := s.Jobs.Enqueue(ctx, tx, hook.Name, ended); err != nil {
				return err
			}
		}
		return nil
	})
}

// RunHook runs the finish hook called name; it is what the queue calls.
func (s *Service) RunHook(ctx context.Context, name string, ended Ended) error {
	for _, hook := range s.Finish {
		if hook.Name == name {
			return hook.Run(ctx, ended)
		}
	}
	return nil // a hook of a feature that was removed
}

func (s *Service) chatChanged(ctx context.Context, scope access.Scope, id chat.ID) {
	if !s.Events.HasSubscribers(chat.UserChannel(scope.User)) {
		return
	}
	c, err := chat.Get(ctx, s.DB, scope, id)
	if err != nil {
		if !fault.IsKind(err, fault.NotFound) {
			s.Log.WarnContext(ctx, "chat could not be announced", "chat", string(id), "error", err)
		}
		return
	}
	s.Chats.Changed(c)
}

// stored is a turn as the database has it.
type stored struct {
	id        ID
	chat      chat.ID
	user      access.Scope
	reply     chat.MessageID
	model     string
	status    chat.Status
	step      int
	options   options
	lastSeq   int64
	startedAt time.Time
	endedAt   time.Time
}

const turnColumns = `id, chat_id, user_id, reply_id, model, status, step, options, last_seq, started_at, ended_at`

func scanTurn(row interface{ Scan(...any) error }) (stored, error) {
	var t stored
	var opts string
	var began, ended int64
	err := row.Scan(&t.id, &t.chat, &t.user.User, &t.reply, &t.model, &t.status, &t.step, &opts, &t.lastSeq, &began, &ended)
	if err != nil {
		return t, err
	}
	t.startedAt, t.endedAt = db.Time(began), db.Time(ended)
	if err := json.Unmarshal([]byte(opts), &t.options); err != nil {
		return t, fmt.Errorf("decode options of turn %s: %w", t.id, err)
	}
	return t, nil
}

func getTurn(ctx context.Context, q db.Querier, scope access.Scope, id ID) (stored, error) {
	t, err := scanTurn(q.QueryRow(ctx, `SELECT `+turnColumns+` FROM turns WHERE id = $1 AND user_id = $2`, id, scope.User))
	if db.IsNone(err) {
		return t, ErrNotFound
	}
	if err != nil {
		return t, fmt.Errorf("get turn %s: %w", id, err)
	}
	return t, nil
}
