import { api } from '@/kit/api';
import type { Provider, ProviderChange } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { textOf, useSubmit } from '@/session/useSubmit';
import { Field } from '@/ui/Field';
import { FormDialog } from '@/ui/FormDialog';
import { Input } from '@/ui/Input';
import { PasswordInput } from '@/ui/PasswordInput';
import { CloudFields, cloudOptions, NamesField } from './CloudFields';
import { isCloud, namesIn } from './kinds';
import { Refused } from './Refused';

interface EditProviderDialogProps {
  provider: Provider;
  onClose: () => void;
  onChanged: () => void;
}

/** Changes a provider that was added here: a new key, other models, what holds when it fails. */
export function EditProviderDialog({ provider, onClose, onChanged }: EditProviderDialogProps) {
  const { kind, options } = provider;
  const submit = useSubmit(async (form) => {
    const force = form.has('force') ? { query: { force: true } } : undefined;
    const path = `/api/providers/${encodeURIComponent(provider.name)}`;
    await api.patch<Provider>(path, changeOf(form, provider), force);
    onChanged();
    onClose();
  });
  return (
    <FormDialog
      {...submit}
      refusal={(error) => <Refused error={error} force />}
      onClose={onClose}
      title={i18n.t('Change {provider}', { provider: provider.label })}
      action={i18n.t('Save')}
    >
      {provider.baseUrl && (
        <Field label={i18n.t('Address')}>
          {(control) => (
            <Input
              {...control}
              name="address"
              type="url"
              required
              autoComplete="off"
              defaultValue={provider.baseUrl}
            />
          )}
        </Field>
      )}
      <Field
        label={i18n.t('New key')}
        help={
          provider.keySet
            ? i18n.t('Leave it empty to keep the one that is stored. It is not shown.')
            : undefined
        }
      >
        {(control) => <PasswordInput {...control} name="key" autoComplete="off" />}
      </Field>
      {isCloud(kind) && <CloudFields kind={kind} options={options} />}
      <NamesField
        label={kind === 'azure' ? i18n.t('Deployments') : i18n.t('Only these models')}
        help={i18n.t('One on each line. Leave it empty for all that the provider lists.')}
        name="models"
        names={provider.named}
        required={kind === 'azure'}
      />
      <NamesField
        label={i18n.t('When it cannot answer, ask')}
        help={i18n.t('Other models as provider/model, tried in this order. The answer says so.')}
        name="fallback"
        names={options.fallback}
        placeholder="openai/gpt-5-mini"
      />
      <Limits options={options} />
    </FormDialog>
  );
}

const limits = {
  requestsPerMinute: () => i18n.t('Requests a minute'),
  tokensPerMinute: () => i18n.t('Tokens a minute'),
  concurrent: () => i18n.t('At the same time'),
} as const;
type Limit = keyof typeof limits;
const limitNames = Object.keys(limits) as Limit[];

function Limits({ options }: { options: Provider['options'] }) {
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1.5 font-medium text-sm">{i18n.t('Never ask more than')}</legend>
      <div className="grid gap-3 sm:grid-cols-3">
        {limitNames.map((name) => (
          <Field key={name} label={limits[name]()}>
            {(control) => (
              <Input
                {...control}
                name={name}
                type="number"
                min={0}
                inputMode="numeric"
                defaultValue={options[name] || ''}
                placeholder={i18n.t('No limit')}
              />
            )}
          </Field>
        ))}
      </div>
      <p className="text-ink-3 text-sm">
        {i18n.t('What is above waits its turn; people take turns.')}
      </p>
    </fieldset>
  );
}

function changeOf(form: FormData, provider: Provider): ProviderChange {
  const key = textOf(form, 'key').trim();
  const options = cloudOptions(form, provider.options);
  options.fallback = namesIn(textOf(form, 'fallback'));
  for (const name of limitNames) options[name] = Number(textOf(form, name)) || 0;
  return {
    ...(form.has('address') ? { baseUrl: textOf(form, 'address').trim() } : {}),
    ...(key ? { key } : {}),
    models: namesIn(textOf(form, 'models')),
    options,
  };
}
