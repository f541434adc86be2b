package upstream

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"strconv"
)

// picture is a red square of ten by ten pixels, a PNG in base64.
const picture = "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP4z8CAB+GTG8HSALfKY52fTcuYAAAAAElFTkSuQmCC"

// samples are a fifth of a second of a tone, in base64: 16 bit, one channel, 24 kHz.
var samples = func() string {
	const rate, pitch, loudness = 24_000, 440, 8_000
	var data []byte
	for i := range rate / 5 {
		sample := int16(loudness * math.Sin(2*math.Pi*pitch*float64(i)/rate))
		data = binary.LittleEndian.AppendUint16(data, uint16(sample)) //nolint:gosec // its bits
	}
	return base64.StdEncoding.EncodeToString(data)
}()

// What an answer rests on, and the code that was run for it.
const (
	sourceURL   = "https://example.org/tides"
	sourceTitle = "A table of tides"
	ranCode     = "print(6 * 7)"
	ranOutput   = "42"
)

func (o *openAI) made(b []byte, what verb) []byte {
	switch what {
	case verbPicture:
		return o.choice(b, `"images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,`, picture, `"}}]`)
	case verbSound:
		return o.choice(b, `"audio":{"id":"audio_1","data":"`, samples, `"}`)
	case verbSources:
		return o.choice(b, `"annotations":[{"type":"url_citation","url_citation":{"url":"`, sourceURL, `","title":"`, sourceTitle, `"}}]`)
	default:
		return b
	}
}

func (r *responses) made(b []byte, what verb) []byte {
	switch what {
	case verbPicture:
		return r.whole(b, `"type":"image_generation_call","status":"completed","output_format":"png","result":"`+picture+`"`)
	case verbCode:
		return r.whole(b, `"type":"code_interpreter_call","status":"completed","container_id":"c","code":"`+ranCode+
			`","outputs":[{"type":"logs","logs":"`+ranOutput+`"}]`)
	case verbSources:
		const kind = "response.output_text.annotation.added"
		b = r.enter(b, "message", "output_text")
		return append(b, "event: "+kind+"\n"+`data: {"type":"`+kind+`","output_index":`+strconv.Itoa(r.output)+
			`,"content_index":0,"annotation_index":0,"annotation":{"type":"url_citation","start_index":0,"end_index":0,"url":"`+sourceURL+
			`","title":"`+sourceTitle+`"}}`+"\n\n"...)
	default:
		return b
	}
}

// whole appends an item that comes at once.
func (r *responses) whole(b []byte, fields string) []byte {
	b = r.item(r.leave(b), "done", `{"id":"i`+strconv.Itoa(r.output)+`",`+fields+"}")
	r.output++
	return b
}

func (a *anthropic) made(b []byte, what verb) []byte {
	switch what {
	case verbSources:
		b = a.text(b, nil)
		return append(b, "event: content_block_delta\n"+`data: {"type":"content_block_delta","index":`+strconv.Itoa(a.index)+
			`,"delta":{"type":"citations_delta","citation":{"type":"web_search_result_location","url":"`+sourceURL+`","title":"`+sourceTitle+
			`","cited_text":"High water","encrypted_index":"aW5kZXg="}}}`+"\n\n"...)
	case verbCode:
		id := "srvtoolu_" + strconv.Itoa(a.index)
		b = a.enter(a.leave(b), "server_tool_use", `{"type":"server_tool_use","id":"`+id+`","name":"code_execution","input":{}}`,
			`{"type":"input_json_delta","partial_json":"`)
		b = a.leave(a.add(b, escape(`{"code":"`+ranCode+`"}`)))
		return a.leave(a.enter(b, "result", `{"type":"code_execution_tool_result","tool_use_id":"`+id+
			`","content":{"type":"code_execution_result","stdout":"`+ranOutput+`","stderr":"","return_code":0,"content":[]}}`, ""))
	default:
		return b
	}
}

func (g *gemini) made(b []byte, what verb) []byte {
	switch what {
	case verbPicture:
		return g.part(b, `{"inlineData": {"mimeType": "image/png","data": "`, picture, `"},"thoughtSignature": "c2lnbmF0dXJl"}`)
	case verbSound:
		return g.part(b, `{"inlineData": {"mimeType": "audio/L16;codec=pcm;rate=24000","data": "`, samples, `"}}`)
	case verbCode:
		b = g.part(b, `{"executableCode": {"language": "PYTHON","code": "`, ranCode, `"}}`)
		return g.part(b, `{"codeExecutionResult": {"outcome": "OUTCOME_OK","output": "`, ranOutput, `"}}`)
	case verbSources:
		b = append(append(b, g.head...), `{"text": ""}],"role": "model"},"index": 0,"groundingMetadata": {"webSearchQueries": ["tides"],`...)
		return append(b, `"groundingChunks": [{"web": {"uri": "`+sourceURL+`","title": "`+sourceTitle+`"}}]}}]}`+"\n\n"...)
	default:
		return b
	}
}

func (c *converse) made(b []byte, what verb) []byte {
	switch what {
	case verbPicture:
		b = c.enter(c.leave(b), "image")
		b = c.message(b, "contentBlockStart", c.number(), `,"start":{"image":{"format":"png"}}}`)
		b = c.message(b, "contentBlockDelta", c.number(), `,"delta":{"image":{"source":{"bytes":"`, picture, `"}}}}`)
		return c.leave(b)
	case verbSources:
		b = c.enter(b, "text")
		return c.message(b, "contentBlockDelta", c.number(), `,"delta":{"citation":{"title":"`, sourceTitle, `","location":{"web":{"url":"`, sourceURL, `"}}}}}`)
	default:
		return b
	}
}
