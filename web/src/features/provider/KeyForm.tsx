import { CircleAlert, CircleCheck, KeyRound } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import type { ProviderKind } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { Button } from '@/ui/Button';
import { cx } from '@/ui/cx';
import { Field } from '@/ui/Field';
import { inputClass } from '@/ui/looks';
import { Select } from '@/ui/Select';
import { keyedKinds, kindName } from './kinds';
import type { Wanted } from './useConnect';
import { type KeyState, useKey } from './useKey';

interface FormProps {
  onConnect: (wanted: Wanted, force: boolean) => void;
  busy: (wanted: Wanted) => boolean;
}

/** Paste a key: whose it is shows at once, and whether it works a moment later. */
export function KeyForm({ onConnect, busy }: FormProps) {
  const [typed, setTyped] = useState('');
  const key = typed.trim();
  const [state, again] = useKey(key);
  const [chosen, setChosen] = useState<ProviderKind>('openai');
  const kind = 'found' in state ? state.found.kind : chosen;
  const wanted: Wanted = { name: kind, kind, key };
  const known = 'found' in state || state.step === 'unknown';
  const refused = state.step === 'tried' && !state.test.ok;

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (refused) again();
    else if (key && known) onConnect(wanted, false);
  };

  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-3">
      <Field
        label={i18n.t('API key')}
        help={i18n.t('Stored encrypted on this server; it is never shown again.')}
      >
        {(control) => (
          <div className="relative">
            <KeyRound
              size={16}
              aria-hidden="true"
              className="-translate-y-1/2 pointer-events-none absolute top-1/2 left-3 text-ink-3"
            />
            <input
              {...control}
              type="text"
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              data-1p-ignore
              autoFocus
              placeholder={i18n.t('Paste a key from OpenAI, Anthropic, Groq, …')}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              className={cx(inputClass, 'h-11 truncate pl-9 font-mono text-sm')}
            />
          </div>
        )}
      </Field>
      <Found state={state} />
      {state.step === 'unknown' && (
        <Field label={i18n.t('Whose key is it?')}>
          {(control) => (
            <Select
              {...control}
              value={chosen}
              onValue={setChosen}
              options={keyedKinds.map((value) => ({ value, label: kindName(value) }))}
            />
          )}
        </Field>
      )}
      {key && known && !refused && (
        <Button
          type="submit"
          variant="primary"
          size="lg"
          busy={busy(wanted)}
          className="self-start max-sm:w-full"
        >
          {busy(wanted)
            ? i18n.t('Connecting…')
            : i18n.t('Connect {provider}', { provider: kindName(kind) })}
        </Button>
      )}
      {refused && (
        <div className="flex flex-wrap gap-2">
          <Button type="submit">{i18n.t('Try again')}</Button>
          <Button variant="ghost" busy={busy(wanted)} onClick={() => onConnect(wanted, true)}>
            {i18n.t('Save it anyway')}
          </Button>
        </div>
      )}
    </form>
  );
}

/** What is known of the key, announced as it becomes known. */
function Found({ state }: { state: KeyState }) {
  const id = useId();
  return (
    <div id={id} role="status" className="empty:hidden">
      <FoundText state={state} />
    </div>
  );
}

function FoundText({ state }: { state: KeyState }) {
  const line = 'flex items-start gap-2 rounded-md px-3 py-2.5';
  if (state.step === 'empty' || state.step === 'looking') return null;
  if (state.step === 'failed') {
    return <p className="text-danger">{errorText(state.error).title}</p>;
  }
  if (state.step === 'unknown') {
    return <p className="text-ink-2">{i18n.t('This key’s form tells nothing of its provider.')}</p>;
  }
  const provider = kindName(state.found.kind);
  if (state.step === 'trying') {
    return (
      <p className={cx(line, 'animate-shimmer bg-sunken')}>
        {i18n.t('A key of {provider}. Trying it …', { provider })}
      </p>
    );
  }
  if (state.test.ok) {
    return (
      <p className={cx(line, 'bg-ok-soft')}>
        <CircleCheck size={18} className="mt-px shrink-0 text-ok" aria-hidden="true" />
        {i18n.t(
          '{count, plural, one {{provider} answers, with # model.} other {{provider} answers, with # models.}}',
          { provider, count: state.test.models.length },
        )}
      </p>
    );
  }
  return (
    <div className={cx(line, 'bg-danger-soft')}>
      <CircleAlert size={18} className="mt-px shrink-0 text-danger" aria-hidden="true" />
      <div className="min-w-0">
        <p className="font-medium">
          {state.test.error?.code === 'provider_auth'
            ? i18n.t('A key of {provider}, but it does not work.', { provider })
            : i18n.t('A key of {provider}, which could not be tried.', { provider })}
        </p>
        <p className="text-ink-2 text-sm">{state.test.error?.message}</p>
        {state.test.error?.detail && (
          <p className="mt-1 break-words font-mono text-ink-3 text-xs">{state.test.error.detail}</p>
        )}
      </div>
    </div>
  );
}
