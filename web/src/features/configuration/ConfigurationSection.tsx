import { useQuery } from '@tanstack/react-query';
import { Download, Search } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { api } from '@/kit/api';
import type { ConfigKey } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Input } from '@/ui/Input';
import { buttonClass } from '@/ui/looks';
import { Rows, Section } from '@/ui/Section';
import { SegmentedControl } from '@/ui/SegmentedControl';
import { Skeleton } from '@/ui/Skeleton';
import { FileStatus } from './FileStatus';
import { grouped, type Show } from './filter';
import { History } from './History';
import { KeyRow } from './KeyRow';

/** What the server is told to do, by whom, and what administrators changed of it. */
export function ConfigurationSection() {
  const [wanted, setWanted] = useState('');
  const [show, setShow] = useState<Show>('set');
  const words = useDeferredValue(wanted);
  const keys = useQuery({
    queryKey: ['config', 'keys'],
    queryFn: () => api.get<{ items: ConfigKey[] }>('/api/config'),
  });
  return (
    <>
      <FileStatus />
      <Section
        title={i18n.t('Keys')}
        lead={i18n.t(
          'Default, file, environment, what was set here: each counts more than the one before.',
        )}
        aside={
          <a
            href="/api/config/export"
            download="parley.yaml"
            className={buttonClass('secondary', 'sm')}
          >
            <Download size={15} aria-hidden="true" />
            {i18n.t('Export')}
          </a>
        }
      >
        <div className="mb-4 flex flex-wrap gap-2">
          <div className="relative grow basis-56">
            <Search
              size={16}
              className="-translate-y-1/2 pointer-events-none absolute top-1/2 left-3 text-ink-3"
              aria-hidden="true"
            />
            <Input
              type="search"
              value={wanted}
              onChange={(event) => setWanted(event.target.value)}
              placeholder={i18n.t('Search keys')}
              aria-label={i18n.t('Search keys')}
              className="w-full pl-9"
            />
          </div>
          <SegmentedControl
            label={i18n.t('Which keys')}
            value={show}
            onValue={setShow}
            options={[
              { value: 'set', label: i18n.t('Changed') },
              { value: 'all', label: i18n.t('All') },
            ]}
          />
        </div>
        {keys.isPending && <Skeleton rows={6} />}
        {keys.isError && (
          <ErrorNotice {...errorText(keys.error)} onRetry={() => void keys.refetch()} />
        )}
        {keys.data && (
          <Groups
            keys={keys.data.items}
            words={words}
            show={show}
            onAll={() => {
              setShow('all');
              setWanted('');
            }}
          />
        )}
      </Section>
      <History />
    </>
  );
}

interface GroupsProps {
  keys: readonly ConfigKey[];
  words: string;
  show: Show;
  onAll: () => void;
}

function Groups({ keys, words, show, onAll }: GroupsProps) {
  const groups = grouped(keys, words, show);
  if (groups.length === 0) {
    return (
      <Rows>
        <EmptyState
          title={
            words ? i18n.t('No key is like that.') : i18n.t('Everything is as it is by default.')
          }
          action={
            <button type="button" className={buttonClass('secondary', 'sm')} onClick={onAll}>
              {i18n.t('Show all keys')}
            </button>
          }
        />
      </Rows>
    );
  }
  return groups.map((group) => (
    <div key={group.section} className="mb-5">
      <h3 className="mb-1.5 font-medium font-mono text-ink-2 text-sm">{group.section}</h3>
      <Rows>
        <ul className="divide-y divide-line">
          {group.keys.map((key) => (
            <KeyRow key={key.path} item={key} />
          ))}
        </ul>
      </Rows>
    </div>
  ));
}
