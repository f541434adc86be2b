import { useContext, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Media, Message } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { plainText } from '@/turn/frame';
import { cx } from '@/ui/cx';
import { useChatActions } from '../actions';
import { Composer } from '../composer/Composer';
import { editKey } from '../editing';
import { ChatModelContext } from '../models';
import { PartView } from './parts';

/** Lines that are shown of a long question before it is opened. */
const lines = 12;

/** The user's own words, at the right. */
export function UserMessage({ message }: { message: Message }) {
  const text = plainText(message.parts);
  const images = message.parts.filter(({ type }) => type === 'image');
  const others = message.parts.filter(({ type }) => type !== 'image');
  // Only what may be long is measured: measuring makes the browser lay it out.
  const long = text.length > 400 || text.split('\n').length > lines;
  const { body, clipped } = useClipped(long);
  const [open, setOpen] = useState(false);
  return (
    <div className="flex w-fit max-w-full flex-col rounded-[14px] bg-sunken px-4 [--md-ground:var(--sunken)] py-2.5 forced-colors:border">
      <div
        ref={body}
        className={cx('flex min-w-0 flex-col gap-2', long && !open && 'overflow-hidden')}
        style={
          long && !open
            ? { maxHeight: `calc(${lines} * var(--thread-size) * var(--thread-leading))` }
            : undefined
        }
      >
        {images.length > 0 && (
          // Several stand side by side, and small: the question is what matters.
          <div className={cx('flex flex-wrap gap-2', images.length > 1 && '[&_img]:max-h-36')}>
            {images.map((part, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a question's parts do not change
              <PartView key={at} part={part} message={message} streaming={false} />
            ))}
          </div>
        )}
        {others.map((part, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a question's parts do not change
          <PartView key={at} part={part} message={message} streaming={false} />
        ))}
      </div>
      {(clipped || (long && open)) && (
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="mt-1 -ml-1.5 w-fit rounded-sm px-1.5 py-1 text-ink-2 text-sm transition-colors hover:bg-hover hover:text-ink pointer-coarse:min-h-11"
        >
          {open ? i18n.t('Show less') : i18n.t('Show all')}
        </button>
      )}
    </div>
  );
}

/** Whether the body is higher than the room it has. */
function useClipped(measure: boolean) {
  const body = useRef<HTMLDivElement>(null);
  const [clipped, setClipped] = useState(false);
  useLayoutEffect(() => {
    const element = body.current;
    if (!measure || !element) return;
    setClipped(element.scrollHeight > element.clientHeight + 4);
  }, [measure]);
  return { body, clipped };
}

/** The same composer again, in the place of the message that is edited. */
export function EditMessage({ message, busy }: { message: Message; busy: boolean }) {
  const actions = useChatActions();
  const [model, setModel] = useContext(ChatModelContext);
  const initial = useMemo(() => draftOf(message), [message]);
  return (
    <div className="w-full">
      <Composer
        mode="edit"
        draftKey={editKey(actions.chat, message.id)}
        initial={initial}
        model={model}
        onModel={setModel}
        autoFocus
        hold={busy}
        onSubmit={(draft) => actions.resend(message.id, draft)}
        onCancel={() => actions.edit(message.id, false)}
      />
    </div>
  );
}

function draftOf(message: Message): { text: string; media: Media[] } {
  const media = message.parts.flatMap((part) => (part.media ? [part.media] : []));
  return { text: plainText(message.parts), media };
}
