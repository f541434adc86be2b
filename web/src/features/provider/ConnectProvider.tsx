import { ChevronRight, Cloud, HardDrive, Link2, Sparkles } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { api } from '@/kit/api';
import type { LocalServer, Provider } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { Button } from '@/ui/Button';
import { AddressForm } from './AddressForm';
import { CloudForm } from './CloudForm';
import { KeyForm } from './KeyForm';
import { Refused } from './Refused';
import { useConnect, type Wanted } from './useConnect';

interface ConnectProviderProps {
  /** Names in use. */
  taken?: readonly string[];
  /** Offer the scripted model. */
  demo?: boolean;
  onConnected: (provider: Provider) => void;
}

/** Every way to a provider: a key, a server found on this machine, an address, the demo. */
export function ConnectProvider({ taken = [], demo = false, onConnected }: ConnectProviderProps) {
  const { connect, busy, error, force } = useConnect(taken, onConnected);
  const found = useLocalServers();
  return (
    <div className="flex flex-col gap-5">
      <KeyForm onConnect={(wanted, force) => void connect(wanted, force)} busy={busy} />
      {error !== null && (
        <div ref={reveal}>
          <Refused
            error={error}
            actions={
              force && (
                <Button size="sm" onClick={force}>
                  {i18n.t('Save it anyway')}
                </Button>
              )
            }
          />
        </div>
      )}
      <div className="flex items-center gap-3 text-ink-3 text-sm">
        <span className="h-px grow bg-line" />
        {i18n.t('or without a key')}
        <span className="h-px grow bg-line" />
      </div>
      <ul className="divide-y divide-line overflow-hidden rounded-md border border-line bg-surface">
        {found.map((server) => {
          const wanted: Wanted = {
            name: server.kind,
            kind: server.kind,
            baseUrl: server.baseUrl,
          };
          return (
            <Way
              key={server.baseUrl}
              icon={<HardDrive size={18} />}
              title={i18n.t('{label} on this machine', { label: server.label })}
              detail={i18n.t(
                '{count, plural, =0 {Running, no models yet} one {Running, # model} other {Running, # models}}',
                { count: server.models.length },
              )}
              action={i18n.t('Use')}
              busy={busy(wanted)}
              onAct={() => void connect(wanted)}
            />
          );
        })}
        <Unfolding
          icon={<Link2 size={18} />}
          title={i18n.t('A server by its address')}
          detail={i18n.t('vLLM, a gateway, anything that speaks OpenAI’s protocol')}
        >
          <AddressForm
            onConnect={(wanted) => void connect(wanted)}
            busy={busy({ kind: 'custom' })}
          />
        </Unfolding>
        <Unfolding
          icon={<Cloud size={18} />}
          title={i18n.t('A cloud account')}
          detail={i18n.t('Azure OpenAI, Amazon Bedrock, Vertex AI')}
        >
          <CloudForm onConnect={(wanted) => void connect(wanted)} busy={(kind) => busy({ kind })} />
        </Unfolding>
        {demo && (
          <Way
            icon={<Sparkles size={18} />}
            title={i18n.t('Demo')}
            detail={i18n.t('A scripted tour, not a real model: no account, no cost')}
            action={i18n.t('Use the demo')}
            busy={busy({ kind: 'demo' })}
            onAct={() => void connect({ name: 'demo', kind: 'demo' })}
          />
        )}
      </ul>
    </div>
  );
}

/** Brings what went wrong into sight: the form that was sent may stand far below. */
function reveal(notice: HTMLElement | null): void {
  notice?.scrollIntoView({ block: 'nearest' });
}

interface UnfoldingProps {
  icon: ReactNode;
  title: string;
  detail: string;
  children: ReactNode;
}

/** A way that needs a form, which unfolds below it. */
function Unfolding({ icon, title, detail, children }: UnfoldingProps) {
  const [open, setOpen] = useState(false);
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex min-h-14 w-full items-center gap-3 px-3.5 py-2 text-left transition-colors hover:bg-hover"
      >
        <span className="shrink-0 text-ink-3" aria-hidden="true">
          {icon}
        </span>
        <span className="min-w-0 grow">
          <span className="block font-medium">{title}</span>
          <span className="block text-ink-3 text-sm">{detail}</span>
        </span>
        <ChevronRight
          size={16}
          className={`shrink-0 text-ink-3 transition-transform ${open ? 'rotate-90' : ''}`}
          aria-hidden="true"
        />
      </button>
      {open && children}
    </li>
  );
}

interface WayProps {
  icon: ReactNode;
  title: string;
  detail: string;
  action: string;
  busy: boolean;
  onAct: () => void;
}

function Way({ icon, title, detail, action, busy, onAct }: WayProps) {
  return (
    <li className="flex min-h-14 items-center gap-3 px-3.5 py-2">
      <span className="shrink-0 text-ink-3" aria-hidden="true">
        {icon}
      </span>
      <span className="min-w-0 grow">
        <span className="block font-medium">{title}</span>
        <span className="block text-ink-3 text-sm">{detail}</span>
      </span>
      <Button size="sm" busy={busy} onClick={onAct}>
        {action}
      </Button>
    </li>
  );
}

function useLocalServers(): LocalServer[] {
  const [found, setFound] = useState<LocalServer[]>([]);
  useEffect(() => {
    const ended = new AbortController();
    api
      .get<{ items: LocalServer[] }>('/api/providers/local', { signal: ended.signal })
      .then(({ items }) => setFound(items))
      // An offer, no more: without it the other ways are still there.
      .catch(() => undefined);
    return () => ended.abort();
  }, []);
  return found;
}
