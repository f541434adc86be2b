import { Search } from 'lucide-react';
import { useState } from 'react';
import { runsHere } from '@/chat/runsHere';
import type { Model, ModelProvider } from '@/kit/api/types';
import { formatCompact, formatCost } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import { cx } from '@/ui/cx';
import { inputClass } from '@/ui/looks';

interface ModelListProps {
  providers: readonly ModelProvider[];
  chosen: string;
  onChoose: (model: string) => void;
}

/** All models under their providers, as radio buttons, with a search above when there are many. */
export function ModelList({ providers, chosen, onChoose }: ModelListProps) {
  const [text, setText] = useState('');
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (model: Model, provider: ModelProvider) => {
    const all = `${model.label} ${model.name} ${provider.label}`.toLowerCase();
    return words.every((word) => all.includes(word));
  };
  const shown = providers
    .map((provider) => ({ provider, models: provider.models.filter((m) => matches(m, provider)) }))
    .filter(({ models }) => models.length > 0);
  const priced = providers.some(({ models }) =>
    models.some(({ prices, local }) => prices && !local),
  );
  const many = providers.reduce((sum, { models }) => sum + models.length, 0) > 6;
  return (
    <div className="flex flex-col gap-3">
      {many && (
        <div className="relative">
          <Search
            size={16}
            className="-translate-y-1/2 pointer-events-none absolute top-1/2 left-3 text-ink-3"
          />
          <input
            type="search"
            autoComplete="off"
            autoFocus
            aria-label={i18n.t('Find a model')}
            placeholder={i18n.t('Find a model')}
            value={text}
            onChange={(event) => setText(event.target.value)}
            className={cx(inputClass, 'h-11 pl-9')}
          />
        </div>
      )}
      <div className="-mx-1 max-h-[44vh] overflow-y-auto px-1">
        {shown.map(({ provider, models }) => (
          <fieldset key={provider.name} className="mb-4 min-w-0">
            <legend className="mb-1.5 font-medium text-ink-3 text-xs">{provider.label}</legend>
            <div className="overflow-hidden rounded-md border border-line bg-surface">
              {models.map((model) => (
                <Row
                  key={model.id}
                  model={model}
                  checked={model.id === chosen}
                  onChoose={() => onChoose(model.id)}
                />
              ))}
            </div>
          </fieldset>
        ))}
        {priced && shown.length > 0 && (
          <p className="pb-1 text-ink-3 text-xs">
            {i18n.t('Prices in US dollars per million tokens')}
          </p>
        )}
        {shown.length === 0 && (
          <p className="py-8 text-center text-ink-2">
            {i18n.t('No model is called “{text}”.', { text })}
          </p>
        )}
      </div>
    </div>
  );
}

interface RowProps {
  model: Model;
  checked: boolean;
  onChoose: () => void;
}

function Row({ model, checked, onChoose }: RowProps) {
  return (
    <label className="flex min-h-11 cursor-pointer items-center gap-3 border-line border-b px-3.5 py-2 transition-colors last:border-0 hover:bg-hover has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:-outline-offset-2">
      <input
        type="radio"
        name="model"
        checked={checked}
        onChange={onChoose}
        className="size-4 shrink-0 accent-accent outline-none"
      />
      <span className="flex min-w-0 grow items-baseline justify-between gap-x-3 max-sm:flex-col">
        <span className="max-w-full truncate font-medium">{model.label || model.name}</span>
        <span className="shrink-0 text-ink-2 text-sm tabular-nums">{factsOf(model)}</span>
      </span>
    </label>
  );
}

/** "200K context · $3 in, $15 out" */
function factsOf(model: Model): string {
  const facts: string[] = [];
  if (model.context) {
    facts.push(i18n.t('{tokens} context', { tokens: formatCompact(model.context) }));
  }
  if (runsHere(model)) facts.push(i18n.t('local'));
  else if (model.prices) {
    facts.push(
      i18n.t('{input} in, {output} out', {
        input: formatCost(model.prices.input),
        output: formatCost(model.prices.output),
      }),
    );
  }
  return facts.join(' · ');
}
