import { ChartColumn, Download } from 'lucide-react';
import { type ReactNode, Suspense, useState } from 'react';
import { errorText } from '@/kit/errorText';
import { formatCompact, formatCost, formatNumber } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import { late } from '@/kit/late';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { buttonClass } from '@/ui/looks';
import { SegmentedControl } from '@/ui/SegmentedControl';
import { Skeleton } from '@/ui/Skeleton';
import { chartOf, formatMeasure, type Measure } from './figures';
import { DayTable, ShareTable } from './tables';
import type { PersonShare, Report, Sum } from './types';
import { addressOf, type Question, type Range, useReport } from './useReport';

const UsageChart = late(async () => (await import('./UsageChart')).UsageChart);

interface UsageReportProps {
  all?: boolean;
  user?: PersonShare | null;
  onUser?: (user: PersonShare) => void;
}

/** Figures, chart and tables of what calls took in a range of days. */
export function UsageReport({ all = false, user, onUser }: UsageReportProps) {
  const [range, setRange] = useState<Range>('30');
  const question: Question = { all, range, user: user?.id };
  const report = useReport(question);
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <SegmentedControl
          label={i18n.t('Range')}
          value={range}
          onValue={setRange}
          options={[
            { value: '7', label: i18n.t('7 days') },
            { value: '30', label: i18n.t('30 days') },
            { value: '90', label: i18n.t('90 days') },
            { value: '365', label: i18n.t('A year') },
          ]}
        />
        <DownloadLink question={question} />
      </div>
      {report.isPending && <Skeleton rows={6} />}
      {report.isError && (
        <ErrorNotice {...errorText(report.error)} onRetry={() => void report.refetch()} />
      )}
      {report.data?.total.calls === 0 && (
        <EmptyState
          className="rounded-md border border-line border-dashed"
          icon={<ChartColumn size={22} />}
          title={i18n.t('Nothing was used in these days.')}
        />
      )}
      {report.data && report.data.total.calls > 0 && (
        <div className={report.isPlaceholderData ? 'opacity-60' : undefined}>
          <Filled report={report.data} onUser={onUser} />
        </div>
      )}
    </>
  );
}

function DownloadLink({ question }: { question: Question }) {
  const { path, query } = addressOf(question);
  const search = new URLSearchParams(
    Object.entries(query).filter((entry): entry is [string, string] => !!entry[1]),
  );
  return (
    <a
      href={`${path}/csv?${search}`}
      download
      className={`${buttonClass('secondary', 'md')} no-underline`}
    >
      <Download size={16} aria-hidden="true" />
      {i18n.t('CSV')}
    </a>
  );
}

function Filled({ report, onUser }: { report: Report; onUser?: (user: PersonShare) => void }) {
  const { total } = report;
  const [chosen, setChosen] = useState<Measure | null>(null);
  const measure = chosen ?? (total.cost > 0 ? 'cost' : 'tokens');
  const chart = chartOf(report, measure);
  const names = { cost: i18n.t('Cost'), tokens: i18n.t('Tokens'), calls: i18n.t('Calls') };
  return (
    <>
      <Totals total={total} />
      <section className="mb-6 rounded-md border border-line bg-surface p-4">
        <SegmentedControl
          label={i18n.t('What the chart shows')}
          value={measure}
          onValue={setChosen}
          className="mb-3"
          options={[
            { value: 'cost', label: names.cost },
            { value: 'tokens', label: names.tokens },
            { value: 'calls', label: names.calls },
          ]}
        />
        <Suspense fallback={<Skeleton rows={6} />}>
          <UsageChart
            chart={chart}
            measure={measure}
            label={i18n.t('{measure} by model: {total} in all', {
              measure: names[measure],
              total: formatMeasure(
                chart.columns.reduce((sum, column) => sum + column.total, 0),
                measure,
              ),
            })}
          />
        </Suspense>
        <DayTable chart={chart} measure={measure} title={names[measure]} />
      </section>
      {report.users && report.users.length > 0 && onUser && (
        <ShareTable
          title={i18n.t('By person')}
          shares={report.users.map((person) => ({
            id: person.id,
            name: person.name || person.email || i18n.t('Someone who is gone'),
            detail: person.name ? person.email : '',
            sum: person,
            onOpen: person.id ? () => onUser(person) : undefined,
          }))}
        />
      )}
      <ShareTable
        title={i18n.t('By model')}
        shares={report.models.map((model) => ({ id: model.name, name: model.name, sum: model }))}
      />
    </>
  );
}

function Totals({ total }: { total: Sum }) {
  const notes = [
    total.unpriced > 0 &&
      i18n.t(
        '{count, plural, one {# call of a model without a price} other {# calls of models without a price}}',
        {
          count: total.unpriced,
        },
      ),
    total.estimated > 0 &&
      i18n.t('{count, plural, one {# call is estimated} other {# calls are estimated}}', {
        count: total.estimated,
      }),
  ].filter((note) => note !== false);
  return (
    <div className="mb-4">
      <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-md border border-line bg-line sm:grid-cols-4">
        <Figure name={i18n.t('Cost')}>{formatCost(total.cost)}</Figure>
        <Figure name={i18n.t('Calls')}>{formatNumber(total.calls)}</Figure>
        <Figure name={i18n.t('Tokens in')}>{formatCompact(total.input)}</Figure>
        <Figure name={i18n.t('Tokens out')}>{formatCompact(total.output)}</Figure>
      </dl>
      {notes.length > 0 && <p className="mt-2 text-ink-3 text-sm">{notes.join(' · ')}</p>}
    </div>
  );
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="bg-surface px-4 py-3">
      <dt className="text-ink-3 text-sm">{name}</dt>
      <dd className="font-semibold text-lg tabular-nums">{children}</dd>
    </div>
  );
}
