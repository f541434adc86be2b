import { ApiError } from '@/kit/api';
import type { UploadedFile } from '@/kit/api/types';

/** What may be attached; the server decides by the bytes, this is for the file dialog. */
export const imageTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];

/** Sends a file and reports how much of it has gone, from 0 to 1. fetch cannot say that. */
export function upload(
  file: File,
  onProgress: (part: number) => void,
  signal: AbortSignal,
): Promise<UploadedFile> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/api/files');
    request.setRequestHeader('accept', 'application/json');
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(new ApiError({ code: 'network', status: 0 }));
    request.onload = () => {
      const body = parse(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(body as unknown as UploadedFile);
      else reject(refusal(request.status, body));
    };
    signal.addEventListener('abort', () => request.abort());
    const form = new FormData();
    form.append('file', file, file.name || 'image');
    request.send(form);
  });
}

function refusal(status: number, body: Record<string, unknown>): ApiError {
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return new ApiError({
    code: text(body.code) || `http_${status}`,
    status,
    detail: text(body.detail),
    more: text(body.more),
    requestId: text(body.requestId),
  });
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
