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

/** Whether a provider was asked and did not work: it can be saved all the same. */
export function hasFailed(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'provider_failed';
}

/** Why a provider does not work, and its own words. */
export function Refused({ error, force, actions }: RefusedProps) {
  return (
    <>
      <ErrorNotice {...errorText(error)} actions={actions} />
      {force && hasFailed(error) && (
        <Checkbox name="force" label={i18n.t('Save it although it does not work')} />
      )}
    </>
  );
}
