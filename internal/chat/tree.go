package chat

import "slices"

// node is a message's place in the tree, deleted ones included.
type node struct {
	id      MessageID
	parent  MessageID
	deleted bool
	live    bool
	size    int // of its content, in bytes
}

// tree is the shape of a chat in creation order. It copes with orphans, which
// count as roots, and with cycles, which are cut where they are met.
type tree struct {
	nodes    []node
	index    map[MessageID]int
	children map[MessageID][]MessageID
}

func newTree(nodes []node) *tree {
	t := &tree{nodes: nodes, index: make(map[MessageID]int, len(nodes)), children: map[MessageID][]MessageID{}}
	for i, n := range nodes {
		t.index[n.id] = i
	}
	for _, n := range nodes {
		if !n.deleted {
			up := t.parent(n.id)
			t.children[up] = append(t.children[up], n.id)
		}
	}
	return t
}

func (t *tree) has(id MessageID) bool {
	i, ok := t.index[id]
	return ok && !t.nodes[i].deleted
}

// parent returns the nearest ancestor that is not deleted, "" for none.
func (t *tree) parent(id MessageID) MessageID {
	start := id
	for range len(t.nodes) { // a chain cannot be longer, unless it is a cycle
		i, ok := t.index[id]
		if !ok {
			return ""
		}
		up := t.nodes[i].parent
		j, ok := t.index[up]
		if !ok || up == start {
			return ""
		}
		if !t.nodes[j].deleted {
			return up
		}
		id = up
	}
	return ""
}

// path returns the messages from the root to id.
func (t *tree) path(id MessageID) []MessageID {
	var path []MessageID
	seen := map[MessageID]bool{}
	for t.has(id) && !seen[id] {
		seen[id] = true
		path = append(path, id)
		id = t.parent(id)
	}
	slices.Reverse(path)
	return path
}

// end walks from id down to its newest descendant.
func (t *tree) end(id MessageID) MessageID {
	seen := map[MessageID]bool{}
	for !seen[id] {
		seen[id] = true
		below := t.children[id]
		if len(below) == 0 {
			return id
		}
		id = below[len(below)-1]
	}
	return id
}

// newest is the end of the path that holds the newest message, "" for an empty
// chat.
func (t *tree) newest() MessageID {
	for _, n := range slices.Backward(t.nodes) {
		if !n.deleted {
			return t.end(n.id)
		}
	}
	return ""
}

// below returns id and all its descendants.
func (t *tree) below(id MessageID) []MessageID {
	found, seen := []MessageID{id}, map[MessageID]bool{id: true}
	for i := 0; i < len(found); i++ {
		for _, child := range t.children[found[i]] {
			if !seen[child] {
				seen[child] = true
				found = append(found, child)
			}
		}
	}
	return found
}
