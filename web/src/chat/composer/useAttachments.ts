import { useEffect, useRef, useState } from 'react';
import { ApiError } from '@/kit/api';
import type { Media } from '@/kit/api/types';
import { readDraft, writeDraft } from '@/kit/draft';
import { uuidv7 } from '../id';
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
  maxBytes: number,
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

  const start = (file: File) => {
    const id = uuidv7();
    const src = URL.createObjectURL?.(file) ?? '';
    const made: Attachment = { id, name: file.name, src, progress: 0, media: null };
    const refused = refusal(file, maxBytes);
    setList((now) => [...now, refused ? { ...made, error: refused } : made]);
    if (refused) return;
    const control = new AbortController();
    uploads.current.set(id, control);
    upload(file, (progress) => change(id, { progress: Math.min(0.99, progress) }), control.signal)
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
      for (const file of files) start(file);
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

function refusal(file: File, maxBytes: number): ApiError | undefined {
  if (!imageTypes.includes(file.type)) return new ApiError({ code: 'file_type', status: 415 });
  if (maxBytes > 0 && file.size > maxBytes) return new ApiError({ code: 'file_size', status: 413 });
  return undefined;
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
