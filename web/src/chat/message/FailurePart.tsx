import { TriangleAlert } from 'lucide-react';
import type { Failure, Message } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { Button } from '@/ui/Button';
import { useChatActions } from '../actions';
import { type KnownModel, modelLabel, providerLabel, useModels } from '../models';
import { useSlots } from '../slots';
import { canPass, failureText } from './failures';
import type { PartProps } from './parts';

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
  const actions = useChatActions();
  const { ModelPicker } = useSlots();
  const models = useModels();
  if (!failure) return null;
  const { title, advice } = failureText(failure);
  return (
    <div
      role="alert"
      className="flex gap-3 rounded-md border border-danger/35 bg-danger-soft px-3.5 py-3 text-base text-ink"
    >
      <TriangleAlert size={18} className="mt-px shrink-0 text-danger" aria-hidden="true" />
      <div className="flex min-w-0 flex-col gap-1.5">
        <p className="font-medium">{title}</p>
        {advice && <p className="text-ink-2">{advice}</p>}
        {failure.detail && (
          <details className="text-ink-2 text-sm">
            <summary className="w-fit rounded-sm py-0.5">
              {i18n.t('What the provider said')}
            </summary>
            <p className="mt-1 whitespace-pre-wrap break-words font-mono text-xs">
              {failure.detail}
            </p>
          </details>
        )}
        <div className="mt-1 flex flex-wrap gap-2">
          {canPass(failure) && (
            <Button size="sm" onClick={() => actions.regenerate(message.id)}>
              {i18n.t('Try again')}
            </Button>
          )}
          {(failure.alternatives ?? []).map((model) => (
            <Button key={model} size="sm" onClick={() => actions.regenerate(message.id, model)}>
              {i18n.t('Try with {model}', { model: nameBeside(models, model, failure, message) })}
            </Button>
          ))}
          <ModelPicker
            value={message.model ?? ''}
            onPick={(model) => actions.regenerate(message.id, model)}
          >
            {(trigger) => (
              <Button size="sm" variant={canPass(failure) ? 'ghost' : undefined} {...trigger}>
                {i18n.t('Try with…')}
              </Button>
            )}
          </ModelPicker>
        </div>
      </div>
    </div>
  );
}
