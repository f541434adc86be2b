import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/kit/api';
import type { Models, ServerSettings } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n, languageName, languages } from '@/kit/i18n';
import { ServerRow, serverKey, useServerSettings } from '@/session/ServerRow';
import { useSession } from '@/session/useSession';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Input } from '@/ui/Input';
import { Rows, Section } from '@/ui/Section';
import { Select } from '@/ui/Select';
import { Skeleton } from '@/ui/Skeleton';
import { Switch } from '@/ui/Switch';
import { toast } from '@/ui/toast';

/** What holds for everyone on this server. */
export function ServerSection() {
  const { boot } = useSession();
  const settings = useServerSettings();
  const change = useChange();
  if (settings.isPending) return <Skeleton rows={4} />;
  if (settings.isError) {
    return <ErrorNotice {...errorText(settings.error)} onRetry={() => void settings.refetch()} />;
  }
  const now = settings.data;
  return (
    <>
      <Section title={i18n.t('People')}>
        <Rows>
          <ServerRow
            name="registration"
            settings={now}
            label={i18n.t('Anyone may make an account')}
            help={i18n.t('Off: administrators add people under People.')}
          >
            {(control) => (
              <Switch
                {...control}
                checked={now.registration}
                onChecked={(registration) => change({ registration })}
              />
            )}
          </ServerRow>
        </Rows>
      </Section>
      <Section
        title={i18n.t('Sessions')}
        lead={i18n.t('Shorter times hold at once, longer ones from the next sign-in.')}
      >
        <Rows>
          <ServerRow
            name="sessionIdleHours"
            settings={now}
            label={i18n.t('Signed out when unused for')}
            help={i18n.t('For those who do not stay signed in.')}
          >
            {(control) => (
              <Amount
                {...control}
                value={now.sessionIdleHours}
                max={8760}
                unit={i18n.t('hours')}
                onValue={(sessionIdleHours) => change({ sessionIdleHours })}
              />
            )}
          </ServerRow>
          <ServerRow
            name="sessionDays"
            settings={now}
            label={i18n.t('Signed out in any case after')}
            help={i18n.t('However much the session is used.')}
          >
            {(control) => (
              <Amount
                {...control}
                value={now.sessionDays}
                max={3650}
                unit={i18n.t('days')}
                onValue={(sessionDays) => change({ sessionDays })}
              />
            )}
          </ServerRow>
        </Rows>
      </Section>
      <Section title={i18n.t('Defaults')} lead={i18n.t('Everyone can choose differently.')}>
        <Rows>
          <ServerRow name="defaultLanguage" settings={now} label={i18n.t('Language')}>
            {(control) => (
              <Select
                {...control}
                value={now.defaultLanguage}
                onValue={(defaultLanguage) => change({ defaultLanguage })}
                className="w-52 max-sm:w-full"
                options={[
                  { value: '', label: i18n.t('As the browser says') },
                  ...languages.map((tag) => ({ value: tag, label: languageName(tag) })),
                ]}
              />
            )}
          </ServerRow>
          <DefaultModel settings={now} onValue={(defaultModel) => change({ defaultModel })} />
        </Rows>
      </Section>
      <p className="text-ink-3 text-sm">
        {i18n.t('Parley {version}', { version: boot.version })} ·{' '}
        <a href="/licences.txt" target="_blank" rel="noreferrer">
          {i18n.t('Licences of what it is built on')}
        </a>
      </p>
    </>
  );
}

/** Applies a change at once, and takes it back when the server refuses. */
function useChange(): (change: Partial<ServerSettings>) => void {
  const client = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: (change: Partial<ServerSettings>) =>
      api.patch<ServerSettings>('/api/settings', change),
    onMutate: (change) =>
      client.setQueryData<ServerSettings>(serverKey, (now) => now && { ...now, ...change }),
    onSuccess: (saved) => {
      client.setQueryData(serverKey, saved);
      void client.invalidateQueries({ queryKey: ['config'] });
    },
    onError: (error) => {
      void client.invalidateQueries({ queryKey: serverKey });
      void toast(i18n.t('That setting could not be saved'), {
        kind: 'error',
        detail: errorText(error).title,
      });
    },
  });
  return mutate;
}

interface AmountProps {
  value: number;
  max: number;
  unit: string;
  onValue: (value: number) => void;
  'aria-labelledby': string;
}

/** A whole number, taken when the field is left or Enter is pressed. */
function Amount({ value, max, unit, onValue, ...control }: AmountProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const take = () => {
    const next = Math.round(Number(typed));
    if (typed !== null && next >= 1 && next <= max && next !== value) onValue(next);
    setTyped(null);
  };
  return (
    <div className="flex items-center gap-2">
      <Input
        {...control}
        type="number"
        inputMode="numeric"
        min={1}
        max={max}
        value={typed ?? value}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={take}
        onKeyDown={(event) => event.key === 'Enter' && take()}
        className="w-24! text-right tabular-nums"
      />
      <span className="w-12 shrink-0 text-ink-2">{unit}</span>
    </div>
  );
}

interface DefaultModelProps {
  settings: ServerSettings;
  onValue: (model: string) => void;
}

function DefaultModel({ settings, onValue }: DefaultModelProps) {
  const value = settings.defaultModel;
  const models = useQuery({ queryKey: ['models'], queryFn: () => api.get<Models>('/api/models') });
  const options = (models.data?.items ?? []).flatMap((provider) =>
    provider.models.map((model) => ({
      value: model.id,
      label: `${model.label || model.name} · ${provider.label}`,
    })),
  );
  const known = options.some((option) => option.value === value);
  return (
    <ServerRow
      name="defaultModel"
      settings={settings}
      label={i18n.t('Model')}
      help={i18n.t('New chats start with it.')}
    >
      {(control) => (
        <Select
          {...control}
          value={value}
          onValue={onValue}
          className="w-72 max-sm:w-full"
          options={[
            { value: '', label: i18n.t('The first of the list') },
            ...(known || !value ? [] : [{ value, label: value }]),
            ...options,
          ]}
        />
      )}
    </ServerRow>
  );
}
