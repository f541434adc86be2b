import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Wrench } from 'lucide-react';
import { toolHelp, toolsQuery } from '@/chat/tools';
import { api } from '@/kit/api';
import type { Tool } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Rows, Section, SettingRow } from '@/ui/Section';
import { SegmentedControl } from '@/ui/SegmentedControl';
import { Skeleton } from '@/ui/Skeleton';
import { toast } from '@/ui/toast';

type Approval = Exclude<Tool['approval'], 'none'>;

const key = toolsQuery().queryKey;

/** What models may do without asking first. */
export function ToolsSection() {
  const client = useQueryClient();
  const tools = useQuery(toolsQuery());
  const put = (name: string, approval: Approval) =>
    client.setQueryData(key, (now) =>
      now?.map((tool) => (tool.name === name ? { ...tool, approval } : tool)),
    );
  const change = useMutation({
    mutationFn: ({ name, approval }: { name: string; approval: Approval }) =>
      api.put(`/api/tools/${encodeURIComponent(name)}/approval`, { approval }),
    onMutate: ({ name, approval }) => put(name, approval),
    onError: (error) => {
      void client.invalidateQueries({ queryKey: key });
      void toast(i18n.t('That setting could not be saved'), {
        kind: 'error',
        detail: errorText(error).title,
      });
    },
  });
  if (tools.isPending) return <Skeleton rows={3} />;
  if (tools.isError) {
    return <ErrorNotice {...errorText(tools.error)} onRetry={() => void tools.refetch()} />;
  }
  return (
    <Section
      title={i18n.t('When a model wants to use a tool')}
      lead={i18n.t('Ask shows you the call before it runs.')}
    >
      {tools.data.length === 0 ? (
        <EmptyState
          className="rounded-md border border-line border-dashed"
          icon={<Wrench size={22} />}
          title={i18n.t('This server offers no tools yet.')}
        />
      ) : (
        <Rows>
          {tools.data.map((tool) => (
            <SettingRow
              key={tool.name}
              label={tool.label || tool.name}
              help={<span className="line-clamp-2">{toolHelp(tools.data, tool.name)}</span>}
            >
              {() =>
                tool.approval === 'none' ? (
                  <p className="text-ink-3 text-sm">{i18n.t('Harmless: never asks')}</p>
                ) : (
                  <SegmentedControl<Approval>
                    label={i18n.t('Approval of {tool}', { tool: tool.label })}
                    value={tool.approval}
                    onValue={(approval) => change.mutate({ name: tool.name, approval })}
                    options={[
                      { value: 'ask', label: i18n.t('Ask') },
                      { value: 'always', label: i18n.t('Always run') },
                      { value: 'never', label: i18n.t('Never') },
                    ]}
                  />
                )
              }
            </SettingRow>
          ))}
        </Rows>
      )}
    </Section>
  );
}
