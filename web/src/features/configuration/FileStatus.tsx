import { useQuery } from '@tanstack/react-query';
import { FileCheck2, RotateCw } from 'lucide-react';
import { api } from '@/kit/api';
import type { ConfigStatus } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { formatRelative } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Skeleton } from '@/ui/Skeleton';

/** Whether the file is in force as it stands, and what is missing for that. */
export function FileStatus() {
  const status = useQuery({
    queryKey: ['config', 'status'],
    queryFn: () => api.get<ConfigStatus>('/api/config/status'),
  });
  if (status.isPending) return <Skeleton rows={1} className="mb-6" />;
  if (status.isError) {
    return <ErrorNotice {...errorText(status.error)} onRetry={() => void status.refetch()} />;
  }
  const { file, loadedAt, error, pending, unused, warnings } = status.data;
  return (
    <div className="mb-8 flex flex-col gap-3">
      {error && (
        <div className="flex flex-col">
          <ErrorNotice
            title={i18n.t('{file} has a mistake. What held before still holds.', { file })}
            detail={
              error.line
                ? i18n.t('Line {line}: {message}', { line: error.line, message: error.message })
                : error.message
            }
          />
          {error.excerpt && (
            <pre className="mt-2 whitespace-pre-wrap break-words rounded-md border border-line bg-sunken px-3 py-2 font-mono text-sm">
              {error.excerpt}
            </pre>
          )}
        </div>
      )}
      {pending.length > 0 && (
        <p className="flex gap-2.5 rounded-md border border-line bg-sunken px-3.5 py-3">
          <RotateCw size={17} className="mt-0.5 shrink-0 text-ink-3" aria-hidden="true" />
          <span className="min-w-0">
            {i18n.t('These changes count from the next start of the server:')}{' '}
            <code className="break-words font-mono text-sm">{pending.join(', ')}</code>
          </span>
        </p>
      )}
      {!error && (
        <p className="flex gap-2.5 text-ink-2">
          <FileCheck2 size={17} className="mt-0.5 shrink-0 text-ink-3" aria-hidden="true" />
          <span>
            {file
              ? i18n.t('{file} is in force, read {when}.', { file, when: formatRelative(loadedAt) })
              : i18n.t('There is no configuration file.')}
          </span>
        </p>
      )}
      {warnings.length > 0 && (
        <details className="text-ink-2">
          <summary className="cursor-pointer">
            {i18n.t('Warnings about the file: {count}', { count: warnings.length })}
          </summary>
          <ul className="mt-1.5 flex flex-col gap-0.5 text-sm">
            {warnings.map(({ line, column, message }) => (
              <li key={`${line}:${column}:${message}`} className="break-words">
                {i18n.t('Line {line}: {message}', { line, message })}
              </li>
            ))}
          </ul>
        </details>
      )}
      {unused.length > 0 && (
        <details className="text-ink-2">
          <summary className="cursor-pointer">
            {i18n.t('Keys of the file that do nothing yet: {count}', { count: unused.length })}
          </summary>
          <p className="mt-1.5 break-words font-mono text-sm">{unused.join(', ')}</p>
        </details>
      )}
    </div>
  );
}
