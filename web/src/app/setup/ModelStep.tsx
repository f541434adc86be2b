import { type FormEvent, useEffect, useState } from 'react';
import { api } from '@/kit/api';
import type { Models } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { saveSettings } from '@/session/settings';
import { Button } from '@/ui/Button';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Skeleton } from '@/ui/Skeleton';
import { ModelList } from './ModelList';
import { StepFrame } from './StepFrame';

interface ModelStepProps {
  onDone: () => void;
  onBack: () => void;
}

/** The model that a new chat starts with, for everyone here. */
export function ModelStep({ onDone, onBack }: ModelStepProps) {
  const [models, setModels] = useState<Models | null>(null);
  const [chosen, setChosen] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    api
      .get<Models>('/api/models')
      .then((loaded) => {
        setModels(loaded);
        setChosen(loaded.default || (loaded.items[0]?.models[0]?.id ?? ''));
      })
      .catch(setError);
  }, []);

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await api.patch('/api/settings', { defaultModel: chosen });
      await saveSettings({ model: chosen });
      onDone();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };

  if (models && !models.items.some((provider) => provider.models.length > 0)) {
    return <NoModels onDone={onDone} onBack={onBack} />;
  }
  return (
    <StepFrame
      step={3}
      title={i18n.t('Choose a model')}
      lead={i18n.t('New chats start with it. Everyone can pick another in the chat.')}
    >
      <form onSubmit={onSubmit} className="flex flex-col gap-5">
        {models ? (
          <ModelList providers={models.items} chosen={chosen} onChoose={setChosen} />
        ) : (
          error === null && <Skeleton rows={5} />
        )}
        {error !== null && <ErrorNotice {...errorText(error)} />}
        <div className="flex items-center justify-between gap-3">
          <Button variant="ghost" onClick={onBack} className="-ml-3">
            {i18n.t('Back')}
          </Button>
          <Button
            type="submit"
            variant="primary"
            size="lg"
            busy={busy}
            disabled={models !== null && !chosen}
          >
            {i18n.t('Start chatting')}
          </Button>
        </div>
      </form>
    </StepFrame>
  );
}

/** Nothing to choose from: a provider that does not answer was saved all the same. */
function NoModels({ onDone, onBack }: ModelStepProps) {
  return (
    <StepFrame
      step={3}
      title={i18n.t('No model answers yet')}
      lead={i18n.t('The provider lists none. Its key may be wrong, or it is not running.')}
    >
      <div className="flex flex-wrap items-center justify-between gap-3">
        <Button variant="ghost" onClick={onDone} className="-ml-3">
          {i18n.t('Skip for now')}
        </Button>
        <Button variant="primary" size="lg" onClick={onBack}>
          {i18n.t('Connect another provider')}
        </Button>
      </div>
    </StepFrame>
  );
}
