import { RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import { valueName, wordsOf } from '@/chat/parameterWords';
import type { Parameter } from '@/kit/api/types';
import { formatNumber } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import { cx } from '@/ui/cx';
import { Field, type FieldControl } from '@/ui/Field';
import { IconButton } from '@/ui/IconButton';
import { EnumControl, JsonControl, ListControl, NumberControl, ToggleControl } from './controls';

interface ParameterFieldProps {
  parameter: Parameter;
  value: unknown;
  onValue: (value: unknown) => void;
}

/** A parameter: its control, what it does, and the way back; or why the model does not take it. */
export function ParameterField({ parameter, value, onValue }: ParameterFieldProps) {
  const { label, help } = wordsOf(parameter);
  const { refused, look } = parameter;
  const isSet = value !== undefined;
  return (
    <Field
      className={cx(look?.half ? 'col-span-1' : 'col-span-2')}
      label={
        <span className={cx(refused && 'text-ink-3', look?.noLabel && 'sr-only')}>{label}</span>
      }
      help={refused || help}
      aside={
        isSet && (
          <IconButton
            label={i18n.t('Back to the default: {label}', { label })}
            size="sm"
            className="-my-1.5"
            onClick={() => onValue(undefined)}
          >
            <RotateCcw size={14} />
          </IconButton>
        )
      }
    >
      {(control) => (
        <Control
          control={{ ...control, disabled: Boolean(refused) }}
          parameter={parameter}
          value={value}
          onValue={onValue}
          label={label}
        />
      )}
    </Field>
  );
}

export interface ControlProps extends ParameterFieldProps {
  control: FieldControl & { disabled: boolean };
  label: string;
}

function Control(props: ControlProps): ReactNode {
  switch (props.parameter.type) {
    case 'number':
    case 'integer':
      return <NumberControl {...props} />;
    case 'enum':
      return <EnumControl {...props} />;
    case 'boolean':
      return <ToggleControl {...props} />;
    case 'list':
      return <ListControl {...props} />;
    case 'json':
      return <JsonControl {...props} />;
  }
}

/** What stands where nothing is set. */
export function defaultText(parameter: Parameter): string {
  const { default: preset, look } = parameter;
  if (look?.placeholder) return look.placeholder;
  if (look?.noDefault || preset === undefined || preset === null) return i18n.t('Default');
  return i18n.t('Default: {text}', { text: valueText(parameter, preset) });
}

function valueText(parameter: Parameter, value: unknown): string {
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'boolean') return value ? i18n.t('On') : i18n.t('Off');
  return valueName(parameter, String(value));
}
