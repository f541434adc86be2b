import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { formatCompact, formatCost, formatNumber } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import { Button } from '@/ui/Button';
import { type Chart, columnName, formatMeasure, type Measure, nameOf } from './figures';
import type { Sum } from './types';

interface Row {
  id: string;
  name: string;
  detail?: string;
  sum: Sum;
  onOpen?: () => void;
}

/** A long table begins with so many rows. */
const first = 20;

const cell = 'px-3 py-2 text-right tabular-nums max-sm:px-2';

/** What each model or person took, the dearest first. */
export function ShareTable({ title, shares }: { title: string; shares: Row[] }) {
  const [whole, setWhole] = useState(false);
  const shown = whole ? shares : shares.slice(0, first);
  return (
    <section className="mb-6">
      <h3 className="mb-2 font-semibold">{title}</h3>
      <div className="overflow-hidden rounded-md border border-line bg-surface">
        <table className="w-full table-fixed border-collapse text-sm">
          <caption className="sr-only">{title}</caption>
          <thead className="text-ink-3">
            <tr className="border-line border-b text-right">
              <th scope="col" className="px-3 py-2 text-left font-medium">
                {i18n.t('Name')}
              </th>
              <th scope="col" className="w-18 px-3 py-2 font-medium max-sm:w-15 max-sm:px-2">
                {i18n.t('Calls')}
              </th>
              <th scope="col" className="w-24 px-3 py-2 font-medium max-sm:hidden">
                {i18n.t('Tokens in')}
              </th>
              <th scope="col" className="w-24 px-3 py-2 font-medium max-sm:hidden">
                {i18n.t('Tokens out')}
              </th>
              <th scope="col" className="w-26 px-3 py-2 font-medium max-sm:w-22 max-sm:px-2">
                {i18n.t('Cost')}
              </th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {shown.map((share) => (
              <ShareRow key={share.id || share.name} share={share} />
            ))}
          </tbody>
        </table>
      </div>
      {shares.length > shown.length && (
        <Button size="sm" variant="ghost" className="mt-2" onClick={() => setWhole(true)}>
          {i18n.t('Show all {count}', { count: shares.length })}
        </Button>
      )}
    </section>
  );
}

function ShareRow({ share: { name, detail, sum, onOpen } }: { share: Row }) {
  const label = (
    <>
      <span className="block truncate">{name}</span>
      {detail && <span className="block truncate text-ink-3 text-xs">{detail}</span>}
    </>
  );
  const free = sum.unpriced === sum.calls;
  return (
    <tr className="hover:bg-hover">
      <th scope="row" title={name} className="px-3 py-2 text-left font-normal">
        {onOpen ? (
          <button
            type="button"
            onClick={onOpen}
            className="block w-full min-w-0 text-left underline decoration-line-strong underline-offset-3 hover:decoration-current"
          >
            {label}
          </button>
        ) : (
          label
        )}
      </th>
      <td className={cell}>{formatNumber(sum.calls)}</td>
      <td className={`${cell} max-sm:hidden`}>{formatCompact(sum.input)}</td>
      <td className={`${cell} max-sm:hidden`}>{formatCompact(sum.output)}</td>
      <td className={cell}>
        {free ? <span className="text-ink-3">{i18n.t('no price')}</span> : formatCost(sum.cost)}
      </td>
    </tr>
  );
}

/** The chart's figures for those who do not see it, or want them exactly. */
export function DayTable({
  chart: { series, columns },
  measure,
  title,
}: {
  chart: Chart;
  measure: Measure;
  title: string;
}) {
  const filled = columns.filter((column) => column.total > 0);
  return (
    <details className="group mt-3 text-sm">
      <summary className="flex w-fit cursor-pointer list-none items-center gap-1 text-ink-2 hover:text-ink">
        <ChevronRight
          size={14}
          className="transition-transform group-open:rotate-90"
          aria-hidden="true"
        />
        {i18n.t('The figures')}
      </summary>
      <section
        aria-label={title}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls what is wider than the page
        tabIndex={0}
        className="relative mt-2 max-h-96 overflow-auto"
      >
        <table className="w-full border-collapse whitespace-nowrap text-right tabular-nums">
          <caption className="sr-only">{title}</caption>
          <thead className="text-ink-3">
            <tr className="border-line border-b">
              <th scope="col" className="py-1 pr-4 text-left font-medium">
                {i18n.t('When')}
              </th>
              <th scope="col" className="py-1 pl-4 font-medium">
                {i18n.t('In all')}
              </th>
              {series.map((model) => (
                <th
                  key={model ?? ''}
                  scope="col"
                  title={model ?? ''}
                  className="py-1 pl-4 font-medium"
                >
                  <span className="ml-auto block max-w-40 truncate">{nameOf(model)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {filled.map((column) => (
              <tr key={column.name}>
                <th scope="row" className="py-1 pr-4 text-left font-normal text-ink-2">
                  {columnName(column.name)}
                </th>
                <td className="py-1 pl-4">{formatMeasure(column.total, measure)}</td>
                {series.map((model, index) => (
                  <td key={model ?? ''} className="py-1 pl-4 text-ink-2">
                    {formatMeasure(column.values[index] ?? 0, measure)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
