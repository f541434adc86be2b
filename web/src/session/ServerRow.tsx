import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Pin, RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import { api } from '@/kit/api';
import type { ServerSettings } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { Badge } from '@/ui/Badge';
import { IconButton } from '@/ui/IconButton';
import { SettingRow } from '@/ui/Section';
import { toast } from '@/ui/toast';

/** Where the settings of the server are kept on a page of administrators. */
export const serverKey = ['server'];

export function useServerSettings() {
  return useQuery({
    queryKey: serverKey,
    queryFn: () => api.get<ServerSettings>('/api/settings'),
  });
}

interface ServerRowProps {
  /** The setting's name. */
  name: string;
  settings: ServerSettings;
  label: string;
  help?: string;
  children: (control: {
    'aria-labelledby': string;
    'aria-describedby'?: string;
    disabled: boolean;
  }) => ReactNode;
}

/** A setting of the server: its control, who gives it its value, and the way back from what was set here. */
export function ServerRow({ name, settings, label, help, children }: ServerRowProps) {
  const client = useQueryClient();
  const reset = useMutation({
    mutationFn: () => api.delete<ServerSettings>(`/api/settings/${name}`),
    onSuccess: (saved) => {
      client.setQueryData(serverKey, saved);
      void client.invalidateQueries({ queryKey: ['config'] });
      void client.invalidateQueries({ queryKey: ['models'] });
    },
    onError: (error) =>
      void toast(i18n.t('That setting could not be saved'), {
        kind: 'error',
        detail: errorText(error).title,
      }),
  });
  const pinned = settings.pinned.includes(name);
  const origin = settings.origins[name];
  return (
    <SettingRow label={label} help={help}>
      {(control) => (
        <div className="flex max-w-full flex-wrap items-center gap-x-3 gap-y-2">
          {pinned && (
            <Badge>
              <Pin size={11} aria-hidden="true" />
              {i18n.t('Pinned in the config file')}
            </Badge>
          )}
          {!pinned && origin === 'config' && <Badge>{i18n.t('From the config file')}</Badge>}
          {origin === 'ui' && (
            <IconButton
              size="sm"
              label={i18n.t('Reset {name}', { name: label })}
              disabled={reset.isPending}
              onClick={() => reset.mutate()}
            >
              <RotateCcw size={15} />
            </IconButton>
          )}
          {children({ ...control, disabled: pinned })}
        </div>
      )}
    </SettingRow>
  );
}
