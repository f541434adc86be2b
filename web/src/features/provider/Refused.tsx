import type { ReactNode } from 'react';
import { ApiError } from '@/kit/api';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { Checkbox } from '@/ui/Checkbox';
import { ErrorNotice } from '@/ui/ErrorNotice';

interface RefusedProps {
  error: unknown;
  /** In a form: a box to tick that saves it all the same. */
  force?: boolean;
  actions?: ReactNode;
}

/** The provider's own words stand first: they say what is wrong with the key. */
export function Refused({ error, force, actions }: RefusedProps) {
  const own = error instanceof ApiError && error.code === 'provider_failed';
  const text = errorText(error);
  return (
    <>
      <ErrorNotice
        title={own ? i18n.t('The provider refused the connection.') : text.title}
        detail={own ? error.detail : undefined}
        requestId={text.requestId}
        actions={actions}
      />
      {own && force && (
        <Checkbox name="force" label={i18n.t('Save it although it does not work')} />
      )}
    </>
  );
}
