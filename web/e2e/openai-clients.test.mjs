// The API that other programs know from OpenAI, used by the clients that they use.

import assert from 'node:assert/strict';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, jsonSchema, Output, stepCountIs, streamText, tool } from 'ai';
import OpenAI from 'openai';
import { allTokens } from './support/chat.mjs';
import { openWorld } from './support/world.mjs';

const world = openWorld({
  models: [
    'tokens-8',
    'reasoning-4+tokens-6',
    'call-calculator+tokens-5',
    'call-calculator+call-calculator+tokens-5+nousage',
    'status-429-1',
    'echo',
  ],
  provider: ['--default', 'tokens-8'],
});

let made;
/** The client, with a key of its own; made once, when the server is there. */
async function connect() {
  made ??= world.server.key(world.me.email).then((apiKey) => {
    const options = { baseURL: `${world.server.url}/v1`, apiKey };
    return { options, client: new OpenAI({ ...options, maxRetries: 0 }) };
  });
  return made;
}

const counted = (text) => (text.match(/\bt\d+/g) ?? []).map((token) => Number(token.slice(1)));
const ask = [{ role: 'user', content: 'Count' }];
const calculator = {
  type: 'object',
  properties: { expression: { type: 'string' } },
  required: ['expression'],
};

world.test('openai lists the models and shows one', async () => {
  const { client } = await connect();
  const { data } = await client.models.list();
  assert.ok(data.some(({ id }) => id === 'Bench/tokens-8'));
  const one = await client.models.retrieve('Bench/tokens-8');
  assert.equal(one.owned_by, 'Bench');
});

world.test('openai: a chat completion, whole and streamed, with its usage', async () => {
  const { client } = await connect();
  const whole = await client.chat.completions.create({ model: 'Bench/tokens-8', messages: ask });
  assert.deepEqual(counted(whole.choices[0].message.content), allTokens(8));
  assert.equal(whole.choices[0].finish_reason, 'stop');
  assert.equal(whole.usage.completion_tokens, 8);

  const stream = client.chat.completions.stream({
    model: 'tokens-8',
    messages: ask,
    stream_options: { include_usage: true },
  });
  let pieces = 0;
  stream.on('content', () => pieces++);
  const final = await stream.finalChatCompletion();
  assert.deepEqual(counted(final.choices[0].message.content), allTokens(8));
  assert.ok(pieces > 1, 'it came in pieces');
  assert.equal(final.usage.completion_tokens, 8);
});

world.test('openai: tools are called, and their results answered', async () => {
  const { client } = await connect();
  const runner = client.chat.completions.runTools({
    model: 'Bench/call-calculator+tokens-5',
    messages: ask,
    stream: true,
    tools: [
      {
        type: 'function',
        function: {
          name: 'calculator',
          description: 'Calculates.',
          parameters: calculator,
          parse: JSON.parse,
          function: () => '4',
        },
      },
    ],
  });
  assert.deepEqual(counted(await runner.finalContent()), allTokens(5));
  assert.equal(runner.messages.filter(({ role }) => role === 'tool').length, 1);
});

world.test('openai: pictures are taken', async () => {
  const { client } = await connect();
  const pixel =
    'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  await client.chat.completions.create({
    model: 'Bench/tokens-8',
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: pixel } },
        ],
      },
    ],
  });
  const last = (await world.provider.calls()).at(-1);
  assert.equal(last.messages.at(-1).images, 1);
});

world.test('openai: a response, whole and streamed, with reasoning', async () => {
  const { client } = await connect();
  const whole = await client.responses.create({
    model: 'Bench/reasoning-4+tokens-6',
    input: 'Count',
  });
  assert.deepEqual(counted(whole.output_text), allTokens(6));
  assert.equal(whole.output[0].type, 'reasoning');
  assert.equal(whole.status, 'completed');

  const stream = client.responses.stream({ model: 'Bench/reasoning-4+tokens-6', input: 'Count' });
  const seen = new Set();
  let number = -1;
  for await (const event of stream) {
    seen.add(event.type);
    assert.equal(event.sequence_number, ++number);
  }
  const final = await stream.finalResponse();
  assert.deepEqual(counted(final.output_text), allTokens(6));
  for (const type of ['reasoning_summary_text.delta', 'output_text.delta', 'output_item.done'])
    assert.ok(seen.has(`response.${type}`), type);
});

world.test('openai: a response calls a tool and goes on with its result', async () => {
  const { client } = await connect();
  const tools = [{ type: 'function', name: 'calculator', parameters: calculator, strict: false }];
  const input = [{ role: 'user', content: 'Count' }];
  const model = 'Bench/call-calculator+tokens-5';
  const first = await client.responses.create({ model, input, tools });
  const call = first.output.find(({ type }) => type === 'function_call');
  assert.equal(call.name, 'calculator');
  input.push(...first.output, { type: 'function_call_output', call_id: call.call_id, output: '4' });
  const second = await client.responses.create({ model, input, tools });
  assert.deepEqual(counted(second.output_text), allTokens(5));
});

world.test('openai understands what is refused', async () => {
  const { client } = await connect();
  const stranger = new OpenAI({ baseURL: `${world.server.url}/v1`, apiKey: 'no', maxRetries: 0 });
  await assert.rejects(stranger.models.list(), (error) => {
    assert.ok(error instanceof OpenAI.AuthenticationError);
    assert.equal(error.code, 'invalid_api_key');
    return true;
  });
  await assert.rejects(
    client.chat.completions.create({ model: 'Bench/none', messages: ask }),
    OpenAI.NotFoundError,
  );
  await assert.rejects(
    client.chat.completions.create({ model: 'Bench/status-429-1', messages: ask }),
    (error) => error instanceof OpenAI.RateLimitError && error.headers.get('retry-after') === '1',
  );
  await assert.rejects(
    client.chat.completions.create({ model: 'Bench/tokens-8', messages: ask, n: 2 }),
    (error) => error instanceof OpenAI.BadRequestError && error.param === 'n',
  );
});

world.test('the AI SDK streams text, reasoning and tools over both protocols', async () => {
  const { options } = await connect();
  const compatible = createOpenAICompatible({ name: 'parley', ...options });
  const streamed = streamText({
    model: compatible('Bench/reasoning-4+tokens-6'),
    prompt: 'Count',
  });
  assert.deepEqual(counted(await streamed.text), allTokens(6));
  assert.match(await streamed.reasoningText, /r0001/);

  const responses = createOpenAI(options);
  const { text } = await generateText({ model: responses('Bench/tokens-8'), prompt: 'Count' });
  assert.deepEqual(counted(text), allTokens(8));

  const called = await generateText({
    model: compatible('Bench/call-calculator+tokens-5'),
    prompt: 'Count',
    tools: {
      calculator: tool({ inputSchema: jsonSchema(calculator), description: 'Calculates.' }),
    },
  });
  assert.equal(called.toolCalls[0].toolName, 'calculator');
});

world.test(
  'the AI SDK goes on with results, and is told of tokens that nobody counted',
  async () => {
    const { options } = await connect();
    const openai = createOpenAI(options);
    for (const protocol of ['chat', 'responses']) {
      const streamed = streamText({
        model: openai[protocol]('Bench/call-calculator+call-calculator+tokens-5+nousage'),
        prompt: 'Count',
        stopWhen: stepCountIs(3),
        tools: { calculator: tool({ inputSchema: jsonSchema(calculator), execute: () => '4' }) },
      });
      assert.deepEqual(counted(await streamed.text), allTokens(5));
      const [first, last] = await streamed.steps;
      assert.equal(first.toolResults.length, 2);
      assert.ok(last.usage.totalTokens > last.usage.inputTokens && last.usage.inputTokens > 0);
    }
  },
);

world.test('the AI SDK gets an answer by a schema', async () => {
  const { options } = await connect();
  const openai = createOpenAI(options);
  const schema = jsonSchema({ ...calculator, additionalProperties: false });
  for (const protocol of ['chat', 'responses']) {
    const { output } = await generateText({
      model: openai[protocol]('Bench/echo'),
      prompt: '{"expression":"6 * 7"}',
      output: Output.object({ schema }),
    });
    assert.deepEqual(output, { expression: '6 * 7' });
    const { body } = (await world.provider.calls()).at(-1);
    assert.equal(body.response_format.json_schema.strict, true);
  }
});
