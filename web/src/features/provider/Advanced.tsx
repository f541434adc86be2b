import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ProviderOptions } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { textOf } from '@/session/useSubmit';
import { Field } from '@/ui/Field';
import { Input } from '@/ui/Input';

const limits = {
  requestsPerMinute: () => i18n.t('Requests a minute'),
  tokensPerMinute: () => i18n.t('Tokens a minute'),
  concurrent: () => i18n.t('At the same time'),
} as const;
const limitNames = Object.keys(limits) as (keyof typeof limits)[];

const waits = {
  connect: { label: () => i18n.t('A connection'), usual: 20 },
  firstToken: { label: () => i18n.t('The first word'), usual: 300 },
  idle: { label: () => i18n.t('The next word'), usual: 120 },
} as const;
const waitNames = Object.keys(waits) as (keyof typeof waits)[];

/** What hardly anyone has to set: bounds, patience, and the way to the provider. */
export function Advanced({ options }: { options: ProviderOptions }) {
  const isSet =
    [...limitNames.map((name) => options[name]), options.proxy].some(Boolean) ||
    waitNames.some((name) => options.timeouts?.[name]);
  return (
    <details
      open={isSet}
      // What cannot be sent is said beside its field.
      onInvalidCapture={({ currentTarget }) => {
        currentTarget.open = true;
      }}
      className="group"
    >
      <summary className="flex w-fit cursor-pointer list-none items-center gap-1 rounded-sm py-1 font-medium text-sm pointer-coarse:min-h-11">
        <ChevronRight
          size={16}
          className="transition-transform group-open:rotate-90 motion-reduce:transition-none"
          aria-hidden="true"
        />
        {i18n.t('Advanced')}
      </summary>
      <div className="mt-3 flex flex-col gap-5">
        <Numbers
          legend={i18n.t('Never ask more than')}
          help={i18n.t('What is above waits its turn; people take turns.')}
        >
          {limitNames.map((name) => (
            <NumberField
              key={name}
              name={name}
              label={limits[name]()}
              value={options[name]}
              placeholder={i18n.t('No limit')}
            />
          ))}
        </Numbers>
        <Numbers
          legend={i18n.t('Wait no longer than')}
          help={i18n.t('In seconds. Models on small machines may need minutes for the first word.')}
        >
          {waitNames.map((name) => (
            <NumberField
              key={name}
              name={name}
              label={waits[name].label()}
              value={options.timeouts?.[name]}
              placeholder={String(waits[name].usual)}
              max={86_400}
            />
          ))}
        </Numbers>
        <Field
          label={i18n.t('Proxy')}
          help={i18n.t(
            'An address without a password, or “direct” for none. Leave it empty for the server’s own.',
          )}
        >
          {(control) => (
            <Input
              {...control}
              name="proxy"
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              maxLength={300}
              defaultValue={options.proxy}
              placeholder="http://proxy.example.com:3128"
            />
          )}
        </Field>
      </div>
    </details>
  );
}

interface NumbersProps {
  legend: string;
  help: string;
  children: ReactNode;
}

function Numbers({ legend, help, children }: NumbersProps) {
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1.5 font-medium text-sm">{legend}</legend>
      <div className="grid gap-3 sm:grid-cols-3">{children}</div>
      <p className="text-ink-3 text-sm">{help}</p>
    </fieldset>
  );
}

interface NumberFieldProps {
  name: string;
  label: string;
  value: number | undefined;
  placeholder: string;
  max?: number;
}

function NumberField({ name, label, value, ...rest }: NumberFieldProps) {
  return (
    <Field label={label}>
      {(control) => (
        <Input
          {...control}
          {...rest}
          name={name}
          type="number"
          min={0}
          inputMode="numeric"
          defaultValue={value || ''}
        />
      )}
    </Field>
  );
}

/** What the fields hold, over what was set before. */
export function advancedOptions(form: FormData, before: ProviderOptions): ProviderOptions {
  const options: ProviderOptions = { ...before, timeouts: {} };
  for (const name of limitNames) options[name] = Number(textOf(form, name)) || 0;
  for (const name of waitNames) {
    options.timeouts = { ...options.timeouts, [name]: Number(textOf(form, name)) || 0 };
  }
  options.proxy = textOf(form, 'proxy').trim();
  return options;
}
