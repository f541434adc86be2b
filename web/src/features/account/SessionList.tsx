import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Laptop, Smartphone } from 'lucide-react';
import { api } from '@/kit/api';
import type { LoginSession } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { formatDateTime, formatRelative } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import { Badge } from '@/ui/Badge';
import { Button } from '@/ui/Button';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Rows, Section } from '@/ui/Section';
import { Skeleton } from '@/ui/Skeleton';
import { toast } from '@/ui/toast';

const key = ['sessions'];

/** Every browser where the account is signed in, and a way to sign it out. */
export function SessionList() {
  const client = useQueryClient();
  const sessions = useQuery({
    queryKey: key,
    queryFn: () => api.get<{ items: LoginSession[] }>('/api/me/sessions'),
  });
  const revoke = useMutation({
    mutationFn: (session: LoginSession) => api.delete(`/api/me/sessions/${session.id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
    onError: (error) =>
      void toast(i18n.t('That device is still signed in'), {
        kind: 'error',
        detail: errorText(error).title,
      }),
  });
  return (
    <Section title={i18n.t('Signed-in devices')}>
      {sessions.isPending && <Skeleton rows={2} />}
      {sessions.isError && (
        <ErrorNotice {...errorText(sessions.error)} onRetry={() => void sessions.refetch()} />
      )}
      {sessions.data && (
        <Rows>
          {sessions.data.items.map((session) => (
            <div key={session.id} className="flex items-center gap-3 px-4 py-3">
              <span className="shrink-0 text-ink-3" aria-hidden="true">
                {/phone|android|ios|mobile/i.test(session.device) ? (
                  <Smartphone size={20} />
                ) : (
                  <Laptop size={20} />
                )}
              </span>
              <div className="min-w-0 grow">
                <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
                  <span className="break-words">{session.device || i18n.t('Unknown device')}</span>
                  {session.current && <Badge tone="accent">{i18n.t('This device')}</Badge>}
                </p>
                <p
                  className="text-ink-3 text-sm"
                  title={i18n.t('Signed in {when}', { when: formatDateTime(session.createdAt) })}
                >
                  {session.address} ·{' '}
                  {i18n.t('last used {when}', { when: formatRelative(session.lastUsedAt) })}
                </p>
              </div>
              {!session.current && (
                <Button
                  size="sm"
                  busy={revoke.isPending && revoke.variables?.id === session.id}
                  onClick={() => revoke.mutate(session)}
                  aria-label={i18n.t('Sign out {device}', { device: session.device })}
                >
                  {i18n.t('Sign out')}
                </Button>
              )}
            </div>
          ))}
        </Rows>
      )}
    </Section>
  );
}
