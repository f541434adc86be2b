import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, Ellipsis, Pencil, RefreshCw, Trash2 } from 'lucide-react';
import { api } from '@/kit/api';
import type { Provider, ProviderTest } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { formatRelative } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import { Badge } from '@/ui/Badge';
import { cx } from '@/ui/cx';
import { IconButton } from '@/ui/IconButton';
import { Menu, type MenuEntry } from '@/ui/Menu';
import { HealthBadge, HealthLine } from './Health';
import { kindName } from './kinds';
import { ProviderSign } from './ProviderSign';

interface ProviderRowProps {
  provider: Provider;
  onEdit: () => void;
  onDelete: () => void;
}

/** A provider: whether it answers, how its calls go, what it has, where it was set. */
export function ProviderRow({ provider, onEdit, onDelete }: ProviderRowProps) {
  const client = useQueryClient();
  const test = useMutation({
    mutationFn: () =>
      api.post<ProviderTest>(`/api/providers/${encodeURIComponent(provider.name)}/test`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['providers'] }),
  });
  const personal = Boolean(provider.asks.key || provider.asks.baseUrl);
  const own = provider.source === 'ui';
  const elsewhere = own ? undefined : i18n.t('Set outside of this page');
  const items = (): MenuEntry[] => [
    ...(personal || provider.kind === 'demo'
      ? []
      : [
          {
            label: i18n.t('Try again'),
            icon: <RefreshCw size={16} />,
            onSelect: () => test.mutate(),
          },
        ]),
    ...(provider.kind === 'demo'
      ? []
      : [
          {
            label: i18n.t('Change'),
            icon: <Pencil size={16} />,
            disabled: !own,
            detail: elsewhere,
            onSelect: onEdit,
          },
        ]),
    {
      label: i18n.t('Remove'),
      icon: <Trash2 size={16} />,
      danger: true,
      disabled: !own,
      detail: elsewhere,
      onSelect: onDelete,
    },
  ];
  return (
    <div className="flex items-start gap-3 py-3 pr-2 pl-4">
      <ProviderSign {...provider} />
      <div className="min-w-0 grow">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium">{provider.label || provider.name}</span>
          {provider.source !== 'ui' && <Badge>{sourceName(provider.source)}</Badge>}
          {personal && <Badge>{i18n.t('Everyone brings a key')}</Badge>}
          <HealthBadge health={provider.health} />
          {provider.kind === 'demo' && <Badge tone="accent">{i18n.t('Not a real model')}</Badge>}
        </p>
        <p className="truncate text-ink-3 text-sm">
          {provider.baseUrl || kindName(provider.kind)} ·{' '}
          {i18n.t('{count, plural, one {# model} other {# models}}', {
            count: provider.models.length,
          })}
        </p>
        {!personal && (
          <Status
            provider={provider}
            test={test.data}
            failure={test.error}
            trying={test.isPending}
          />
        )}
        <HealthLine health={provider.health} />
      </div>
      <Menu label={i18n.t('Provider options')} align="end" items={items}>
        {(trigger) => (
          <IconButton
            {...trigger}
            label={i18n.t('Options of {provider}', { provider: provider.label })}
          >
            <Ellipsis size={18} />
          </IconButton>
        )}
      </Menu>
    </div>
  );
}

interface StatusProps {
  provider: Provider;
  test: ProviderTest | undefined;
  failure: unknown;
  trying: boolean;
}

function Status({ provider, test, failure, trying }: StatusProps) {
  if (trying) return <p className="animate-shimmer text-ink-2 text-sm">{i18n.t('Trying …')}</p>;
  const { health } = provider;
  const ok = test ? test.ok : provider.status.ok && health.state !== 'down';
  const error = test ? test.error : (provider.status.error ?? health.lastError);
  if (ok && !failure && health.state === 'unknown' && !test) {
    return <p className="mt-1 text-ink-3 text-sm">{i18n.t('Not asked yet')}</p>;
  }
  const cause = failure ? errorText(failure).title : error?.message;
  const at = test ? new Date().toISOString() : provider.status.checkedAt;
  const Icon = ok && !failure ? CircleCheck : CircleAlert;
  return (
    <p
      role="status"
      className={cx(
        'mt-1 flex items-start gap-1.5 text-sm',
        ok && !failure ? 'text-ok' : 'text-danger',
      )}
    >
      <Icon size={15} className="mt-px shrink-0" aria-hidden="true" />
      <span className="min-w-0 break-words">
        {ok && !failure ? i18n.t('Answers') : cause || i18n.t('Does not answer')}
        {at && (
          <span className="text-ink-3">
            {' · '}
            {i18n.t('tried {when}', { when: formatRelative(at) })}
          </span>
        )}
        {!ok && !failure && error?.detail && (
          <span className="block break-words text-ink-3">{error.detail}</span>
        )}
      </span>
    </p>
  );
}

function sourceName(source: Provider['source']): string {
  return source === 'file' ? i18n.t('From the config file') : i18n.t('From the environment');
}
