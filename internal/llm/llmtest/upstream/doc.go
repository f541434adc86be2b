// Package upstream is a model provider that does what it is told: an HTTP
// server that speaks OpenAI Chat Completions and Responses, Anthropic Messages,
// Gemini's generateContent and Amazon Bedrock's Converse, all streamed, for
// tests, browser tests and benchmarks. It is no fake of a model's quality and is never
// part of the product.
//
// # Routes
//
//	POST /v1/chat/completions, /chat/completions   OpenAI Chat Completions
//	POST /v1/responses, /responses                 OpenAI Responses, also below /openai, as on Azure
//	POST /v1/messages, /messages                   Anthropic Messages
//	POST /v1beta/models/MODEL:streamGenerateContent   Gemini, with alt=sse
//	POST /v1beta1/.../publishers/google/models/MODEL:streamGenerateContent
//	POST /v1beta1/.../publishers/anthropic/models/MODEL:streamRawPredict
//	                                               both on Vertex AI, with or without a project
//	POST /model/MODEL/converse-stream              Amazon Bedrock, also below /v1
//	GET  /v1/models, /models                       OpenAI or Anthropic, by the anthropic-version header
//	GET  /v1beta/models                            Gemini
//	GET  /v1beta1/publishers/PUBLISHER/models      Vertex AI
//	GET  /foundation-models, /inference-profiles   Amazon Bedrock
//	GET  /control/calls                            the recorded calls as JSON
//	POST /control/release, /control/reset          see Release and Reset
//
// # Scripts
//
// What an answer looks like is a script: steps joined by "+", so that
// "reasoning-5+tokens-20-30" thinks five tokens and then says twenty at thirty
// a second. The script of a call is the first of these that exists:
//
//  1. what Options.Select returns;
//  2. the last user message, if it begins with "script:", up to its first
//     line break or blank;
//  3. Options.Scripts[model];
//  4. the name of the model itself;
//  5. Options.Default.
//
// Without any of them the answer is 404, as for a model that does not exist.
//
// Steps that speak; RATE is in tokens a second, and 0 or absent is unthrottled:
//
//	tokens-COUNT[-RATE]     " t0001", " t0002" ...: text whose loss or disorder
//	                        shows; numbers go on over the steps of one answer
//	stamped-COUNT[-RATE]    " t0001@<time>": also when it was sent, see Stamp
//	reasoning-COUNT[-RATE]  " r0001" ...: as reasoning
//	markdown-BYTES[-RATE]   made-up markdown of about that size in small pieces
//	text-NAME[-RATE]        Options.Texts[NAME] in small pieces
//	echo[-RATE]             the last user message, in small pieces
//	call-NAME               a tool call with Options.Arguments[NAME] ("{}"
//	                        without); neighbours are one parallel round
//	loop-NAME               like call-NAME, again in every round, for ever
//
// Steps that give what is no text, in the protocols that have it (OpenAI's chats as
// OpenRouter and OpenAI do, but no code; Responses and Anthropic no sound; Anthropic
// no picture; Bedrock pictures and sources):
//
//	picture                 a small PNG
//	sound                   a short tone, as bare samples
//	sources                 a page that the answer rests on
//	code                    code that the provider ran, and what it printed
//
// A script with calls is cut after each run of calls. Every round of a turn
// (told by the tool results in the request) plays the next piece, so that
// "call-calculator+tokens-5" calls first and answers when it has the result.
//
// Steps that go wrong or wait; the first group can only come first (a wait may
// stand before it):
//
//	status-CODE[-SECONDS]   that HTTP status with the provider's usual body,
//	                        and Retry-After where SECONDS is given
//	context                 400, the conversation is too long
//	html                    200 with an HTML page
//	fail-COUNT-CODE         the first COUNT calls of this script get that
//	                        status, later ones play the rest
//
//	wait-MILLIS             a pause; in front it delays the first byte
//	hold                    waits for Release
//	hang                    nothing more, the connection stays open; in front
//	                        not one byte is sent
//	close                   ends the body without the protocol's last event
//	reset                   breaks the connection
//	malformed               an event whose JSON is broken
//	error                   the protocol's error event in the middle of a stream
//	length, filter          finishes for that reason
//	nousage                 leaves the usage out
//
// So "tokens-10+close" is half a stream, "tokens-10-30+hang" stalls in the
// middle and "wait-800+tokens-5" has a slow first byte.
package upstream
