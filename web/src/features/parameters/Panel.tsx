import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { modelLabel, useModels } from '@/chat/models';
import { remoteTool } from '@/chat/modelWords';
import { type ChatOptions, resetOptions, setParams, setRemote, useOptions } from '@/chat/options';
import { presetParams } from '@/chat/preset';
import { api } from '@/kit/api';
import type { Parameter, Params } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { useStore } from '@/kit/useStore';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { IconButton } from '@/ui/IconButton';
import { Skeleton } from '@/ui/Skeleton';
import { Switch } from '@/ui/Switch';
import { useMedia } from '@/ui/useMedia';
import { ParameterField } from './ParameterField';
import { closePanel, subject, takesFocus } from './panel';

/** What the chat's model may be told: beside the chat, or on a narrow window a sheet over it. */
export function Panel() {
  const { chat, model } = useStore(subject);
  const wide = useMedia('(min-width: 1024px)');
  const options = useOptions(chat);
  const label = modelLabel(useModels(), model);
  const aside = useRef<HTMLElement>(null);
  useEffect(() => {
    if (takesFocus()) aside.current?.focus();
  }, []);
  const reset = (
    <Button size="sm" disabled={isPlain(options)} onClick={() => resetOptions(chat)}>
      {i18n.t('Reset all')}
    </Button>
  );
  const body = <Fields key={`${chat} ${model}`} chat={chat} model={model} options={options} />;
  if (!wide) {
    return (
      <Dialog
        open
        onClose={closePanel}
        title={i18n.t('Parameters')}
        description={i18n.t('For {label} in this chat', { label })}
        footer={reset}
      >
        {body}
      </Dialog>
    );
  }
  return (
    <aside
      ref={aside}
      tabIndex={-1}
      aria-label={i18n.t('Parameters')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.stopPropagation(); // or it would stop the answer as well
        closePanel();
      }}
      className="flex h-full w-80 shrink-0 flex-col border-line border-l outline-none"
    >
      <header className="flex h-(--header) shrink-0 items-center justify-between gap-2 pr-2 pl-5">
        <h2 className="font-semibold">{i18n.t('Parameters')}</h2>
        <IconButton label={i18n.t('Close')} onClick={closePanel}>
          <X size={18} />
        </IconButton>
      </header>
      <div className="min-h-0 grow overflow-y-auto px-5 pb-4">
        <p className="pb-4 text-ink-3 text-sm">{i18n.t('For {label} in this chat', { label })}</p>
        {body}
      </div>
      <footer className="border-line border-t px-5 py-3">{reset}</footer>
    </aside>
  );
}

function isPlain({ params, remote }: ChatOptions): boolean {
  return Object.keys(params).length === 0 && remote.length === 0;
}

interface FieldsProps {
  chat: string | null;
  model: string;
  options: ChatOptions;
}

function Fields({ chat, model, options }: FieldsProps) {
  const { data, error, refetch } = useQuery(parametersQuery(model, options.params));
  const remote = useModels()?.get(model)?.remote ?? [];
  const inherited = useStore(presetParams);
  const [more, setMore] = useState(false);
  if (error && !data) return <ErrorNotice {...errorText(error)} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton rows={5} />;
  if (data.length === 0 && remote.length === 0) {
    return <EmptyState title={i18n.t('This model cannot be told anything.')} />;
  }
  const field = (parameter: Parameter) => (
    <ParameterField
      key={parameter.name}
      parameter={{ ...parameter, default: inherited[nameOf(parameter)] ?? parameter.default }}
      value={options.params[nameOf(parameter)]}
      onValue={(value) => setParams(chat, { [parameter.name]: value })}
    />
  );
  const advanced = data.filter((one) => one.advanced);
  return (
    <div className="flex flex-col gap-5">
      {remote.length > 0 && <RemoteTools chat={chat} all={remote} on={options.remote} />}
      <div className="grid grid-cols-2 gap-x-4 gap-y-5">
        {data.filter((one) => !one.advanced).map(field)}
      </div>
      {advanced.length > 0 && (
        <Button
          size="sm"
          variant="ghost"
          aria-expanded={more}
          onClick={() => setMore(!more)}
          className="-ml-2.5 self-start"
        >
          {more ? i18n.t('Show less') : i18n.t('Show more')}
        </Button>
      )}
      {more && <div className="grid grid-cols-2 gap-x-4 gap-y-5">{advanced.map(field)}</div>}
    </div>
  );
}

function nameOf({ name }: Parameter): keyof Params {
  return name as keyof Params;
}

interface RemoteToolsProps {
  chat: string | null;
  all: readonly string[];
  on: readonly string[];
}

/** The tools that the provider runs. */
function RemoteTools({ chat, all, on }: RemoteToolsProps) {
  return (
    <fieldset className="flex flex-col gap-2.5">
      <legend className="mb-2 font-medium text-sm">{i18n.t('The provider’s own tools')}</legend>
      {all.map((tool) => (
        <span key={tool} className="flex items-center justify-between gap-3 text-sm">
          <span className="inline-block first-letter:uppercase">{remoteTool(tool)}</span>
          <Switch
            aria-label={remoteTool(tool)}
            checked={on.includes(tool)}
            onChecked={(checked) =>
              setRemote(chat, checked ? [...on, tool] : on.filter((one) => one !== tool))
            }
          />
        </span>
      ))}
    </fieldset>
  );
}

function parametersQuery(model: string, params: Params) {
  // Only these rule others out, the temperature by being set at all.
  const set: Params = {};
  if (params.effort) set.effort = params.effort;
  if (params.reasoningTokens !== undefined) set.reasoningTokens = params.reasoningTokens;
  if (params.temperature !== undefined) set.temperature = 0.5;
  const query = { model, set: JSON.stringify(set) };
  return {
    queryKey: ['models', 'parameters', query],
    queryFn: async ({ signal }: { signal: AbortSignal }) =>
      (await api.get<{ items: Parameter[] }>('/api/models/parameters', { query, signal })).items,
    placeholderData: keepPreviousData,
    staleTime: 5 * 60_000,
    enabled: model !== '',
  };
}
