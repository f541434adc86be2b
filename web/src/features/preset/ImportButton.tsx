import { useQueryClient } from '@tanstack/react-query';
import { Upload } from 'lucide-react';
import { useRef, useState } from 'react';
import { api } from '@/kit/api';
import type { ImportedPresets } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { toast } from '@/ui/toast';
import { presetsChanged } from './queries';

/** Takes presets from a file that LibreChat, or this page, has written. */
export function ImportButton() {
  const client = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState<ImportedPresets | null>(null);
  const take = async (file: File) => {
    setBusy(true);
    try {
      const presets = read(await file.text());
      const imported = await api.post<ImportedPresets>('/api/presets/import', { presets });
      await presetsChanged(client);
      if (imported.notes.length > 0) setDone(imported);
      else void toast(countText(imported.items.length), { kind: 'ok' });
    } catch (error) {
      const detail =
        error instanceof SyntaxError
          ? i18n.t('This is not an export of presets.')
          : errorText(error).title;
      void toast(i18n.t('Nothing was imported'), { kind: 'error', detail });
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button
        variant="ghost"
        icon={<Upload size={16} />}
        busy={busy}
        onClick={() => input.current?.click()}
      >
        {i18n.t('Import')}
      </Button>
      <input
        ref={input}
        type="file"
        accept="application/json,.json"
        aria-label={i18n.t('File with presets')}
        hidden
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          target.value = ''; // the same file can be taken again
          if (file) void take(file);
        }}
      />
      <Dialog
        open={done !== null}
        onClose={() => setDone(null)}
        title={countText(done?.items.length ?? 0)}
        footer={
          <Button variant="primary" onClick={() => setDone(null)}>
            {i18n.t('Done')}
          </Button>
        }
      >
        <ul className="flex flex-col gap-2">
          {done?.notes.map((note) => (
            <li key={`${note.title} ${note.problem}`} className="text-sm">
              <span dir="auto" className="font-medium">
                {note.title || i18n.t('Untitled')}
              </span>
              {': '}
              {note.problem ??
                i18n.t('without {settings}, which have no place here', {
                  settings: note.left?.join(', ') ?? '',
                })}
            </li>
          ))}
        </ul>
      </Dialog>
    </>
  );
}

function countText(count: number): string {
  return i18n.t('{count, plural, one {# preset imported} other {# presets imported}}', { count });
}

/** The presets of a file: a list, one alone, or a list in an object. */
function read(text: string): unknown[] {
  const data: unknown = JSON.parse(text);
  if (Array.isArray(data)) return data;
  if (typeof data === 'object' && data !== null && 'presets' in data && Array.isArray(data.presets))
    return data.presets;
  return [data];
}
