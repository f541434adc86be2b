import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import {
  type Chart,
  type Column,
  colour,
  columnName,
  formatMeasure,
  formatTick,
  type Measure,
  nameOf,
  ticksOf,
} from './figures';

interface UsageChartProps {
  chart: Chart;
  measure: Measure;
  /** What the chart shows, in a sentence. */
  label: string;
}

const text = { fontSize: 12, fill: 'var(--ink-3)' };

/** Stacked columns by day or month. The figures behind it stand in a table beside it. */
export function UsageChart({ chart, measure, label }: UsageChartProps) {
  const ticks = ticksOf(chart.columns, measure);
  return (
    <figure aria-label={label} className="m-0">
      <div className="h-56" aria-hidden="true">
        <ResponsiveContainer>
          <BarChart
            data={chart.columns}
            margin={{ top: 8, right: 0, bottom: 0, left: 0 }}
            barCategoryGap="18%"
            accessibilityLayer={false}
          >
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis
              dataKey="name"
              tickFormatter={columnName}
              tick={text}
              tickLine={false}
              axisLine={{ stroke: 'var(--line)' }}
              minTickGap={24}
              interval="equidistantPreserveStart"
            />
            <YAxis
              tickFormatter={(value: number) => formatTick(value, measure)}
              tick={text}
              tickLine={false}
              axisLine={false}
              width={widthOf(ticks, measure)}
              ticks={ticks}
              domain={[0, ticks.at(-1) ?? 1]}
            />
            <Tooltip
              cursor={{ fill: 'var(--hover)' }}
              isAnimationActive={false}
              content={({ active, payload }) => {
                const column = payload?.[0]?.payload as Column | undefined;
                return active && column ? (
                  <Details column={column} chart={chart} measure={measure} />
                ) : null;
              }}
            />
            {chart.series.map((series, index) => (
              <Bar
                key={series ?? ''}
                dataKey={(column: Column) => column.values[index]}
                stackId="all"
                fill={colour(index, series)}
                isAnimationActive={false}
                maxBarSize={40}
              />
            ))}
          </BarChart>
        </ResponsiveContainer>
      </div>
      <ul className="mt-3 flex flex-wrap gap-x-4 gap-y-1.5 text-ink-2 text-sm">
        {chart.series.map((series, index) => (
          <li key={series ?? ''} className="flex min-w-0 items-center gap-1.5">
            <Swatch index={index} series={series} />
            <span className="truncate">{nameOf(series)}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}

function Details({ column, chart, measure }: { column: Column; chart: Chart; measure: Measure }) {
  return (
    <div className="max-w-72 rounded-md border border-line bg-surface px-3 py-2 text-sm shadow-menu">
      <p className="flex justify-between gap-6 font-medium">
        <span>{columnName(column.name)}</span>
        <span className="tabular-nums">{formatMeasure(column.total, measure)}</span>
      </p>
      {chart.series.map((series, index) => {
        const value = column.values[index] ?? 0;
        if (value === 0) return null;
        return (
          <p key={series ?? ''} className="flex items-center gap-1.5 text-ink-2">
            <Swatch index={index} series={series} />
            <span className="min-w-0 grow truncate pr-4">{nameOf(series)}</span>
            <span className="tabular-nums">{formatMeasure(value, measure)}</span>
          </p>
        );
      })}
    </div>
  );
}

function Swatch({ index, series }: { index: number; series: string | null }) {
  return (
    <span
      aria-hidden="true"
      className="size-2.5 shrink-0 rounded-[3px]"
      style={{ background: colour(index, series) }}
    />
  );
}

/** Room for the longest figure at the axis. */
function widthOf(ticks: readonly number[], measure: Measure): number {
  const longest = Math.max(...ticks.map((value) => formatTick(value, measure).length));
  return Math.max(56, 12 + 7 * longest);
}
