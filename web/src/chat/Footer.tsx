import type { ReactNode } from 'react';
import { usePage } from '@/session/useSession';

/** The words that whoever runs this server wants below chats: Markdown's links, in parts with | between. */
export function Footer() {
  const { footer } = usePage();
  if (!footer?.trim()) return null;
  return (
    <p className="mt-2 flex flex-wrap justify-center gap-x-3 gap-y-1 text-balance text-center text-ink-3 text-xs">
      {footer.split('|').map((part) => (
        <span key={part}>{linked(part.trim())}</span>
      ))}
    </p>
  );
}

const link = /\[([^\]]+)\]\(((?:https?:\/\/|mailto:|\/(?!\/))[^\s)]*)\)/;

function linked(text: string): ReactNode {
  const found = link.exec(text);
  if (!found) return text;
  return (
    <>
      {text.slice(0, found.index)}
      <a href={found[2]} target="_blank" rel="noreferrer" className="underline hover:text-ink">
        {found[1]}
      </a>
      {linked(text.slice(found.index + found[0].length))}
    </>
  );
}
