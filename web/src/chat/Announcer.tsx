import { useEffect, useRef, useState } from 'react';
import type { Message } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { plainText } from '@/turn/frame';
import type { TurnStream } from '@/turn/stream';
import { useTurn } from '@/turn/useTurn';

/** Between two words that it still goes on. */
const still = 8000;

interface AnnouncerProps {
  running: boolean;
  stream: TurnStream | undefined;
  last: Message | undefined;
}

/**
 * Tells who listens that an answer is being written, that it still is, and that it is done. The text
 * itself is not a live region: it would be read in pieces.
 */
export function Announcer({ running, stream, last }: AnnouncerProps) {
  const waiting = useTurn(stream)?.status === 'waiting';
  const [said, setSaid] = useState('');
  const before = useRef(false);
  const ended = useRef(last);
  ended.current = last;
  useEffect(() => {
    if (running) {
      before.current = true;
      setSaid(i18n.t('Answering'));
      let odd = false;
      const timer = setInterval(() => {
        // The same words twice would not be read again.
        odd = !odd;
        setSaid(odd ? i18n.t('Still answering') : i18n.t('Still answering…'));
      }, still);
      return () => clearInterval(timer);
    }
    if (!before.current) return undefined;
    before.current = false;
    const words = plainText(ended.current?.parts ?? [])
      .split(/\s+/)
      .filter(Boolean).length;
    setSaid(
      ended.current?.status === 'complete'
        ? i18n.t('Answer complete, {words, plural, one {# word} other {# words}}', { words })
        : i18n.t('The answer ended'),
    );
    return undefined;
  }, [running]);
  return (
    <p role="status" className="sr-only">
      {waiting ? i18n.t('The answer waits for you to allow a tool') : said}
    </p>
  );
}
