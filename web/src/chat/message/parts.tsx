import { Info } from 'lucide-react';
import type { ComponentType } from 'react';
import type { Message, Part } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { Markdown } from '@/kit/markdown/Markdown';
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

function ImagePart({ part: { media } }: PartProps) {
  if (!media) return null;
  const src = media.file ? `/api/files/${media.file}` : media.url;
  const { width, height } = media;
  return (
    <a
      href={src}
      target="_blank"
      rel="noreferrer"
      className="block w-fit overflow-hidden rounded-md border border-line"
    >
      <img
        src={src}
        alt={media.name || i18n.t('Attached picture')}
        width={width || undefined}
        height={height || undefined}
        loading="lazy"
        className="max-h-72 w-auto max-w-full object-contain"
      />
    </a>
  );
}

function FilePart({ part: { media } }: PartProps) {
  if (!media?.file) return null;
  return (
    <a href={`/api/files/${media.file}`} download={media.name}>
      {media.name || i18n.t('File')}
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
