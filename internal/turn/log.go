package turn

import (
	"context"
	"encoding/json"
	"log/slog"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"

	"parley/internal/chat"
	"parley/internal/identity"
	"parley/internal/llm"
)

// kept is how many frames of a turn stay in memory; older ones are in the
// journal.
const kept = 64

const (
	// longestPiece is the most text of one frame in bytes, so that the frames in
	// memory, and what a realtime client is sent at once, stay small.
	longestPiece = 16 << 10
	// partCost is what a part counts in the size of an answer, beside its text.
	partCost = 1 << 10
)

// live is a turn that runs or waits in this process: it cuts the answer into
// frames, gives each its number, and hands it to readers, realtime and journal.
type live struct {
	id      ID
	chat    chat.ID
	reply   chat.MessageID
	user    identity.UserID
	channel string
	journal *journal
	pace    *pacer
	events  Events
	log     *slog.Logger
	cancel  context.CancelCauseFunc

	// gate orders decisions about waiting calls and the moves between running
	// and waiting.
	gate   sync.Mutex
	parked bool

	mu      sync.Mutex
	fold    *chat.Fold
	seq     int64
	part    int // the pending piece: its part, type and text
	kind    llm.PartType
	text    []byte
	lastCut time.Time
	firstAt time.Time
	queued  bool // known to the pacer
	recent  []chat.Frame
	unsaved []chat.Frame
	readers map[*reader]struct{}
	ended   bool
	retire  func() // lets go of an ended turn once its journal is whole
	size    int    // of the answer so far in bytes, see room
	draft   bool   // its frames reach nobody, see try
}

// reader is one event stream. Its channel holds a token when there is something
// to read.
type reader struct{ wake chan struct{} }

// write adds text to a part. It is the hot path: it runs once a token.
func (l *live) write(part int, kind llm.PartType, text string) {
	if text == "" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.size += len(text)
	if len(l.text) > 0 && (l.part != part || l.kind != kind) {
		l.cut()
	}
	l.part, l.kind = part, kind
	l.text = append(l.text, text...)
	now := time.Now()
	if l.firstAt.IsZero() {
		l.firstAt = now
	}
	if now.Sub(l.lastCut) >= l.pace.interval() {
		l.cut()
		return
	}
	if !l.queued {
		l.queued = true
		l.pace.add(l)
	}
}

// tick cuts what waits since the interval; false means nothing is left to do.
func (l *live) tick(now time.Time, interval time.Duration) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.text) > 0 && now.Sub(l.lastCut) >= interval {
		l.cut()
	}
	l.queued = len(l.text) > 0
	return l.queued
}

// cut makes frames of the pending text, as a rule one. The lock is held.
func (l *live) cut() {
	if len(l.text) == 0 {
		return
	}
	if l.part == l.fold.Len() {
		l.size += partCost
	}
	for rest := l.text; len(rest) > 0; {
		piece := rest[:textEnd(rest, longestPiece)]
		rest = rest[len(piece):]
		l.seq++
		f := chat.NewDelta(l.seq, l.part, l.kind, piece)
		l.fold.Append(l.part, l.kind, piece)
		l.fold.Advance(l.seq)
		l.emit(f)
	}
	l.text = l.text[:0]
	if cap(l.text) > 4*longestPiece {
		l.text = nil
	}
	l.lastCut = time.Now()
}

// textEnd is where to cut text that may have at most so many bytes: not inside
// of a character.
func textEnd[T string | []byte](text T, most int) int {
	if len(text) <= most {
		return len(text)
	}
	for end := most; end > most-utf8.UTFMax && end > 0; end-- {
		if utf8.RuneStart(text[end]) {
			return end
		}
	}
	return most
}

// room is how many bytes an answer of at most limit may still grow by.
func (l *live) room(limit int) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return limit - l.size
}

// put folds and emits one frame that is not text.
func (l *live) put(event chat.Event, data any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.putLocked(event, data)
}

func (l *live) putLocked(event chat.Event, data any) {
	l.cut()
	f, err := chat.NewFrame(l.seq+1, event, data)
	if err == nil {
		err = l.fold.Apply(f)
	}
	if err != nil {
		l.log.Error("frame could not be made", "turn", string(l.id), "event", string(event), "error", err)
		return
	}
	l.seq++
	if event == chat.EventPart || event == chat.EventRaw || event == chat.EventLogprobs {
		l.size += len(f.Data()) + partCost
	}
	l.emit(f)
}

// add puts a whole part at the end and returns its index.
func (l *live) add(p llm.Part) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut()
	i := l.fold.Len()
	l.putLocked(chat.EventPart, chat.PartSet{Part: i, Value: p})
	return i
}

// next is the index that a new part gets.
func (l *live) next() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut()
	return l.fold.Len()
}

// emit hands a frame on. The lock is held.
func (l *live) emit(f chat.Frame) {
	if l.draft {
		l.unsaved = append(l.unsaved, f)
		return
	}
	if len(l.recent) == 2*kept {
		l.recent = append(l.recent[:0:0], l.recent[kept:]...)
	}
	l.recent = append(l.recent, f)
	l.unsaved = append(l.unsaved, f)
	if len(l.unsaved) == 1 {
		l.journal.add(l)
	}
	for r := range l.readers {
		select {
		case r.wake <- struct{}{}:
		default:
		}
	}
	if l.events.HasSubscribers(l.channel) {
		l.events.Publish(l.channel, l.publication(f))
	}
}

// publication is a frame as realtime clients get it.
func (l *live) publication(f chat.Frame) []byte {
	data := f.Data()
	b := make([]byte, 0, len(data)+180)
	b = append(b, `{"type":"frame","turn":"`...)
	b = append(b, l.id...)
	b = append(b, `","message":"`...)
	b = append(b, l.reply...)
	b = append(b, `","seq":`...)
	b = strconv.AppendInt(b, f.Seq, 10)
	b = append(b, `,"event":"`...)
	b = append(b, f.Event()...)
	b = append(b, `","data":`...)
	b = append(b, data...)
	return append(b, '}')
}

// parts returns the message's content as it is now, pending text included.
func (l *live) parts() []llm.Part {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut()
	return l.fold.Parts()
}

// subscribe adds an event stream; the result of the returned function is
// nothing: it takes the stream off again.
func (l *live) subscribe() (*reader, func()) {
	r := &reader{wake: make(chan struct{}, 1)}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.readers[r] = struct{}{}
	return r, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.readers, r)
	}
}

// after returns the frames in memory that follow seq, and whether that is all
// there is: false means that earlier ones have to come from the journal.
func (l *live) after(seq int64, into []chat.Frame) (frames []chat.Frame, whole, ended bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	frames, ended = into[:0], l.ended
	if seq >= l.seq {
		return frames, true, ended
	}
	// What could not be journaled yet, as on a full disk, is still here.
	for _, have := range [][]chat.Frame{l.recent, l.unsaved} {
		if len(have) > 0 && have[0].Seq <= seq+1 {
			return append(frames, have[seq+1-have[0].Seq:]...), true, ended
		}
	}
	return frames, false, ended
}

// first is when the first piece of text came, zero if none has.
func (l *live) first() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.firstAt
}

// take moves the frames that are not yet journaled to the caller.
func (l *live) take() []chat.Frame {
	l.mu.Lock()
	defer l.mu.Unlock()
	frames := l.unsaved
	l.unsaved = nil
	return frames
}

// saved is called when what was taken is in the journal.
func (l *live) saved() {
	l.mu.Lock()
	whole := l.ended && len(l.unsaved) == 0
	l.mu.Unlock()
	if whole {
		l.retire()
	}
}

// untake gives frames back that could not be journaled.
func (l *live) untake(frames []chat.Frame) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unsaved = append(frames, l.unsaved...)
	l.journal.add(l)
}

// stage folds the next frame without sending it: clients learn of a new status
// once it is stored. The turn's goroutine calls commit or unstage next.
func (l *live) stage(event chat.Event, data any) (chat.Frame, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut()
	f, err := chat.NewFrame(l.seq+1, event, data)
	if err != nil {
		return f, err
	}
	return f, l.fold.Apply(f)
}

// commit sends a staged frame.
func (l *live) commit(f chat.Frame) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seq = f.Seq
	l.ended = f.Event() == chat.EventDone
	l.emit(f)
}

// unstage takes back the number of a staged frame.
func (l *live) unstage() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fold.Advance(l.seq)
	l.fold.SetStatus(chat.StatusRunning)
}

// try returns a copy of a turn that waits, to make a change on that has to be
// stored first: its frames reach nobody before [live.adopt].
func (l *live) try() *live {
	m := l.message(nil)
	return &live{id: l.id, chat: l.chat, reply: l.reply, user: l.user, log: l.log, fold: chat.NewFold(m), seq: m.Seq, draft: true}
}

// adopt makes the change of a copy that is stored now, and sends its frames.
func (l *live) adopt(changed *live) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fold = changed.fold
	for _, f := range changed.unsaved {
		l.seq = f.Seq
		l.emit(f)
	}
}

// announce tells the chat's clients about the turn as a whole.
func (l *live) announce(status string, user chat.MessageID) {
	if !l.events.HasSubscribers(l.channel) {
		return
	}
	data, err := json.Marshal(map[string]any{
		"type": "turn", "turn": l.id, "message": l.reply, "user": orNull(user), "status": status,
	})
	if err == nil {
		l.events.Publish(l.channel, data)
	}
}

func orNull(id chat.MessageID) *chat.MessageID {
	if id == "" {
		return nil
	}
	return &id
}
