import type { Provider } from '@/kit/api/types';
import { formatNumber, formatPercent, formatRelative } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import { Badge } from '@/ui/Badge';

type Health = Provider['health'];

/** Says what an administrator should know at a glance, and nothing while all is well. */
export function HealthBadge({ health }: { health: Health }) {
  if (health.breaker === 'open') {
    return <Badge tone="danger">{i18n.t('Paused after failures')}</Badge>;
  }
  if (health.breaker === 'trial') return <Badge>{i18n.t('Being tried again')}</Badge>;
  if (health.state === 'degraded') return <Badge tone="danger">{i18n.t('Fails often')}</Badge>;
  return null;
}

/** How the calls of the last quarter of an hour went. */
export function HealthLine({ health }: { health: Health }) {
  const { calls, failed, firstTokenMillis, waiting, keys, keysFree, lastError } = health;
  const facts = [
    calls > 0 &&
      i18n.t('{count, plural, one {# call in 15 minutes} other {# calls in 15 minutes}}', {
        count: calls,
      }),
    failed > 0 && i18n.t('{share} failed', { share: formatPercent(failed / calls) }),
    firstTokenMillis > 0 && i18n.t('first words after {time}', { time: time(firstTokenMillis) }),
    waiting > 0 && i18n.t('{count, plural, one {# waits} other {# wait}}', { count: waiting }),
    keys > 1 && i18n.t('{free} of {keys} keys free', { free: keysFree, keys }),
  ].filter(Boolean);
  if (facts.length === 0) return null;
  return (
    <div className="mt-1 text-ink-2 text-sm">
      <p className="tabular-nums">{facts.join(' · ')}</p>
      {failed > 0 && health.state !== 'down' && lastError && (
        <p className="break-words text-ink-3">
          {i18n.t('Last error')}
          {health.lastErrorAt && ` (${formatRelative(health.lastErrorAt)})`}:{' '}
          {lastError.detail || lastError.message}
        </p>
      )}
    </div>
  );
}

function time(millis: number): string {
  if (millis < 1000) return i18n.t('{count} ms', { count: formatNumber(millis) });
  return i18n.t('{count} s', { count: formatNumber(Math.round(millis / 100) / 10) });
}
