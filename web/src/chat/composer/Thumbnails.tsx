import { ImageOff, X } from 'lucide-react';
import type { ApiError } from '@/kit/api';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import type { Attachment } from './useAttachments';

interface ThumbnailsProps {
  list: readonly Attachment[];
  onRemove: (id: string) => void;
}

/** The pictures that will go with the message, each with a way to take it back. */
export function Thumbnails({ list, onRemove }: ThumbnailsProps) {
  return (
    <ul aria-label={i18n.t('Pictures')} className="flex flex-wrap gap-2 px-4 pt-3">
      {list.map((one) => (
        <li key={one.id} className="relative flex max-w-full items-center gap-2">
          <Picture one={one} />
          {one.error && (
            <p role="alert" className="max-w-56 pr-6 text-danger text-sm">
              {why(one.error)}
            </p>
          )}
          <button
            type="button"
            aria-label={i18n.t('Remove {name}', { name: one.name || i18n.t('picture') })}
            data-tip={i18n.t('Remove')}
            onClick={() => onRemove(one.id)}
            className="absolute -top-1.5 -right-1.5 flex size-6 items-center justify-center rounded-full border border-line bg-surface text-ink-2 transition-colors hover:text-ink pointer-coarse:size-8"
          >
            <X size={13} aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Picture({ one }: { one: Attachment }) {
  if (one.error) {
    return (
      <span className="flex size-16 shrink-0 items-center justify-center rounded-md border border-danger/40 bg-danger-soft text-danger">
        <ImageOff size={20} aria-hidden="true" />
      </span>
    );
  }
  const uploading = one.media === null;
  return (
    <span className="relative block size-16 overflow-hidden rounded-md border border-line">
      <img src={one.src} alt={one.name} className="size-full object-cover" />
      {uploading && (
        <progress
          value={one.progress}
          aria-label={i18n.t('Uploading {name}', { name: one.name })}
          className="absolute inset-x-1.5 bottom-1.5 h-1 w-[calc(100%-.75rem)] appearance-none overflow-hidden rounded-full bg-surface/70 [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-transparent [&::-webkit-progress-value]:bg-accent"
        />
      )}
    </span>
  );
}

function why(error: ApiError): string {
  switch (error.code) {
    case 'file_type':
    case 'file_unsupported':
      return i18n.t('Only PNG, JPEG, WebP and GIF pictures can be attached.');
    default: {
      const { title, detail } = errorText(error);
      return [title, detail].filter(Boolean).join(' ');
    }
  }
}
