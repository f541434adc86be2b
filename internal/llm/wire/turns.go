package wire

import (
	"strings"

	"parley/internal/llm"
)

// Turns writes messages whose content are blocks, for protocols in which roles
// alternate and the user begins: what two messages in a row of one role hold
// becomes one message, an answer that comes first is preceded by filler, and an
// answer that the model is to continue ends without space, which is refused.
// Results of tools are the user's.
func Turns(messages []llm.Message, filler map[string]any, user, assistant func([]llm.Part) []map[string]any) []map[string]any {
	var list []map[string]any
	for _, message := range messages {
		role, write := "user", user
		if message.Role == llm.RoleAssistant {
			role, write = "assistant", assistant
		}
		blocks := write(message.Parts)
		if len(blocks) == 0 {
			continue
		}
		if len(list) == 0 && role == "assistant" {
			list = append(list, map[string]any{"role": "user", "content": []map[string]any{filler}})
		}
		if last := len(list) - 1; last >= 0 && list[last]["role"] == role {
			list[last]["content"] = append(Blocks(list[last]), blocks...)
			continue
		}
		list = append(list, map[string]any{"role": role, "content": blocks})
	}
	if last := len(list) - 1; last >= 0 && list[last]["role"] == "assistant" {
		blocks := Blocks(list[last])
		if text, ok := blocks[len(blocks)-1]["text"].(string); ok {
			blocks[len(blocks)-1]["text"] = strings.TrimRight(text, " \t\r\n")
		}
	}
	return list
}

// Blocks returns the content of a message that [Turns] wrote.
func Blocks(message map[string]any) []map[string]any {
	blocks, _ := message["content"].([]map[string]any)
	return blocks
}
