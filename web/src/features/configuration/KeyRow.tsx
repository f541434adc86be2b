import { Pin, RotateCw } from 'lucide-react';
import { useState } from 'react';
import type { ConfigKey } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { Badge } from '@/ui/Badge';
import { Button } from '@/ui/Button';
import { cx } from '@/ui/cx';

/** A list or mapping up to this length is shown in one line. */
const short = 80;

/** A key, its value, and where that comes from. */
export function KeyRow({ item }: { item: ConfigKey }) {
  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h4 className="min-w-0 break-words font-medium font-mono text-sm">{item.path}</h4>
        <div className="flex flex-wrap gap-1">
          {!item.effect && <Badge>{i18n.t('Not yet in effect')}</Badge>}
          {item.restart && (
            <Badge>
              <RotateCw size={11} aria-hidden="true" />
              {i18n.t('Restart')}
            </Badge>
          )}
          {item.pinned && (
            <Badge>
              <Pin size={11} aria-hidden="true" />
              {i18n.t('Pinned')}
            </Badge>
          )}
          <Badge tone={item.source === 'default' ? 'plain' : 'accent'}>{origin(item)}</Badge>
        </div>
      </div>
      {item.doc && <p className="mt-0.5 text-ink-2 text-sm">{item.doc}</p>}
      <Value item={item} />
    </li>
  );
}

function Value({ item }: { item: ConfigKey }) {
  if (item.secret) {
    return (
      <p className="mt-1.5 text-ink-3 text-sm">
        {item.set ? i18n.t('Set, and not shown') : i18n.t('Not set')}
      </p>
    );
  }
  if (!item.value) return <p className="mt-1.5 text-ink-3 text-sm">{i18n.t('Empty')}</p>;
  return (
    <div className="mt-1.5 text-sm">
      <Text value={item.lines && item.value.length > short ? item.lines : item.value} />
      {item.default && item.default !== item.value && (
        <p className="mt-1 text-ink-3">{i18n.t('By default {value}', { value: item.default })}</p>
      )}
    </div>
  );
}

/** A value as the file has it; of a long one the beginning, until all of it is wanted. */
function Text({ value }: { value: string }) {
  const [whole, setWhole] = useState(false);
  const long = value.length > 500 || value.split('\n').length > 12;
  return (
    <>
      <pre
        className={cx(
          'w-fit max-w-full whitespace-pre-wrap break-words rounded-sm bg-sunken px-1.5 py-0.5 font-mono text-ink',
          long && !whole && 'line-clamp-[10]',
        )}
      >
        {value}
      </pre>
      {long && (
        <Button
          size="sm"
          variant="ghost"
          aria-expanded={whole}
          onClick={() => setWhole(!whole)}
          className="mt-1 -ml-2.5"
        >
          {whole ? i18n.t('Show less') : i18n.t('Show all')}
        </Button>
      )}
    </>
  );
}

function origin(item: ConfigKey): string {
  switch (item.source) {
    case 'file':
      return item.line ? i18n.t('File, line {line}', { line: item.line }) : i18n.t('File');
    case 'environment':
      return item.variable ?? i18n.t('Environment');
    case 'flag':
      return i18n.t('Command line');
    case 'ui':
      return i18n.t('Set here');
    case 'default':
      return i18n.t('Default');
  }
}
