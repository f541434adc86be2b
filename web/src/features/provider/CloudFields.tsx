import type { ProviderOptions } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { textOf } from '@/session/useSubmit';
import { cx } from '@/ui/cx';
import { Field } from '@/ui/Field';
import { Input } from '@/ui/Input';
import { inputClass } from '@/ui/looks';
import type { CloudKind } from './kinds';

interface CloudFieldsProps {
  kind: CloudKind;
  options?: ProviderOptions;
}

/** What a provider in a cloud has to be told beside its key. */
export function CloudFields({ kind, options = {} }: CloudFieldsProps) {
  if (kind === 'azure') {
    return (
      <Field
        label={i18n.t('API version')}
        help={i18n.t('A date such as 2024-10-21. Leave it empty for the API without one.')}
      >
        {(control) => (
          <Input
            {...control}
            name="version"
            autoComplete="off"
            defaultValue={options.version}
            placeholder="v1"
          />
        )}
      </Field>
    );
  }
  return (
    <>
      <Field label={kind === 'bedrock' ? i18n.t('Region') : i18n.t('Location')}>
        {(control) => (
          <Input
            {...control}
            name="region"
            autoComplete="off"
            required={kind === 'bedrock'}
            defaultValue={options.region}
            placeholder={kind === 'bedrock' ? 'eu-central-1' : 'global'}
          />
        )}
      </Field>
      {kind === 'vertex' && (
        <Field
          label={i18n.t('Project')}
          help={i18n.t('Leave it empty to take the project of the service account.')}
        >
          {(control) => (
            <Input {...control} name="project" autoComplete="off" defaultValue={options.project} />
          )}
        </Field>
      )}
    </>
  );
}

/** What the fields hold, over what was set before. */
export function cloudOptions(form: FormData, before: ProviderOptions = {}): ProviderOptions {
  const options = { ...before };
  for (const name of ['region', 'project', 'version'] as const) {
    if (form.has(name)) options[name] = textOf(form, name).trim();
  }
  return options;
}

interface NamesFieldProps {
  label: string;
  help: string;
  name: string;
  names?: readonly string[];
  required?: boolean;
  placeholder?: string;
}

/** Names, one on each line. */
export function NamesField({ label, help, name, names = [], ...rest }: NamesFieldProps) {
  return (
    <Field label={label} help={help}>
      {(control) => (
        <textarea
          {...control}
          {...rest}
          name={name}
          rows={Math.min(Math.max(names.length, 2), 6)}
          autoCapitalize="off"
          autoComplete="off"
          spellCheck={false}
          defaultValue={names.join('\n')}
          className={cx(inputClass, 'h-auto resize-y py-2 font-mono text-sm')}
        />
      )}
    </Field>
  );
}
