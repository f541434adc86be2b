// Package turn is one turn of a chat, in a straight line: start (accept a
// message), prepare (make the model's request), loop (call the model, run
// tools, again), log (cut the answer into frames, publish and journal them) and
// finish (fold the frames into the stored message).
//
// A turn runs apart from the request that started it. It does not know how
// models, tools or clients are found: app hands those in.
package turn

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"parley/internal/access"
	"parley/internal/chat"
	"parley/internal/identity"
	"parley/internal/kit/db"
	"parley/internal/kit/fault"
	"parley/internal/llm"
	"parley/internal/meter"
	"parley/internal/tool"
)

// ID identifies a turn.
type ID string

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed journal/*.sql
var journalMigrations embed.FS

// Migrations make the tables of this package in the main database.
func Migrations() fs.FS { return migrations }

// JournalMigrations make the journal, which on SQLite is a file of its own.
func JournalMigrations() fs.FS { return journalMigrations }

// Models finds a model by "provider/model" for a user.
type Models interface {
	Resolve(ctx context.Context, user identity.UserID, model string) (llm.Target, error)
}

// Files are what users have uploaded and models have made for them.
type Files interface {
	// Attach notes that a message to a model uses the files, and describes them, or
	// says why they may not go there.
	Attach(ctx context.Context, tx *db.Tx, scope access.Scope, model llm.Info, ids []string) ([]llm.Media, error)
	// Media reads a file for a model.
	Media(ctx context.Context, scope access.Scope, id string) (llm.Media, error)
	// Keep stores what a model made as a file that a message uses, and describes
	// it.
	Keep(ctx context.Context, scope access.Scope, made llm.Media) (llm.Media, error)
}

// Events reaches the clients that follow a channel.
type Events interface {
	chat.Publisher
	// HasSubscribers reports whether publishing on channel is worth the work.
	HasSubscribers(channel string) bool
}

// Jobs queues durable work in a transaction.
type Jobs interface {
	Enqueue(ctx context.Context, tx *db.Tx, hook string, ended Ended) error
}

// Call is a model call that is being prepared.
type Call struct {
	User    identity.UserID
	Chat    chat.ID
	Turn    ID
	Target  llm.Target
	Request llm.Request
}

// PrepareHook may change a call before it is made. Hooks run in order, once a
// turn; an error fails the turn.
type PrepareHook func(ctx context.Context, call *Call) error

// Ended describes a turn that is over.
type Ended struct {
	Turn   ID              `json:"turn"`
	Chat   chat.ID         `json:"chat"`
	User   identity.UserID `json:"user"`
	Reply  chat.MessageID  `json:"reply"`
	Model  string          `json:"model"`
	Status chat.Status     `json:"status"`
	// First says that this was the first answer of the chat.
	First bool `json:"first"`
	// ModelTitles says that the provider's models write titles.
	ModelTitles bool `json:"modelTitles"`
	// EarlyTitles says that they do so while the answer is being written.
	EarlyTitles bool `json:"earlyTitles,omitempty"`
}

// FinishHook is work after a turn. Wants is asked while the turn is being
// stored and has to be quick; Run is then a durable job.
type FinishHook struct {
	Name  string
	Wants func(Ended) bool
	// Begins is asked in the same way while a turn is being started: the job then
	// runs beside the answer, which has the status running. Nil is never.
	Begins func(Ended) bool
	Run    func(ctx context.Context, ended Ended) error
}

// What holds where [Options] do not say otherwise.
const (
	DefaultMaxText   = 512 << 10
	DefaultMaxSteps  = 25
	DefaultMaxAnswer = 8 << 20
	// What a program with one key may need; about as much as two cores carry, so
	// that a loop gone wild is stopped.
	DefaultMaxTurns   = 2000
	DefaultMaxStreams = 4000
)

// Options are the limits of turns.
type Options struct {
	// MaxText is the largest message in bytes; 0 is [DefaultMaxText].
	MaxText int
	// MaxSteps is the number of model calls in a turn; 0 is [DefaultMaxSteps].
	MaxSteps int
	// MaxAnswer is how long one answer gets in bytes, all of its parts together,
	// before it is ended; 0 is [DefaultMaxAnswer].
	MaxAnswer int
	// MaxTurns is how many answers of one user are written at once, MaxStreams how
	// many event streams a user may have open; 0 are [DefaultMaxTurns] and
	// [DefaultMaxStreams].
	MaxTurns   int
	MaxStreams int
	// Node names this process among several on one database.
	Node string
}

// Deps are what turns need from elsewhere.
type Deps struct {
	DB      *db.DB
	Journal *db.DB
	Ledger  *meter.Service
	Chats   *chat.Service
	Models  Models
	Tools   tool.Source
	Files   Files
	Events  Events
	Jobs    Jobs
	// Presets are the recipes of chats; nil is none.
	Presets Presets
	Prepare []PrepareHook
	Finish  []FinishHook
	// Bound returns a context that ends with the sign-in of an open stream's
	// caller; nil is one that does not.
	Bound func(ctx context.Context) (context.Context, context.CancelFunc)
	// Valid is asked now and then whether that caller is still signed in, for what
	// another process has ended; nil is always.
	Valid func(ctx context.Context) bool
	// Parameters reports whether users set parameters here; nil is yes.
	Parameters func() bool
	// Limits are those that hold beside [Options]; nil is none.
	Limits  func() Limits
	Log     *slog.Logger
	Options Options
}

// Service runs turns. Make it with [New], then call [Service.Run].
type Service struct {
	Deps
	journal   *journal
	pace      *pacer
	approvals tool.Approvals
	writing   *quota // answers that are being written
	streams   *quota // open event streams
	sent      *identity.Throttle
	hurry     chan struct{} // closed when the server has to stop now

	mu       sync.Mutex
	lives    map[ID]*live
	active   int // of lives, those that run
	owed     []owed
	doubts   bool // see doubt
	draining bool
	running  sync.WaitGroup

	suspects map[ID]bool // of reapLost alone
}

// New returns a service that takes no turns before [Service.Run].
func New(deps Deps) *Service {
	if deps.Options.MaxText == 0 {
		deps.Options.MaxText = DefaultMaxText
	}
	if deps.Options.MaxSteps == 0 {
		deps.Options.MaxSteps = DefaultMaxSteps
	}
	if deps.Options.MaxAnswer == 0 {
		deps.Options.MaxAnswer = DefaultMaxAnswer
	}
	if deps.Options.MaxTurns == 0 {
		deps.Options.MaxTurns = DefaultMaxTurns
	}
	if deps.Options.MaxStreams == 0 {
		deps.Options.MaxStreams = DefaultMaxStreams
	}
	if deps.Limits == nil {
		deps.Limits = func() Limits { return Limits{} }
	}
	s := &Service{
		Deps: deps, lives: map[ID]*live{}, pace: newPacer(), hurry: make(chan struct{}),
		writing: newQuota(), streams: newQuota(), sent: identity.NewThrottle(),
	}
	s.journal = newJournal(deps.Journal, deps.Options.Node, deps.Log)
	deps.Chats.OnDelete(s.stopIn)
	return s
}

// Faults of this package.
var (
	ErrNotFound    = fault.New(fault.NotFound, "not_found", "There is no such turn.")
	ErrEmpty       = fault.New(fault.Invalid, "message_empty", "A message needs some text or a file.")
	ErrTooLarge    = fault.New(fault.TooLarge, "message_too_large", "This message is too long.")
	ErrNotUTF8     = fault.New(fault.Invalid, "message_not_text", "This message is not valid text (UTF-8).")
	ErrConflicting = fault.New(fault.Invalid, "turn_conflicting", "Use only one of parent, edits, regenerate and continue, and no text with the last two.")
	ErrMismatch    = fault.New(fault.Invalid, "idempotency_mismatch", "This Idempotency-Key was used with another request.")
	ErrNoVision    = fault.New(fault.Unsupported, "image_unsupported", "This model cannot see images. Choose one that can, or remove the image.")
	ErrNoFiles     = fault.New(fault.Unsupported, "document_unsupported", "This model cannot read documents. Choose one that can, or remove the file.")
	ErrNoAudio     = fault.New(fault.Unsupported, "audio_unsupported", "This model cannot hear sounds. Choose one that can, or remove the file.")
	ErrParamsOff   = fault.New(fault.Forbidden, "params_off", "Parameters are set by the administrator here.")
	ErrParams      = fault.New(fault.Invalid, "params_not_allowed", "Only an administrator sets \"extra\" and \"drop\", in the provider's settings.")
	ErrDraining    = fault.New(fault.Unavailable, "shutting_down", "The server is restarting. Try again in a few seconds.").After(5 * time.Second)
	ErrNotWaiting  = fault.New(fault.Conflict, "not_waiting", "This tool call does not wait for an answer.")
)

func notFound(err error) error {
	if db.IsNone(err) {
		return ErrNotFound
	}
	return err
}

// Causes by which a turn ends before the model is done.
var (
	errStopped  = errors.New("stopped by the user")
	errShutdown = errors.New("the server is stopping")
)

// get returns the live turn, nil if it neither runs nor waits here.
func (s *Service) get(id ID) *live {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lives[id]
}

// keep registers a turn that is about to run; false means that the server is
// stopping and it must not.
func (s *Service) keep(l *live, cancel context.CancelCauseFunc) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining {
		return false
	}
	l.cancel = cancel
	s.lives[l.id] = l
	s.running.Add(1)
	s.active++
	s.pace.setLoad(s.active)
	return true
}

// rest undoes what keep counted, when nothing of the turn runs any more.
func (s *Service) rest(l *live) {
	s.writing.give(l.user)
	s.mu.Lock()
	s.active--
	s.pace.setLoad(s.active)
	s.mu.Unlock()
	s.running.Done()
}

func (s *Service) drop(l *live) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lives[l.id] == l {
		delete(s.lives, l.id)
	}
}

// Running is the number of turns that run, or wait for an approval, here.
func (s *Service) Running() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.lives)
}

// IsDraining reports whether new turns are refused because the server stops.
func (s *Service) IsDraining() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.draining
}
