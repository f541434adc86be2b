package turn_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"parley/internal/chat"
	"parley/internal/kit/id"
	"parley/internal/kit/testkit"
	"parley/internal/llm"
	"parley/internal/llm/llmtest/upstream"
	"parley/internal/turn"

	"pgregory.net/rapid"
)

// twin is what a chat has to look like, kept beside the real one.
type twin struct {
	t     *rapid.T
	w     *world
	chat  string
	nodes []*leafy
	marks int
	round int // of deletion
}

// leafy is a message of a twin. Its mark is a word that no other has, but for
// the answer, which echoes the message's.
type leafy struct {
	id      chat.MessageID
	parent  *leafy
	role    llm.Role
	mark    string
	deleted int // the round of deletion, 0 while it is there
}

// path is what a model has to be shown of the way to n.
func (n *leafy) path() (marks []string) {
	for ; n != nil; n = n.parent {
		if n.deleted == 0 && n.mark != "" {
			marks = append(marks, n.mark)
		}
	}
	slices.Reverse(marks)
	return marks
}

func (n *leafy) isBelow(top *leafy) bool {
	for ; n != nil; n = n.parent {
		if n == top {
			return true
		}
	}
	return false
}

// up is the nearest message above that is there.
func (n *leafy) up() *leafy {
	for n = n.parent; n != nil && n.deleted != 0; n = n.parent {
		continue
	}
	return n
}

// pick draws a message that is there, of a role or of any; nil without one.
func (tw *twin) pick(role llm.Role) *leafy {
	var some []*leafy
	for _, n := range tw.nodes {
		if n.deleted == 0 && (role == "" || n.role == role) {
			some = append(some, n)
		}
	}
	if len(some) == 0 {
		return nil
	}
	return rapid.SampledFrom(some).Draw(tw.t, "message")
}

func (tw *twin) add(id chat.MessageID, parent *leafy, role llm.Role, mark string) *leafy {
	n := &leafy{id: id, parent: parent, role: role, mark: mark}
	tw.nodes = append(tw.nodes, n)
	return n
}

// send runs a turn and returns the marks that its model was shown.
func (tw *twin) send(body map[string]any) (turn.Accepted, []string) {
	body["model"] = "up/echo"
	a := tw.w.send(tw.chat, body)
	if m := tw.w.finish(a); m.Status != chat.StatusComplete {
		tw.t.Fatalf("the turn ended as %+v", m)
	}
	calls := tw.w.provider.Calls()
	return a, markForm.FindAllString(said(calls[len(calls)-1].Messages), -1)
}

var markForm = regexp.MustCompile(`m\d+\.`)

func said(messages []upstream.Message) string {
	var b strings.Builder
	for _, m := range messages {
		b.WriteString(m.Text + "\n")
	}
	return b.String()
}

func (tw *twin) check(what string, got, want []string) {
	if !slices.Equal(got, want) {
		tw.t.Fatalf("%s: the model was shown %v instead of %v", what, got, want)
	}
}

func (tw *twin) mark() string {
	tw.marks++
	return fmt.Sprintf("m%d.", tw.marks)
}

// say sends a message below parent, or as another version of one.
func (tw *twin) say(parent, edits *leafy) {
	mark := tw.mark()
	body := map[string]any{"text": mark}
	switch {
	case edits != nil:
		body["edits"], parent = edits.id, edits.up()
	case parent != nil:
		body["parent"] = parent.id
	default:
		body["parent"] = nil
	}
	a, shown := tw.send(body)
	user := tw.add(a.Messages.User, parent, llm.RoleUser, mark)
	tw.add(a.Messages.Reply, user, llm.RoleAssistant, mark)
	tw.check("say", shown, user.path())
}

func (tw *twin) regenerate(old *leafy) {
	parent := old.up()
	if parent == nil || parent.role != llm.RoleUser {
		return // what it answered was deleted
	}
	a, shown := tw.send(map[string]any{"regenerate": old.id})
	tw.add(a.Messages.Reply, parent, llm.RoleAssistant, parent.mark)
	tw.check("regenerate", shown, parent.path())
}

func (tw *twin) carryOn(old *leafy) {
	a, shown := tw.send(map[string]any{"continue": old.id})
	tw.add(a.Messages.Reply, old, llm.RoleAssistant, "")
	tw.check("continue", shown, old.path())
}

func (tw *twin) remove(n *leafy, branch bool) {
	path := fmt.Sprintf("/api/chats/%s/messages/%s?branch=%t", tw.chat, n.id, branch)
	if a := tw.w.do(tw.w.alice, "DELETE", path, nil); a.status != http.StatusNoContent {
		tw.t.Fatalf("delete: %d %s", a.status, a.body)
	}
	tw.round++
	for _, m := range tw.nodes {
		if m == n || branch && m.deleted == 0 && m.isBelow(n) {
			m.deleted = tw.round
		}
	}
}

func (tw *twin) restore() {
	var gone []*leafy
	for _, n := range tw.nodes {
		if n.deleted != 0 {
			gone = append(gone, n)
		}
	}
	if len(gone) == 0 {
		return
	}
	n := rapid.SampledFrom(gone).Draw(tw.t, "deleted")
	if a := tw.w.do(tw.w.alice, "POST", "/api/chats/"+tw.chat+"/messages/"+string(n.id)+"/restore", nil); a.status != http.StatusOK {
		tw.t.Fatalf("restore: %d %s", a.status, a.body)
	}
	round := n.deleted
	for _, m := range tw.nodes {
		if m.deleted == round {
			m.deleted = 0
		}
	}
}

// same compares the messages that the API lists with the twin.
func (tw *twin) same() {
	var got, want []string
	for _, m := range tw.w.messages(tw.chat) {
		parent := chat.MessageID("")
		if m.Parent != nil {
			parent = *m.Parent
		}
		got = append(got, fmt.Sprint(m.ID, " below ", parent))
	}
	for _, n := range tw.nodes {
		if n.deleted != 0 {
			continue
		}
		parent := chat.MessageID("")
		if up := n.up(); up != nil {
			parent = up.id
		}
		want = append(want, fmt.Sprint(n.id, " below ", parent))
	}
	if !slices.Equal(got, want) {
		tw.t.Fatalf("the tree is\n%s\ninstead of\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A turn's request holds exactly the path from the root to its parent, whatever
// was sent, edited, written again, continued, deleted and brought back before.
func TestRequestHoldsExactlyThePath(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.SQLite(t), upstream.Options{})
	// Another chat of the same user, none of which may ever be shown.
	w.finish(w.send(id.New(), map[string]any{"text": "m999999.", "model": "up/echo"}))
	rapid.Check(t, func(rt *rapid.T) {
		tw := &twin{t: rt, w: w, chat: id.New()}
		tw.say(nil, nil)
		for range rapid.IntRange(1, 14).Draw(rt, "steps") {
			switch rapid.SampledFrom([]string{"say", "say", "say", "root", "edit", "edit", "again", "continue", "delete", "branch", "restore"}).Draw(rt, "step") {
			case "say":
				tw.say(tw.pick(""), nil)
			case "root":
				tw.say(nil, nil)
			case "edit":
				if n := tw.pick(llm.RoleUser); n != nil {
					tw.say(nil, n)
				}
			case "again":
				if n := tw.pick(llm.RoleAssistant); n != nil {
					tw.regenerate(n)
				}
			case "continue":
				if n := tw.pick(llm.RoleAssistant); n != nil {
					tw.carryOn(n)
				}
			case "delete":
				if n := tw.pick(""); n != nil {
					tw.remove(n, false)
				}
			case "branch":
				if n := tw.pick(""); n != nil {
					tw.remove(n, true)
				}
			case "restore":
				tw.restore()
			}
		}
		tw.same()
	})
}
