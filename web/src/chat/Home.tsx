import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowUpRight, MessageSquare } from 'lucide-react';
import { useEffect, useEffectEvent, useState } from 'react';
import { navigate } from '@/kit/address';
import type { Message } from '@/kit/api/types';
import { writeDraft } from '@/kit/draft';
import { formatRelative } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import { Link } from '@/kit/route';
import { useShortcuts } from '@/kit/shortcuts';
import { useMe, useSession } from '@/session/useSession';
import { cx } from '@/ui/cx';
import { ContextHint } from './ContextHint';
import { Composer, type Draft } from './composer/Composer';
import { focusComposer } from './composer/focus';
import { Footer } from './Footer';
import { uuidv7 } from './id';
import { chatKeys } from './keys';
import { carryChoice, chooseModel, type KnownModel, useChosenModel, useModels } from './models';
import { carryOptions } from './options';
import { sendMessage } from './outbox';
import { carryPreset, nextPreset } from './preset';
import { recentChatsQuery } from './queries';

/** The chat that is not begun yet: a greeting, the composer, something to try. */
export function Home() {
  const client = useQueryClient();
  const me = useMe();
  const { boot } = useSession();
  const [model, setModel] = useChosenModel(null, undefined);
  const models = useModels();
  const host = models?.get(model);
  const [round, setRound] = useState(0);
  useShortcuts([{ ...chatKeys().write, run: focusComposer }]);
  const begin = ({ text, media }: Draft, asked = model) => {
    const chat = uuidv7();
    carryChoice(chat);
    carryOptions(chat);
    const preset = carryPreset(chat);
    sendMessage(client, { chat, text, model: asked, parent: null, media, first: true, preset });
    navigate(`/c/${chat}`);
  };
  // Read once the models are known, and taken out of the address, lest going back would send it again.
  const take = useEffectEvent(async (known: ReadonlyMap<string, KnownModel>) => {
    const { search } = location;
    navigate('/', 'replace');
    const { readAddress } = await import('./fromAddress');
    const said = readAddress(search, known);
    if (said.model) {
      nextPreset.set(null); // the address goes before the preset that chats begin with
      chooseModel(null, said.model);
    }
    const asked = said.model || model;
    if (said.text && said.submit && asked) begin({ text: said.text, media: [] }, asked);
    else if (said.text) {
      writeDraft(null, said.text);
      setRound((count) => count + 1);
    }
  });
  useEffect(() => {
    if (models && location.search) void take(models);
  }, [models]);
  return (
    <main id="main" className="h-full overflow-y-auto">
      <div className="mx-auto flex min-h-full w-full max-w-(--column) flex-col px-4 pt-[max(4rem,calc(38vh-8rem))] pb-8 sm:px-6">
        <div className="mb-6">
          <h1 className="font-semibold text-2xl tracking-[-.015em] max-sm:text-xl">
            {host?.greeting ||
              boot.page.welcome?.replaceAll('{{user.name}}', me.name) ||
              greeting(me.name)}
          </h1>
          {host?.greeting && host.description && (
            <p className="mt-1.5 text-pretty text-ink-2">{host.description}</p>
          )}
        </div>
        <Composer
          key={round}
          draftKey={null}
          model={model}
          onModel={setModel}
          placeholder={i18n.t('What is on your mind?')}
          hint={<ContextHint chat={null} path={none} model={model} />}
          autoFocus={matchMedia('(pointer: fine)').matches}
          onSubmit={begin}
        />
        <Suggestions onPick={(text) => begin({ text, media: [] })} model={model} />
        <Recent />
        <span className="grow" />
        <Footer />
      </div>
    </main>
  );
}

const none: readonly Message[] = [];

function greeting(name: string): string {
  const hour = new Date().getHours();
  const first = name.trim().split(/\s+/)[0] ?? '';
  if (hour < 5 || hour >= 18) return i18n.t('Good evening, {first}', { first });
  if (hour < 12) return i18n.t('Good morning, {first}', { first });
  return i18n.t('Good afternoon, {first}', { first });
}

interface SuggestionsProps {
  onPick: (text: string) => void;
  model: string;
}

/** Something to try: a press sends it. Unseen until the model is known, lest they change under the finger. */
function Suggestions({ onPick, model }: SuggestionsProps) {
  const models = useModels();
  const known = models?.get(model);
  const all = known?.starters ?? (known?.provider.demo ? demoSuggestions() : suggestions());
  return (
    <ul
      aria-label={i18n.t('Suggestions')}
      className={cx('mt-4 grid gap-2 sm:grid-cols-2', !models && 'invisible')}
    >
      {all.map((text) => (
        <li key={text}>
          <button
            type="button"
            disabled={!model}
            onClick={() => onPick(text)}
            className="group flex h-full min-h-11 w-full items-start gap-2 rounded-md border border-line px-3.5 py-2.5 text-left text-ink-2 transition-colors hover:border-line-strong/60 hover:bg-surface hover:text-ink disabled:opacity-50"
          >
            <span className="grow text-pretty">{text}</span>
            <ArrowUpRight
              size={15}
              aria-hidden="true"
              className="mt-0.5 shrink-0 text-ink-3 transition-colors group-hover:text-accent"
            />
          </button>
        </li>
      ))}
    </ul>
  );
}

function suggestions(): string[] {
  return [
    i18n.t('Explain how tides work to a curious ten-year-old'),
    i18n.t('Write a Go function that merges two sorted slices, with a test'),
    i18n.t('Compare three ways to store passwords, in a table'),
    i18n.t('What time is it in Lisbon, and what is 17 % of 2,480?'),
  ];
}

/** What the script that stands in for a model has an answer to. */
function demoSuggestions(): string[] {
  return [
    i18n.t('Give me a tour'),
    i18n.t('Show me a table, some code and a formula'),
    i18n.t('Calculate 12 * 7'),
    i18n.t('What can Parley do?'),
  ];
}

/** The last few chats, to go on with. */
function Recent() {
  const { data } = useQuery(recentChatsQuery());
  if (!data || data.length === 0) return null;
  return (
    <section aria-labelledby="recent" className="mt-8">
      <h2 id="recent" className="mb-1 px-2 font-medium text-ink-3 text-xs">
        {i18n.t('Recent')}
      </h2>
      <ul>
        {data.map((chat) => (
          <li key={chat.id}>
            <Link
              to={`/c/${chat.id}`}
              className="flex min-h-9 items-center gap-2.5 rounded-sm px-2 text-ink no-underline transition-colors hover:bg-hover pointer-coarse:min-h-11"
            >
              <MessageSquare size={15} aria-hidden="true" className="shrink-0 text-ink-3" />
              <span dir="auto" className="min-w-0 grow truncate">
                {chat.title}
              </span>
              <time dateTime={chat.updatedAt} className="shrink-0 text-ink-3 text-xs">
                {formatRelative(chat.updatedAt)}
              </time>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
