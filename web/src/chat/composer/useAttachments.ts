import { useEffect, useRef, useState } from 'react';
import { ApiError } from '@/kit/api';
import type { Boot, Media } from '@/kit/api/types';
import { readDraft, writeDraft } from '@/kit/draft';
import { uuidv7 } from '../id';
import { type Limits, overLimit, type Sized } from './limits';
import { imageTypes, upload } from './upload';

export interface Attachment {
  id: string;
  name: string;
  /** A local picture until the server has it, then the server's. */
  src: string;
  /** 0 to 1; 1 is uploaded. */
  progress: number;
  media: Media | null;
  error?: ApiError;
}

export interface Attachments {
  list: readonly Attachment[];
  /** All are on the server and can be sent. */
  ready: boolean;
  add: (files: Iterable<File>) => void;
  remove: (id: string) => void;
  clear: () => void;
}

/** The pictures of a composer. Those that are uploaded are kept with the draft of the same key. */
export function useAttachments(
  key: string | null,
  limits: Limits,
  resize: Boot['uploads']['resize'],
  initial: readonly Media[] = [],
): Attachments {
  const kept = `${key ?? 'new'}/files`;
  const [list, setList] = useState<readonly Attachment[]>(() => restore(kept, initial));
  const uploads = useRef(new Map<string, AbortController>());
  useEffect(() => {
    const media = list.flatMap((one) => (one.media ? [one.media] : []));
    const same = media.length === initial.length && media.every((one, at) => one === initial[at]);
    writeDraft(kept, media.length > 0 && !same ? JSON.stringify(media) : '');
  }, [list, kept, initial]);

  const change = (id: string, fields: Partial<Attachment>) =>
    setList((now) => now.map((one) => (one.id === id ? { ...one, ...fields } : one)));

  const start = (file: File, refused?: ApiError) => {
    const id = uuidv7();
    const src = URL.createObjectURL?.(file) ?? '';
    const made: Attachment = { id, name: file.name, src, progress: 0, media: null };
    setList((now) => [...now, refused ? { ...made, error: refused } : made]);
    if (refused) return;
    const control = new AbortController();
    uploads.current.set(id, control);
    const onProgress = (part: number) => change(id, { progress: Math.min(0.99, part) });
    smaller(file, resize)
      .then((ready) => {
        const late = refusal(ready, limits, []);
        if (late) throw late;
        return upload(ready, onProgress, control.signal);
      })
      .then(({ id: stored, mime, name, size, width, height }) => {
        const media: Media = { file: stored, mime, name, size, width, height };
        change(id, { media, progress: 1 });
      })
      .catch((error: unknown) => change(id, { error: asApiError(error) }))
      .finally(() => uploads.current.delete(id));
  };

  return {
    list,
    ready: list.every((one) => one.media !== null),
    add: (files) => {
      const before: Sized[] = list.flatMap((one) => (one.media ? [sizeOf(one.media)] : []));
      for (const file of files) {
        // What is made smaller first is looked at then.
        const refused = refusal(
          file,
          resize ? { ...limits, bytes: 0, total: 0, types: [] } : limits,
          before,
        );
        if (!refused) before.push(file);
        start(file, refused);
      }
    },
    remove: (id) => {
      uploads.current.get(id)?.abort();
      setList((now) => now.filter((one) => one.id !== id));
    },
    clear: () => {
      for (const one of uploads.current.values()) one.abort();
      setList([]);
      writeDraft(kept, '');
    },
  };
}

/** The picture as it is to be sent. */
async function smaller(file: File, resize: Boot['uploads']['resize']): Promise<File> {
  if (!resize) return file;
  const { shrink } = await import('./shrink');
  return shrink(file, resize);
}

function refusal(file: File, limits: Limits, before: readonly Sized[]): ApiError | undefined {
  if (!imageTypes.includes(file.type)) return new ApiError({ code: 'file_type', status: 415 });
  const detail = overLimit([...before, file], limits);
  return detail ? new ApiError({ code: 'file_limit', status: 413, detail }) : undefined;
}

/** What limits look at. */
export function sizeOf({ mime = '', size = 0 }: Media): Sized {
  return { type: mime, size };
}

function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError({ code: 'network', status: 0 });
}

function restore(kept: string, initial: readonly Media[]): Attachment[] {
  let media = initial;
  try {
    const text = readDraft(kept);
    if (text) media = JSON.parse(text) as Media[];
  } catch {
    // Not ours: the message's own files stand.
  }
  return media.map((one) => ({
    id: one.file ?? uuidv7(),
    name: one.name ?? '',
    src: one.file ? `/api/files/${one.file}` : (one.url ?? ''),
    progress: 1,
    media: one,
  }));
}
