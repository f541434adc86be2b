import { useState } from 'react';
import { api } from '@/kit/api';
import type { Me } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { formatDate } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import { setMe } from '@/session/session';
import { useMe } from '@/session/useSession';
import { textOf, useSubmit } from '@/session/useSubmit';
import { Badge } from '@/ui/Badge';
import { Button } from '@/ui/Button';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Field } from '@/ui/Field';
import { Input } from '@/ui/Input';
import { Rows, Section, SettingRow } from '@/ui/Section';
import { toast } from '@/ui/toast';
import { OwnData } from './OwnData';

/** Who the user is here. */
export function ProfileSection() {
  const me = useMe();
  const [name, setName] = useState(me.name);
  const { busy, error, onSubmit } = useSubmit(async (form) => {
    setMe(await api.patch<Me>('/api/me', { name: textOf(form, 'name').trim() }));
    void toast(i18n.t('Name saved'), { kind: 'ok' });
  });
  const changed = name.trim() !== me.name && name.trim() !== '';
  return (
    <>
      <Section>
        <form onSubmit={onSubmit} className="flex max-w-md flex-col gap-3">
          <Field label={i18n.t('Name')} help={i18n.t('How Parley greets you.')}>
            {(control) => (
              <Input
                {...control}
                name="name"
                autoComplete="name"
                required
                maxLength={100}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          {error !== null && <ErrorNotice {...errorText(error)} />}
          <Button
            type="submit"
            variant={changed ? 'primary' : 'secondary'}
            busy={busy}
            disabled={!changed}
            className="self-start"
          >
            {i18n.t('Save')}
          </Button>
        </form>
      </Section>
      <Section title={i18n.t('Account')}>
        <Rows>
          <SettingRow label={i18n.t('Email')}>
            {() => <p className="break-all text-ink-2">{me.email}</p>}
          </SettingRow>
          <SettingRow label={i18n.t('Role')}>
            {() =>
              me.role === 'admin' ? (
                <Badge tone="accent">{i18n.t('Administrator')}</Badge>
              ) : (
                <Badge>{i18n.t('Member')}</Badge>
              )
            }
          </SettingRow>
          <SettingRow label={i18n.t('Here since')}>
            {() => <p className="text-ink-2">{formatDate(me.createdAt)}</p>}
          </SettingRow>
        </Rows>
      </Section>
      <OwnData />
    </>
  );
}
