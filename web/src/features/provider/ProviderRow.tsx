import { useMutation } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, Ellipsis, RefreshCw, Trash2 } from 'lucide-react';
import { api } from '@/kit/api';
import type { Provider, ProviderTest } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { formatRelative } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import { Badge } from '@/ui/Badge';
import { cx } from '@/ui/cx';
import { IconButton } from '@/ui/IconButton';
import { Menu, type MenuEntry } from '@/ui/Menu';
import { kindName } from './kinds';

/** A provider: whether it answers, what it has, where it was set. */
export function ProviderRow({ provider, onDelete }: { provider: Provider; onDelete: () => void }) {
  const test = useMutation({
    mutationFn: () =>
      api.post<ProviderTest>('/api/providers/test', {
        kind: provider.kind,
        baseUrl: provider.baseUrl,
      }),
  });
  // A stored key never comes back to the page, so that only what needs none can be tried from here.
  const testable = !provider.keySet && provider.kind !== 'demo';
  const items = (): MenuEntry[] => [
    ...(testable
      ? [
          {
            label: i18n.t('Try again'),
            icon: <RefreshCw size={16} />,
            onSelect: () => test.mutate(),
          },
        ]
      : []),
    {
      label: i18n.t('Remove'),
      icon: <Trash2 size={16} />,
      danger: true,
      disabled: provider.source !== 'ui',
      detail: provider.source === 'ui' ? undefined : i18n.t('Set outside of this page'),
      onSelect: onDelete,
    },
  ];
  return (
    <div className="flex items-start gap-3 py-3 pr-2 pl-4">
      <div className="min-w-0 grow">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium">{provider.label || provider.name}</span>
          {provider.source !== 'ui' && <Badge>{sourceName(provider.source)}</Badge>}
          {provider.kind === 'demo' && <Badge tone="accent">{i18n.t('Not a real model')}</Badge>}
        </p>
        <p className="truncate text-ink-3 text-sm">
          {provider.baseUrl || kindName(provider.kind)} ·{' '}
          {i18n.t('{count, plural, one {# model} other {# models}}', {
            count: provider.models.length,
          })}
        </p>
        <Status provider={provider} test={test.data} failure={test.error} trying={test.isPending} />
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
  const ok = test ? test.ok : provider.status.ok;
  const { error } = test ?? provider.status;
  const cause = failure ? errorText(failure).title : error?.detail || error?.message;
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
      </span>
    </p>
  );
}

function sourceName(source: Provider['source']): string {
  return source === 'file' ? i18n.t('From the config file') : i18n.t('From the environment');
}
