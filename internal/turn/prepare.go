package turn

import (
	"context"
	"fmt"
	"slices"

	"parley/internal/access"
	"parley/internal/chat"
	"parley/internal/llm"
	"parley/internal/meter"
	"parley/internal/tool"
)

// goOn is what the model is told when a cut-off answer is to be continued.
const goOn = "Your last answer was cut off. Carry on exactly where it stops: no introduction, nothing repeated."

// prepare makes the first request of a turn: exactly the path from the root to
// the message that is answered, and what the hooks add.
func (s *Service) prepare(ctx context.Context, r *run) error {
	path, err := chat.Path(ctx, s.DB, r.scope, r.live.chat, r.answers)
	if err != nil {
		return err
	}
	call := Call{User: r.scope.User, Chat: r.live.chat, Turn: r.live.id, Target: r.target}
	call.Request = llm.Request{Model: r.target.Info.Name, System: r.options.Instructions, Params: r.options.Params.Over(r.target.Params), Cache: true}
	call.Request.Origin = llm.Origin{Chat: string(r.live.chat), Message: string(r.answers)}
	if n := len(path); n > 1 {
		call.Request.Origin.Parent = string(path[n-2].ID)
	}
	for _, name := range r.options.Remote {
		call.Request.Remote = append(call.Request.Remote, llm.RemoteTool{Name: name})
	}
	resend := call.Request.Params.Resend
	for _, m := range path {
		if resend != nil && !*resend && m.ID != r.answers {
			m.Parts = withoutFiles(m.Parts)
		}
		messages, err := s.messagesOf(ctx, r.scope, m, r.target.Info)
		if err != nil {
			return err
		}
		call.Request.Messages = append(call.Request.Messages, messages...)
	}
	r.tellUnread(path)
	if r.options.Continue != "" {
		call.Request.Messages = append(call.Request.Messages, llm.Message{
			Role: llm.RoleUser, Parts: []llm.Part{{Type: llm.PartText, Text: goOn}},
		})
	}
	if err := s.offerTools(ctx, r, &call); err != nil {
		return err
	}
	for _, hook := range s.Prepare {
		if err := hook(ctx, &call); err != nil {
			return fmt.Errorf("prepare turn %s: %w", r.live.id, err)
		}
	}
	r.request = call.Request
	r.shorten(path)
	return nil
}

// shorten leaves out the oldest messages of a request that is longer than its
// parameters say, and tells the user so the first time. What is answered stays.
func (r *run) shorten(path []chat.Message) {
	most := r.request.Params.ContextTokens
	if most == nil || *most < 1 {
		return
	}
	messages := r.request.Messages
	rest := r.request
	rest.Messages = nil
	size := meter.EstimateRequest(rest)
	keep := len(messages)
	for at, m := range slices.Backward(messages) {
		size += meter.EstimateMessage(m)
		if m.Role != llm.RoleUser {
			continue // a request begins with the user
		}
		if keep < len(messages) && size > int64(*most) {
			break
		}
		keep = at
	}
	if keep == len(messages) || keep == 0 {
		return
	}
	r.request.Messages = messages[keep:]
	r.tellOnce(path, fmt.Sprintf("The model is sent at most %d tokens of this chat, so its oldest messages are left out.", *most))
}

// allTools lists what could be offered to a model, nothing if it takes no tools.
func (s *Service) allTools(ctx context.Context, scope access.Scope, target llm.Target) ([]tool.Tool, error) {
	if s.Tools == nil || !target.Info.Tools {
		return nil, nil
	}
	tools, err := s.Tools.Tools(ctx, scope.User)
	if err != nil {
		return nil, fmt.Errorf("list tools: %w", err)
	}
	return tools, nil
}

// wants reports whether the user lets the model have a tool.
func (o options) wants(name string) bool { return o.Tools == nil || slices.Contains(o.Tools, name) }

func (s *Service) offerTools(ctx context.Context, r *run, call *Call) error {
	if s.Tools == nil || !r.target.Info.Tools {
		return nil
	}
	if r.offered == nil {
		var err error
		if r.offered, err = s.allTools(ctx, r.scope, r.target); err != nil {
			return err
		}
	}
	for _, t := range r.offered {
		spec := t.Spec()
		if !r.options.wants(spec.Name) {
			continue
		}
		r.tools[spec.Name] = t
		call.Request.Tools = append(call.Request.Tools, spec.Definition())
	}
	chosen, err := s.approvals.Get(ctx, s.DB, r.scope.User)
	if err != nil {
		return err
	}
	r.chosen = chosen
	return nil
}

// messagesOf turns a stored message into what a model is shown. An answer with
// tool calls becomes several: the calls, their results, what came after. What a
// tool of the provider found is part of the answer.
func (s *Service) messagesOf(ctx context.Context, scope access.Scope, m chat.Message, info llm.Info) ([]llm.Message, error) {
	var out []llm.Message
	add := func(role llm.Role, p llm.Part) {
		if n := len(out); n > 0 && out[n-1].Role == role {
			out[n-1].Parts = append(out[n-1].Parts, p)
			return
		}
		out = append(out, llm.Message{Role: role, Parts: []llm.Part{p}})
	}
	remote := map[string]bool{}
	for _, p := range m.Parts {
		switch p.Type {
		case llm.PartToolResult:
			if p.Result != nil && remote[p.Result.CallID] {
				add(m.Role, p)
			} else {
				add(llm.RoleTool, p)
			}
		case llm.PartNotice, llm.PartError, llm.PartArtifact:
		case llm.PartImage, llm.PartFile, llm.PartAudio:
			loaded, err := s.load(ctx, scope, p, info)
			if err != nil {
				return nil, err
			}
			add(m.Role, loaded)
		case llm.PartText, llm.PartReasoning, llm.PartToolCall, llm.PartSource, llm.PartSummary:
			if p.Call != nil && p.Call.Remote {
				remote[p.Call.ID] = true
			}
			add(m.Role, p)
		}
	}
	return out, nil
}

// approvalOf is what holds for a call of the tool: run, ask or refuse.
func (r *run) approvalOf(t tool.Tool) tool.Approval { return tool.Effective(t.Spec(), r.chosen) }
