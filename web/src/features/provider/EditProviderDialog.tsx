import { ApiError, api } from '@/kit/api';
import type { Provider, ProviderChange } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { textOf, useSubmit } from '@/session/useSubmit';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Field } from '@/ui/Field';
import { FormDialog } from '@/ui/FormDialog';
import { Input } from '@/ui/Input';
import { Advanced, advancedOptions } from './Advanced';
import { CloudFields, cloudOptions, NamesField } from './CloudFields';
import { KeysField, keysOf } from './KeysField';
import { isCloud, namesIn } from './kinds';
import { Refused } from './Refused';

interface EditProviderDialogProps {
  provider: Provider;
  onClose: () => void;
  onChanged: () => void;
  /** Shows what the server has by now, in the place of what was typed. */
  onReload: () => void;
}

/** Changes a provider that was added here: its keys, models, what holds when it fails. */
export function EditProviderDialog(props: EditProviderDialogProps) {
  const { provider, onClose, onChanged, onReload } = props;
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
      refusal={(error) =>
        isOvertaken(error) ? (
          <ErrorNotice
            {...errorText(error)}
            detail={i18n.t('What you typed is still here; loading again puts theirs in its place.')}
            onRetry={onReload}
            retryLabel={i18n.t('Load again')}
          />
        ) : (
          <Refused error={error} force />
        )
      }
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
      <KeysField provider={provider} />
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
      <Advanced options={options} />
    </FormDialog>
  );
}

/** Somebody else has changed it in the meantime. */
function isOvertaken(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'provider_changed';
}

function changeOf(form: FormData, provider: Provider): ProviderChange {
  return {
    revision: provider.revision,
    ...(form.has('address') ? { baseUrl: textOf(form, 'address').trim() } : {}),
    ...keysOf(form),
    models: namesIn(textOf(form, 'models')),
    options: {
      ...advancedOptions(form, cloudOptions(form, provider.options)),
      fallback: namesIn(textOf(form, 'fallback')),
    },
  };
}
