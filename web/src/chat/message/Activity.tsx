import { Ban, Brain, Check, ChevronRight, CircleAlert, Hourglass, Wrench } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import type { CallStatus, ToolCall, ToolResult } from '@/kit/api/types';
import { formatNumber } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import { Markdown } from '@/kit/markdown/Markdown';
import { cx } from '@/ui/cx';
import { toolLabel, useTools } from '../tools';
import type { Step } from './segments';

interface ActivityProps {
  steps: readonly Step[];
  /** It is what the answer is at right now. */
  live: boolean;
}

/** What the model did on the way, in one line that opens. */
export function Activity({ steps, live }: ActivityProps) {
  const [open, setOpen] = useState(false);
  const tools = useTools();
  const id = useId();
  return (
    <div className="text-base">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        className="group -ml-2 flex max-w-full items-center gap-2 rounded-sm px-2 py-1 text-left text-ink-2 transition-colors hover:bg-hover hover:text-ink pointer-coarse:min-h-11"
      >
        <Sign steps={steps} live={live} />
        <span className="truncate">{live ? now(steps, tools) : summary(steps, tools)}</span>
        <ChevronRight
          size={14}
          aria-hidden="true"
          className={cx('shrink-0 text-ink-3 transition-transform', open && 'rotate-90')}
        />
      </button>
      <div id={id} hidden={!open}>
        {open && (
          <ol className="mt-2 mb-2 flex flex-col gap-3 border-line border-l pl-4">
            {steps.map((step, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: steps only ever follow one another
              <li key={at}>
                {step.kind === 'reasoning' ? (
                  <Thought text={step.text} streaming={live && at === steps.length - 1} />
                ) : (
                  <Call call={step.call} result={step.result} label={toolLabel(tools, step.call)} />
                )}
              </li>
            ))}
          </ol>
        )}
      </div>
    </div>
  );
}

function Sign({ steps, live }: ActivityProps) {
  const last = steps.at(-1);
  if (!live) return <span className="h-4 w-0.5 shrink-0 rounded-full bg-line-strong/50" />;
  const waits = last?.kind === 'call' && last.call.status === 'waiting';
  return waits ? (
    <Hourglass size={15} className="shrink-0 text-warn" aria-hidden="true" />
  ) : (
    <Ring />
  );
}

/** The one thing that turns: a run. */
export function Ring() {
  return (
    <span
      aria-hidden="true"
      className="size-3.5 shrink-0 animate-ring rounded-full border-[1.5px] border-line border-t-accent"
    />
  );
}

type Tools = Parameters<typeof toolLabel>[0];

function now(steps: readonly Step[], tools: Tools): string {
  const last = steps.at(-1);
  if (last?.kind !== 'call') return i18n.t('Thinking');
  const tool = toolLabel(tools, last.call);
  if (last.call.status === 'waiting') return i18n.t('Waits for your permission: {tool}', { tool });
  if (last.result) return i18n.t('Thinking');
  return i18n.t('Using {tool}', { tool });
}

function summary(steps: readonly Step[], tools: Tools): string {
  const used = new Map<string, number>();
  let thought = false;
  let failed = 0;
  let denied = 0;
  let millis = 0;
  for (const step of steps) {
    if (step.kind === 'reasoning') {
      thought = true;
      continue;
    }
    const label = toolLabel(tools, step.call);
    used.set(label, (used.get(label) ?? 0) + 1);
    if (step.call.status === 'failed') failed++;
    if (step.call.status === 'denied') denied++;
    millis += step.result?.millis ?? 0;
  }
  const pieces: string[] = [];
  if (thought) pieces.push(i18n.t('Thought about it'));
  for (const [tool, count] of used) {
    pieces.push(count > 1 ? i18n.t('{tool} {count}×', { tool, count }) : tool);
  }
  if (failed > 0) pieces.push(i18n.t('{failed} failed', { failed }));
  if (denied > 0) pieces.push(i18n.t('{denied} not allowed', { denied }));
  if (millis >= 1000) pieces.push(seconds(millis));
  return pieces.join(' · ');
}

function seconds(millis: number): string {
  return i18n.t('{seconds} s', { seconds: formatNumber(Math.round(millis / 100) / 10) });
}

function Thought({ text, streaming }: { text: string; streaming: boolean }) {
  return (
    <div>
      <StepHead icon={<Brain size={15} />} title={i18n.t('Thought')} />
      <div className="mt-1 text-ink-2 text-sm [--thread-size:13px]">
        <Markdown text={text} streaming={streaming} />
      </div>
    </div>
  );
}

function Call({ call, result, label }: { call: ToolCall; result?: ToolResult; label: string }) {
  const took = result?.millis && result.millis >= 100 ? seconds(result.millis) : '';
  return (
    <div className="flex flex-col gap-1.5">
      <StepHead
        icon={callIcon(call.status)}
        title={label}
        aside={[call.remote ? i18n.t('at the provider') : '', callState(call.status), took]}
      />
      {hasInput(call.arguments) && <Raw label={i18n.t('Input')} text={pretty(call.arguments)} />}
      {result && (result.isError || result.content.trim()) && (
        <Raw
          label={result.isError ? i18n.t('Error') : i18n.t('Result')}
          text={result.content}
          bad={result.isError}
        />
      )}
    </div>
  );
}

interface StepHeadProps {
  icon: ReactNode;
  title: string;
  aside?: string[];
}

function StepHead({ icon, title, aside = [] }: StepHeadProps) {
  return (
    <p className="flex items-center gap-2">
      <span className="shrink-0 text-ink-3" aria-hidden="true">
        {icon}
      </span>
      <span className="font-medium">{title}</span>
      <span className="text-ink-3 text-sm">{aside.filter(Boolean).join(' · ')}</span>
    </p>
  );
}

function callIcon(status: CallStatus | undefined): ReactNode {
  switch (status) {
    case 'done':
      return <Check size={15} className="text-ok" />;
    case 'failed':
      return <CircleAlert size={15} className="text-danger" />;
    case 'denied':
      return <Ban size={15} />;
    case 'waiting':
      return <Hourglass size={15} className="text-warn" />;
    default:
      return <Wrench size={15} />;
  }
}

function callState(status: CallStatus | undefined): string {
  switch (status) {
    case 'failed':
      return i18n.t('failed');
    case 'denied':
      return i18n.t('not allowed');
    case 'waiting':
      return i18n.t('waits for you');
    case 'running':
      return i18n.t('running');
    default:
      return '';
  }
}

/** JSON or text as it is, in a box that scrolls. */
export function Raw({ label, text, bad }: { label: string; text: string; bad?: boolean }) {
  return (
    <figure className="m-0">
      <figcaption className={cx('mb-0.5 text-xs', bad ? 'text-danger' : 'text-ink-3')}>
        {label}
      </figcaption>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
        tabIndex={0}
        className="max-h-60 overflow-auto whitespace-pre-wrap break-words rounded-sm bg-sunken px-3 py-2 font-mono text-xs leading-5"
      >
        {text}
      </pre>
    </figure>
  );
}

/** A tool may be called with nothing, which providers write as an empty object. */
function hasInput(text: string): boolean {
  return !/^\s*(?:\{\s*\})?\s*$/.test(text);
}

/** JSON set out in lines, a flat object without its marks; what is not JSON stays as it is. */
export function pretty(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    const fields = value && typeof value === 'object' ? Object.entries(value) : [];
    if (fields.length > 0 && !Array.isArray(value) && fields.every(([, one]) => isPlain(one))) {
      return fields
        .flatMap(([name, one]) => [one].flat().map((value) => `${name}: ${String(value)}`))
        .join('\n');
    }
    return JSON.stringify(value, null, 2);
  } catch {
    return text;
  }
}

/** A value of one line, or a list of such. */
function isPlain(value: unknown): boolean {
  const values = [value].flat();
  return values.length > 0 && values.every((one) => one === null || typeof one !== 'object');
}
