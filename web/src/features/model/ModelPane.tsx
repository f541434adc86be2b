import { useQueryClient } from '@tanstack/react-query';
import { EyeOff, KeyRound, Pin, PinOff } from 'lucide-react';
import { wantsKey } from '@/chat/models';
import type { Model, ModelLayout, ModelProvider } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { Link } from '@/kit/route';
import { Button } from '@/ui/Button';
import { buttonClass } from '@/ui/looks';
import { saveLayout, toggled } from './layout';
import { ModelDetails } from './ModelDetails';

interface ModelPaneProps {
  model: Model;
  provider: ModelProvider;
  layout: ModelLayout;
}

/** Beside the list: all about the row that is pointed at, and what to do with it. */
export function ModelPane({ model, provider, layout }: ModelPaneProps) {
  const client = useQueryClient();
  const pinned = layout.pinned.includes(model.id);
  return (
    <section
      aria-label={i18n.t('About this model')}
      className="w-72 shrink-0 overflow-y-auto border-line border-l p-4 max-sm:hidden"
    >
      <ModelDetails
        model={model}
        action={
          <>
            {wantsKey(provider) && (
              <Link to="/settings/provider-keys" className={buttonClass('primary', 'sm')}>
                <KeyRound size={14} aria-hidden="true" />
                {i18n.t('Enter your key')}
              </Link>
            )}
            <Button
              size="sm"
              icon={pinned ? <PinOff size={14} /> : <Pin size={14} />}
              onClick={() => saveLayout(client, { pinned: toggled(layout.pinned, model.id) })}
            >
              {pinned ? i18n.t('Unpin') : i18n.t('Pin')}
            </Button>
            {!pinned && (
              <Button
                size="sm"
                variant="ghost"
                icon={<EyeOff size={14} />}
                onClick={() => saveLayout(client, { hidden: toggled(layout.hidden, model.id) })}
              >
                {i18n.t('Hide')}
              </Button>
            )}
          </>
        }
      />
    </section>
  );
}
