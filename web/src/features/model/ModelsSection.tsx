import { useQuery, useQueryClient } from '@tanstack/react-query';
import { PinOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { modelLabel, useModels } from '@/chat/models';
import { modelsQuery } from '@/chat/queries';
import type { ModelLayout, Models } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { IconButton } from '@/ui/IconButton';
import { Rows, Section } from '@/ui/Section';
import { Skeleton } from '@/ui/Skeleton';
import { LayoutEditor } from './LayoutEditor';
import { layoutQuery, moved, saveForEveryone, saveLayout, toggled } from './layout';
import { MoveButtons } from './MoveButtons';
import { OverrideDialog } from './OverrideDialog';
import { SpecsSection } from './SpecsSection';

/** How the user's own list of models is laid out. */
export function ModelsSection() {
  const client = useQueryClient();
  const known = useLayout();
  if (!known.ready) return known.instead;
  const { models, layout } = known;
  return (
    <>
      <Pinned pinned={layout.pinned} />
      <Section
        title={i18n.t('All models')}
        lead={i18n.t('What you hide leaves your list. Chats that use it go on.')}
      >
        <LayoutEditor
          providers={models.items}
          arrangement={layout}
          pinned={layout.pinned}
          onChange={(change) => saveLayout(client, change)}
          onPin={(id) => saveLayout(client, { pinned: toggled(layout.pinned, id) })}
        />
      </Section>
    </>
  );
}

/** What everyone finds: the curated models, and how the list is laid out. */
export function EveryoneSection() {
  return (
    <>
      <SpecsSection />
      <EveryonesLayout />
    </>
  );
}

/** The layout of everyone's list, which each user's own goes before. */
function EveryonesLayout() {
  const client = useQueryClient();
  const known = useLayout();
  if (!known.ready) return known.instead;
  const { models, layout } = known;
  return (
    <Section
      lead={i18n.t(
        'What is hidden here leaves the list of everyone who has not pinned it. It tidies up, and forbids nothing.',
      )}
      title={i18n.t('All models')}
    >
      <LayoutEditor
        providers={models.items}
        arrangement={layout.everyone}
        onChange={(change) => saveForEveryone(client, change)}
        about={(model, close) => <OverrideDialog model={model} onClose={close} />}
      />
    </Section>
  );
}

function Pinned({ pinned }: { pinned: readonly string[] }) {
  const client = useQueryClient();
  const models = useModels();
  return (
    <Section title={i18n.t('Pinned')} lead={i18n.t('They stand above the list, in this order.')}>
      {pinned.length === 0 ? (
        <p className="text-ink-3">
          {i18n.t('None yet. Pin a model below, or where you choose it.')}
        </p>
      ) : (
        <Rows>
          {pinned.map((id, at) => {
            const label = modelLabel(models, id);
            return (
              <div key={id} className="flex items-center gap-2 py-1.5 pr-2 pl-4">
                <span className="min-w-0 grow truncate">{label}</span>
                <MoveButtons
                  label={label}
                  first={at === 0}
                  last={at === pinned.length - 1}
                  onMove={(by) => saveLayout(client, { pinned: moved(pinned, id, by) })}
                />
                <IconButton
                  label={i18n.t('Unpin {label}', { label })}
                  onClick={() => saveLayout(client, { pinned: toggled(pinned, id) })}
                >
                  <PinOff size={16} />
                </IconButton>
              </div>
            );
          })}
        </Rows>
      )}
    </Section>
  );
}

type Known =
  | { ready: true; models: Models; layout: ModelLayout }
  | { ready: false; instead: ReactNode };

/** The models and their layout, or what stands there until they are known. */
function useLayout(): Known {
  const models = useQuery(modelsQuery());
  const layout = useQuery(layoutQuery());
  const error = models.error ?? layout.error;
  if (models.data && layout.data) {
    if (models.data.items.length > 0) {
      return { ready: true, models: models.data, layout: layout.data };
    }
    return {
      ready: false,
      instead: (
        <EmptyState
          title={i18n.t('No model is set up yet. An administrator can connect a provider.')}
        />
      ),
    };
  }
  const again = () => void Promise.all([models.refetch(), layout.refetch()]);
  return {
    ready: false,
    instead: error ? <ErrorNotice {...errorText(error)} onRetry={again} /> : <Skeleton rows={6} />,
  };
}
