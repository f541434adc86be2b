import { ShieldQuestion } from 'lucide-react';
import { useId, useState } from 'react';
import type { Decision, ToolCall } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { Button } from '@/ui/Button';
import { useChatActions } from '../actions';
import { toolHelp, toolLabel, useTools } from '../tools';
import { pretty, Raw } from './Activity';

interface ApprovalCardProps {
  turn: string;
  call: ToolCall;
}

/** Asks whether a tool may run: what it is, with what input, and for how long the answer holds. */
export function ApprovalCard({ turn, call }: ApprovalCardProps) {
  const actions = useChatActions();
  const tools = useTools();
  const [sent, setSent] = useState<Decision | null>(null);
  const [failed, setFailed] = useState('');
  const titleId = useId();
  const label = toolLabel(tools, call);
  const description = toolHelp(tools, call.name);
  const reason = tools.find(({ name }) => name === call.name)?.reason;
  const decide = (decision: Decision) => () => {
    setSent(decision);
    setFailed('');
    actions.approve(turn, call.id, decision).catch((error: unknown) => {
      setSent(null);
      setFailed(errorText(error).title);
    });
  };
  const busy = (decision: Decision) => ({
    size: 'sm' as const,
    busy: sent === decision,
    disabled: sent !== null && sent !== decision,
    onClick: decide(decision),
  });
  return (
    <section
      aria-labelledby={titleId}
      className="flex flex-col gap-3 rounded-md border border-line-strong/70 bg-surface px-4 py-3.5 text-base"
    >
      <div className="flex gap-3">
        <ShieldQuestion size={18} className="mt-px shrink-0 text-warn" aria-hidden="true" />
        <div className="min-w-0">
          <h3 id={titleId} className="font-medium">
            {i18n.t('Allow “{label}”?', { label })}
          </h3>
          {reason && (
            <p dir="auto" className="mt-0.5 text-pretty">
              {reason}
            </p>
          )}
          {description && <p className="mt-0.5 text-ink-2 text-sm">{description}</p>}
        </div>
      </div>
      {call.arguments.trim() && <Raw label={i18n.t('Input')} text={pretty(call.arguments)} />}
      {failed && (
        <p role="alert" className="text-danger text-sm">
          {failed}
        </p>
      )}
      <div className="flex gap-2 max-sm:grid max-sm:grid-cols-2">
        <Button variant="primary" {...busy('once')}>
          {i18n.t('Allow once')}
        </Button>
        <Button {...busy('always')}>{i18n.t('Always allow')}</Button>
        <span className="grow max-sm:hidden" />
        <Button variant="ghost" {...busy('deny')}>
          {i18n.t('Not this time')}
        </Button>
        <Button variant="ghost" {...busy('never')}>
          {i18n.t('Never')}
        </Button>
      </div>
    </section>
  );
}
