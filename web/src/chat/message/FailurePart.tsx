import { TriangleAlert } from 'lucide-react';
import type { Failure, Message } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { Link } from '@/kit/route';
import { useSession } from '@/session/useSession';
import { Button } from '@/ui/Button';
import { cx } from '@/ui/cx';
import { buttonClass } from '@/ui/looks';
import { useChatActions } from '../actions';
import { type KnownModel, modelLabel, providerLabel, useModels } from '../models';
import { useSlots } from '../slots';
import { canPass, type FailureText, failureText, isQuoted } from './failures';
import type { PartProps } from './parts';
import { useWait } from './useWait';

/** A model's name, with its provider's where another one here has that name too. */
function nameBeside(
  models: ReadonlyMap<string, KnownModel> | null,
  id: string,
  failure: Failure,
  message: Message,
): string {
  const label = modelLabel(models, id);
  const others = [message.model ?? '', ...(failure.alternatives ?? [])];
  const shared = others.some((other) => other !== id && modelLabel(models, other) === label);
  return shared ? `${label} (${providerLabel(models, id)})` : label;
}

/** Why an answer failed, the provider's own words, and the ways on. The question stays. */
export function FailurePart({ part: { failure }, message }: PartProps) {
  const isAdmin = useSession().user?.role === 'admin';
  const left = useWait(failure ?? {}, message);
  if (!failure) return null;
  const { title, advice, step } = failureText(failure, isAdmin, left);
  return (
    <div
      role="alert"
      className="flex gap-3 rounded-md border border-danger/35 bg-danger-soft px-3.5 py-3 text-base text-ink"
    >
      <TriangleAlert size={18} className="mt-px shrink-0 text-danger" aria-hidden="true" />
      <div className="flex min-w-0 flex-col gap-1.5">
        <p className="font-medium">{title}</p>
        {advice && (
          // Told with the rest, then only when the wait is over.
          <p aria-live={left ? 'off' : 'polite'} className="text-ink-2 tabular-nums">
            {advice}
          </p>
        )}
        {failure.detail && (
          <details className="text-ink-2 text-sm">
            <summary className="w-fit rounded-sm py-0.5 pointer-coarse:py-2.5">
              {isQuoted(failure) ? i18n.t('What the provider said') : i18n.t('Details')}
            </summary>
            <p className="mt-1 whitespace-pre-wrap break-words font-mono text-xs">
              {failure.detail}
            </p>
          </details>
        )}
        <Ways failure={failure} message={message} step={step} waits={Boolean(left)} />
      </div>
    </div>
  );
}

interface WaysProps {
  failure: Failure;
  message: Message;
  step: FailureText['step'];
  /** It is too early for the same model. */
  waits: boolean;
}

const settingsOf: Partial<Record<WaysProps['step'], string>> = {
  own_key: '/settings/provider-keys',
  provider: '/settings/providers',
};

/** What can be done now. The likeliest stands first and stands out; a phone has no more models. */
function Ways({ failure, message, step, waits }: WaysProps) {
  const actions = useChatActions();
  const { ModelPicker } = useSlots();
  const models = useModels();
  const { alternatives = [] } = failure;
  const question = message.parent;
  const settings = settingsOf[step];
  const leads = settings || (step === 'edit' && question) || (step === 'again' && canPass(failure));
  // While it is too early for the same model, another one stands out.
  const stands = leads && !(waits && step === 'again');
  const again = canPass(failure) && (
    <Button
      size="sm"
      variant={step === 'again' && !waits ? 'secondary' : 'ghost'}
      onClick={() => actions.regenerate(message.id)}
    >
      {i18n.t('Try again')}
    </Button>
  );
  return (
    <div className="mt-1 flex flex-wrap gap-2">
      {settings && (
        <Link to={settings} className={buttonClass('secondary', 'sm')}>
          {step === 'own_key' ? i18n.t('Enter your key') : i18n.t('Check the provider')}
        </Link>
      )}
      {step === 'edit' && question && (
        <Button size="sm" onClick={() => actions.edit(question, true)}>
          {i18n.t('Edit the question')}
        </Button>
      )}
      {step === 'again' && again}
      {alternatives.map((model, at) => (
        <Button
          key={model}
          size="sm"
          variant={at > 0 || stands ? 'ghost' : 'secondary'}
          className={cx('max-w-full', (at > 0 || leads) && 'max-sm:hidden')}
          onClick={() => actions.regenerate(message.id, model)}
        >
          <span className="truncate">
            {i18n.t('Try with {model}', { model: nameBeside(models, model, failure, message) })}
          </span>
        </Button>
      ))}
      {step !== 'again' && again}
      <ModelPicker
        value={message.model ?? ''}
        onPick={(model) => actions.regenerate(message.id, model)}
      >
        {(trigger) => (
          <Button
            size="sm"
            variant={stands || alternatives.length > 0 ? 'ghost' : 'secondary'}
            {...trigger}
          >
            {i18n.t('Try with…')}
          </Button>
        )}
      </ModelPicker>
    </div>
  );
}
