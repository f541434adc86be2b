import { X } from 'lucide-react';
import { type CSSProperties, type KeyboardEvent, useState } from 'react';
import { valueName } from '@/chat/parameterWords';
import type { Parameter } from '@/kit/api/types';
import { formatNumber } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import { cx } from '@/ui/cx';
import { Input } from '@/ui/Input';
import { inputClass } from '@/ui/looks';
import { Select } from '@/ui/Select';
import { Switch } from '@/ui/Switch';
import { type ControlProps, defaultText } from './ParameterField';

/** More steps than this are no use on a slider. */
const mostSteps = 200;

/** A number, with a slider where its range is one to slide over. */
export function NumberControl({ control, parameter, value, onValue, label }: ControlProps) {
  const { min, max, step = 1, type } = parameter;
  const { component, noField, half, aboveZero = 0 } = parameter.look ?? {};
  const bounded = min !== undefined && max !== undefined;
  const slides =
    bounded && (component === 'slider' || (!component && !half && (max - min) / step <= mostSteps));
  const alone = slides && (noField || half);
  const now = typeof value === 'number' ? value : undefined;
  const take = (text: string) => {
    const wanted = text === '' ? undefined : Number(text);
    if (wanted === undefined || Number.isNaN(wanted)) onValue(undefined);
    else {
      const least = wanted > 0 ? Math.max(aboveZero, min ?? -Infinity) : min;
      onValue(within(type === 'integer' ? Math.round(wanted) : wanted, least, max));
    }
  };
  const preset = typeof parameter.default === 'number' ? parameter.default : undefined;
  return (
    <div className="flex items-center gap-3">
      {slides && (
        <input
          type="range"
          {...(alone
            ? control
            : { 'aria-label': i18n.t('{label}, slider', { label }), disabled: control.disabled })}
          min={min}
          max={max}
          step={step}
          value={now ?? preset ?? (min + max) / 2}
          onChange={(event) => take(event.target.value)}
          style={{ '--at': `${shareOf(now, min, max)}%` } as CSSProperties}
          className={cx(
            'slider h-6 min-w-0 grow disabled:opacity-45 pointer-coarse:h-11',
            now === undefined && 'slider-unset',
          )}
        />
      )}
      {alone && (
        <output htmlFor={control.id} className="shrink-0 text-sm tabular-nums">
          {now === undefined ? formatDefault(parameter) : formatNumber(now)}
        </output>
      )}
      {!alone && (
        <span className={slides ? 'w-22 shrink-0' : 'grow'}>
          <Input
            {...control}
            type="number"
            inputMode={type === 'integer' ? 'numeric' : 'decimal'}
            min={min}
            max={max}
            step={step}
            value={now ?? ''}
            placeholder={slides ? formatDefault(parameter) : defaultText(parameter)}
            onChange={(event) => take(event.target.value)}
            className="tabular-nums"
          />
        </span>
      )}
    </div>
  );
}

/** How much of the track lies before the thumb, in per cent; nothing before what is not set. */
function shareOf(now: number | undefined, min: number, max: number): number {
  return now === undefined ? 0 : ((now - min) / (max - min)) * 100;
}

/** Short, for the narrow field beside a slider. */
function formatDefault({ default: preset, look }: Parameter): string {
  if (look?.placeholder) return look.placeholder;
  return typeof preset !== 'number' || look?.noDefault ? '–' : formatNumber(preset);
}

function within(value: number, min = -Infinity, max = Infinity): number {
  return Math.min(max, Math.max(min, value));
}

/** One of the values that the model takes. */
export function EnumControl({ control, parameter, value, onValue }: ControlProps) {
  const values = parameter.values ?? [];
  const now = typeof value === 'string' && values.includes(value) ? value : '';
  return (
    <Select
      {...control}
      value={now}
      onValue={(next) => onValue(next || undefined)}
      options={[
        { value: '', label: defaultText(parameter) },
        ...values.map((one) => ({ value: one, label: valueName(parameter, one) })),
      ]}
    />
  );
}

/** On, off, or as the provider has it. */
export function ToggleControl({ control, parameter, value, onValue }: ControlProps) {
  if (parameter.look?.component === 'switch' || parameter.look?.component === 'checkbox') {
    const { 'aria-invalid': _, onInvalid: __, ...rest } = control;
    const checked = (value ?? parameter.default) === true;
    return <Switch {...rest} checked={checked} onChecked={onValue} className="self-start" />;
  }
  return (
    <Select
      {...control}
      value={value === undefined ? '' : String(value)}
      onValue={(next) => onValue(next === '' ? undefined : next === 'true')}
      options={[
        { value: '', label: defaultText(parameter) },
        { value: 'true', label: i18n.t('On') },
        { value: 'false', label: i18n.t('Off') },
      ]}
    />
  );
}

/** Short texts, each added by Enter. */
export function ListControl({ control, parameter, value, onValue }: ControlProps) {
  const [text, setText] = useState('');
  const list = Array.isArray(value) ? value.map(String) : [];
  const full = list.length >= (parameter.max ?? Infinity);
  const { minText, maxText, minTags = 0 } = parameter.look ?? {};
  const few = list.length > 0 && list.length < minTags;
  const remove = (at: number) => {
    const rest = list.filter((_, place) => place !== at);
    onValue(rest.length > 0 ? rest : undefined);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (text.length < (minText ?? 0)) return;
    if (text && !list.includes(text)) onValue([...list, text]);
    setText('');
  };
  return (
    <>
      {list.length > 0 && (
        <ul className="flex flex-wrap gap-1.5">
          {list.map((one, at) => (
            <li
              key={one}
              className="flex h-7 items-center gap-1 rounded-sm border border-line bg-sunken pl-2 font-mono text-sm pointer-coarse:h-11"
            >
              {one}
              <button
                type="button"
                aria-label={i18n.t('Remove {text}', { text: one })}
                onClick={() => remove(at)}
                className="flex size-7 items-center justify-center text-ink-3 hover:text-ink pointer-coarse:size-11"
              >
                <X size={13} aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <Input
        {...control}
        disabled={control.disabled || full}
        value={text}
        maxLength={maxText}
        placeholder={
          full
            ? i18n.t('No more than that')
            : (parameter.look?.placeholder ?? i18n.t('Type and press Enter'))
        }
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {few && (
        <p role="alert" className="text-danger text-sm">
          {i18n.t('{count, plural, one {At least one} other {At least #}}', { count: minTags })}
        </p>
      )}
    </>
  );
}

/** Any JSON; what is not JSON is said so, and not taken. */
export function JsonControl({ control, value, onValue }: ControlProps) {
  const [text, setText] = useState(value === undefined ? '' : JSON.stringify(value, null, 2));
  const [wrong, setWrong] = useState(false);
  const take = () => {
    try {
      onValue(text.trim() ? JSON.parse(text) : undefined);
      setWrong(false);
    } catch {
      setWrong(true);
    }
  };
  return (
    <>
      <textarea
        {...control}
        aria-invalid={wrong || undefined}
        rows={3}
        spellCheck={false}
        value={text}
        placeholder="{ }"
        onChange={(event) => setText(event.target.value)}
        onBlur={take}
        className={cx(inputClass, 'field-sizing-content max-h-60 py-2 font-mono text-sm')}
      />
      {wrong && (
        <p role="alert" className="text-danger text-sm">
          {i18n.t('This is not JSON.')}
        </p>
      )}
    </>
  );
}
