import { type FormEvent, useState } from 'react';
import { i18n } from '@/kit/i18n';
import { textOf } from '@/session/useSubmit';
import { Button } from '@/ui/Button';
import { Field } from '@/ui/Field';
import { Input } from '@/ui/Input';
import { PasswordInput } from '@/ui/PasswordInput';
import { Select } from '@/ui/Select';
import { CloudFields, cloudOptions, NamesField } from './CloudFields';
import { type CloudKind, cloudKinds, kindName, namesIn } from './kinds';
import type { Wanted } from './useConnect';

interface CloudFormProps {
  onConnect: (wanted: Wanted) => void;
  busy: (kind: CloudKind) => boolean;
}

/** Models that a cloud serves under an account of one's own. */
export function CloudForm({ onConnect, busy }: CloudFormProps) {
  const [kind, setKind] = useState<CloudKind>('azure');
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const baseUrl = textOf(form, 'address').trim();
    onConnect({
      name: kind,
      kind,
      key: textOf(form, 'key').trim(),
      models: namesIn(textOf(form, 'models')),
      options: cloudOptions(form),
      ...(baseUrl ? { baseUrl } : {}),
    });
  };
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-3 px-3.5 pt-1 pb-4">
      <Field label={i18n.t('Cloud')}>
        {(control) => (
          <Select
            {...control}
            value={kind}
            onValue={setKind}
            options={cloudKinds.map((value) => ({ value, label: kindName(value) }))}
          />
        )}
      </Field>
      {kind === 'azure' && (
        <Field label={i18n.t('Endpoint')} help={i18n.t('As Azure shows it for your resource.')}>
          {(control) => (
            <Input
              {...control}
              name="address"
              type="url"
              required
              autoComplete="off"
              placeholder="https://my-resource.openai.azure.com"
            />
          )}
        </Field>
      )}
      <CloudFields kind={kind} key={kind} />
      <Field label={i18n.t('Key')} help={keyHelp(kind)}>
        {(control) => <PasswordInput {...control} name="key" required autoComplete="off" />}
      </Field>
      <NamesField
        label={kind === 'azure' ? i18n.t('Deployments') : i18n.t('Models')}
        help={
          kind === 'azure'
            ? i18n.t('Azure has no list: one name on each line, as you deployed them.')
            : i18n.t('One on each line. Leave it empty for all that the cloud offers.')
        }
        name="models"
        required={kind === 'azure'}
      />
      <Button type="submit" variant="primary" busy={busy(kind)} className="self-start">
        {i18n.t('Connect')}
      </Button>
    </form>
  );
}

function keyHelp(kind: CloudKind): string | undefined {
  if (kind === 'bedrock') {
    return i18n.t('A Bedrock API key, or an access key as ID:SECRET.');
  }
  if (kind === 'vertex') {
    return i18n.t('The JSON of a service account, or an API key.');
  }
  return undefined;
}
