import { useId } from 'react';
import type { Params } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { Button } from '@/ui/Button';
import { Field } from '@/ui/Field';
import { Input } from '@/ui/Input';
import { wordsOf } from './parameterWords';

interface ParamFieldsProps {
  params: Params;
  onParams: (params: Params) => void;
}

/** The parameters that are set most, of a preset or a curated model. Others that it carries stay as they are. */
export function ParamFields({ params, onParams }: ParamFieldsProps) {
  const set = (fields: Params) => onParams(without({ ...params, ...fields }));
  const levels = useId();
  const others = Object.keys(params).filter((name) => !shown.includes(name));
  return (
    <fieldset className="grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-4">
      <legend className="mb-2 font-medium text-sm">{i18n.t('Parameters')}</legend>
      <NumberField
        label={i18n.t('Temperature')}
        value={params.temperature}
        most={2}
        step={0.1}
        onValue={(temperature) => set({ temperature })}
      />
      <NumberField
        label={i18n.t('Top P')}
        value={params.topP}
        most={1}
        step={0.05}
        onValue={(topP) => set({ topP })}
      />
      <NumberField
        label={i18n.t('Longest answer')}
        value={params.maxTokens}
        least={1}
        step={1}
        placeholder={i18n.t('tokens')}
        onValue={(maxTokens) => set({ maxTokens })}
      />
      <Field label={i18n.t('Reasoning')}>
        {(control) => (
          <>
            <Input
              {...control}
              list={levels}
              maxLength={20}
              autoComplete="off"
              placeholder={i18n.t('Default')}
              value={params.effort ?? ''}
              onChange={(event) => set({ effort: event.target.value || undefined })}
            />
            <datalist id={levels}>
              {['minimal', 'low', 'medium', 'high'].map((level) => (
                <option key={level} value={level} />
              ))}
            </datalist>
          </>
        )}
      </Field>
      {others.length > 0 && (
        <p className="col-span-full flex items-center gap-2 text-ink-2 text-sm">
          {i18n.t('Also set: {names}', {
            names: others.map((name) => wordsOf({ name }).label).join(', '),
          })}
          <Button size="sm" variant="ghost" onClick={() => onParams(only(params))}>
            {i18n.t('Clear')}
          </Button>
        </p>
      )}
    </fieldset>
  );
}

/** Those that have a field of their own. */
const shown = ['temperature', 'topP', 'maxTokens', 'effort'];

function only(params: Params): Params {
  return Object.fromEntries(Object.entries(params).filter(([name]) => shown.includes(name)));
}

interface NumberFieldProps {
  label: string;
  value: number | undefined;
  least?: number;
  most?: number;
  step: number;
  placeholder?: string;
  onValue: (value: number | undefined) => void;
}

function NumberField(props: NumberFieldProps) {
  const { label, value, least = 0, most, step, placeholder, onValue } = props;
  return (
    <Field label={label}>
      {(control) => (
        <Input
          {...control}
          type="number"
          inputMode="decimal"
          min={least}
          max={most}
          step={step === 1 ? 1 : 'any'}
          placeholder={placeholder ?? i18n.t('Default')}
          defaultValue={value ?? ''}
          onChange={({ target }) => {
            if (target.validity.badInput) return;
            onValue(target.value === '' ? undefined : target.valueAsNumber);
          }}
        />
      )}
    </Field>
  );
}

/** Without what is not set. */
function without(params: Params): Params {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
}
