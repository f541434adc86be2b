import type { ReactNode } from 'react';
import type { Message } from '@/kit/api/types';
import { formatDateTime } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import { Markdown } from '@/kit/markdown/Markdown';
import { plainText } from '@/turn/frame';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { useChatActions } from '../actions';

interface EarlierDialogProps {
  /** The message as it is, and as it was; null was deleted. */
  shown: { now: Message; before: Message | null } | null;
  onClose: () => void;
}

/** An edited message or its answer, with the version before. */
export function EarlierDialog({ shown, onClose }: EarlierDialogProps) {
  const actions = useChatActions();
  const before = shown?.before;
  return (
    <Dialog
      open={shown !== null}
      onClose={onClose}
      size="lg"
      title={i18n.t('Earlier version')}
      footer={
        before && (
          <Button
            onClick={() => {
              onClose();
              actions.select(before.id);
            }}
          >
            {i18n.t('Go to the earlier version')}
          </Button>
        )
      }
    >
      {shown && (
        <div className="grid gap-4 md:grid-cols-2">
          <Version title={i18n.t('Before')} message={before ?? null} />
          <Version title={i18n.t('Now')} message={shown.now} />
        </div>
      )}
    </Dialog>
  );
}

function Version({ title, message }: { title: string; message: Message | null }) {
  let body: ReactNode = <p className="text-ink-2">{i18n.t('The earlier version was deleted.')}</p>;
  if (message) {
    const text = plainText(message.parts);
    body = text ? (
      <Markdown text={text} breaks={message.role === 'user'} />
    ) : (
      <p className="text-ink-2">{i18n.t('There is no text.')}</p>
    );
  }
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <h3 className="flex items-baseline gap-2 font-medium text-sm">
        {title}
        {message && (
          <time dateTime={message.createdAt} className="font-normal text-ink-3 text-xs">
            {formatDateTime(message.createdAt)}
          </time>
        )}
      </h3>
      <div
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
        tabIndex={0}
        className="max-h-[50dvh] overflow-y-auto rounded-md bg-sunken px-3.5 py-3 text-base leading-normal [--thread-size:14px]"
      >
        {body}
      </div>
    </section>
  );
}
