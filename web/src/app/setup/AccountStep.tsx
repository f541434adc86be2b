import { useEffect, useState } from 'react';
import { ApiError, api } from '@/kit/api';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { AccountFields } from '@/session/AccountFields';
import { DoorFrame } from '@/session/DoorFrame';
import { setUp } from '@/session/session';
import { textOf, useSubmit } from '@/session/useSubmit';
import { Button } from '@/ui/Button';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { StepFrame } from './StepFrame';

/** The first administrator's account, for whoever holds the setup link. */
export function AccountStep({ onDone }: { onDone: () => void }) {
  const token = new URLSearchParams(location.search).get('token') ?? '';
  const problem = useTokenProblem(token);
  const { busy, error, onSubmit } = useSubmit(async (form) => {
    const [email, name] = [textOf(form, 'email').trim(), textOf(form, 'name').trim()];
    await setUp(token, email, name, textOf(form, 'password'));
    onDone();
  });
  if (problem !== null) {
    return (
      <DoorFrame title={i18n.t('This link does not work')}>
        <ErrorNotice {...errorText(problem)} onRetry={() => location.reload()} />
      </DoorFrame>
    );
  }
  return (
    <StepFrame
      step={1}
      title={i18n.t('Welcome to Parley')}
      lead={i18n.t('A minute, and this server is yours. First, your account: it runs the place.')}
    >
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        <AccountFields />
        {error !== null && <ErrorNotice {...errorText(error)} />}
        <Button type="submit" variant="primary" size="lg" busy={busy} className="mt-1">
          {busy ? i18n.t('Creating…') : i18n.t('Create account and go on')}
        </Button>
      </form>
    </StepFrame>
  );
}

/** Why the link cannot be used; null while it seems that it can. */
function useTokenProblem(token: string): unknown {
  const [problem, setProblem] = useState<unknown>(null);
  useEffect(() => {
    const ended = new AbortController();
    api
      .get<{ valid: boolean }>('/api/setup', { query: { token }, signal: ended.signal })
      .then(({ valid }) => {
        if (!valid) setProblem(new ApiError({ code: 'setup_token_invalid', status: 403 }));
      })
      .catch((error: unknown) => !ended.signal.aborted && setProblem(error));
    return () => ended.abort();
  }, [token]);
  return problem;
}
