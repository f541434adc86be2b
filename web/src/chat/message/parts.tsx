import { Download, ExternalLink, FileText, Info } from 'lucide-react';
import type { ComponentType } from 'react';
import type { Media, Message, Part } from '@/kit/api/types';
import { formatBytes } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import { Markdown } from '@/kit/markdown/Markdown';
import { cx } from '@/ui/cx';
import { useSlots } from '../slots';
import { FailurePart } from './FailurePart';

export interface PartProps {
  part: Part;
  message: Message;
  /** More of this part may come. */
  streaming: boolean;
}

const own: Readonly<Record<string, ComponentType<PartProps>>> = {
  text: TextPart,
  image: ImagePart,
  file: FilePart,
  audio: AudioPart,
  summary: SummaryPart,
  notice: NoticePart,
  error: FailurePart,
};

/** One piece of content, shown by whoever knows its type; an unknown type is passed over. */
export function PartView(props: PartProps) {
  const { parts } = useSlots();
  const View = parts?.[props.part.type] ?? own[props.part.type];
  return View ? <View {...props} /> : null;
}

function TextPart({ part, message, streaming }: PartProps) {
  return <Markdown text={part.text ?? ''} streaming={streaming} breaks={message.role === 'user'} />;
}

function ImagePart({ part: { media }, message }: PartProps) {
  if (!media) return null;
  const src = addressOf(media);
  if (!src) return <ElsewherePart media={media} />;
  const { width, height } = media;
  const made = message.role === 'assistant';
  const picture = (
    <a
      href={src}
      target="_blank"
      rel="noreferrer"
      className="block w-fit overflow-hidden rounded-md border border-line"
    >
      <img
        src={src}
        alt={made ? i18n.t('Picture made by the model') : media.name || i18n.t('Attached picture')}
        width={width || undefined}
        height={height || undefined}
        loading="lazy"
        className={cx('w-auto max-w-full object-contain', made ? 'max-h-120' : 'max-h-72')}
      />
    </a>
  );
  if (!made) return picture;
  return (
    <figure className="m-0 flex flex-col items-start gap-1">
      {picture}
      <SaveLink src={src} media={media} />
    </figure>
  );
}

function AudioPart({ part: { media }, message }: PartProps) {
  if (!media) return null;
  const src = addressOf(media);
  if (!src) return <ElsewherePart media={media} />;
  const made = message.role === 'assistant';
  return (
    <figure className="m-0 flex min-w-0 flex-col items-start gap-1">
      {/* biome-ignore lint/a11y/useMediaCaption: there is no text to go with it */}
      <audio
        controls
        preload="metadata"
        src={src}
        aria-label={made ? i18n.t('Sound made by the model') : media.name || i18n.t('Sound')}
        className="w-80 max-w-full"
      />
      <SaveLink src={src} media={media} />
    </figure>
  );
}

/** Where our server has it, or the bytes themselves; nothing is loaded from elsewhere. */
function addressOf({ file, url }: Media): string | undefined {
  if (file) return `/api/files/${file}`;
  return url && /^(\/|blob:|data:)/.test(url) ? url : undefined;
}

function SaveLink({ src, media }: { src: string; media: Media }) {
  return (
    <a href={src} download={media.name || ''} className={fileLink}>
      <Download size={14} aria-hidden="true" />
      {i18n.t('Download')}
      {media.size ? <span className="text-ink-3">{formatBytes(media.size)}</span> : null}
    </a>
  );
}

/** What a provider keeps on its own server: a link, which the reader may follow. */
function ElsewherePart({ media }: { media: Media }) {
  if (!media.url || !/^https?:\/\//i.test(media.url)) return null;
  return (
    <a href={media.url} target="_blank" rel="noreferrer noopener" className={fileLink}>
      <ExternalLink size={14} aria-hidden="true" />
      {media.name || i18n.t('File at the provider')}
    </a>
  );
}

const fileLink =
  'flex w-fit max-w-full items-center gap-1.5 rounded-sm text-ink-2 text-sm no-underline transition-colors hover:text-ink hover:underline pointer-coarse:min-h-11';

function FilePart({ part: { media } }: PartProps) {
  if (!media?.file) return null;
  return (
    <a href={`/api/files/${media.file}`} download={media.name} className={fileLink}>
      <FileText size={15} className="shrink-0" aria-hidden="true" />
      <span className="truncate">{media.name || i18n.t('File')}</span>
      {media.size ? <span className="shrink-0 text-ink-3">{formatBytes(media.size)}</span> : null}
    </a>
  );
}

function SummaryPart({ part }: PartProps) {
  return (
    <div className="border-line border-l-2 pl-3 text-ink-2 text-sm">
      <Markdown text={part.text ?? ''} />
    </div>
  );
}

function NoticePart({ part }: PartProps) {
  return (
    <p className="flex items-start gap-2 text-ink-2 text-sm">
      <Info size={15} className="mt-0.5 shrink-0 text-ink-3" aria-hidden="true" />
      {part.text}
    </p>
  );
}
