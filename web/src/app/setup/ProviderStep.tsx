import { ConnectProvider } from '@/features/provider/ConnectProvider';
import { i18n } from '@/kit/i18n';
import { Button } from '@/ui/Button';
import { StepFrame } from './StepFrame';

/** Where answers come from. */
export function ProviderStep({ onDone, onSkip }: { onDone: () => void; onSkip: () => void }) {
  return (
    <StepFrame
      step={2}
      title={i18n.t('Connect a provider')}
      lead={i18n.t('Where the answers come from. More can be added at any time.')}
      footer={
        <Button variant="ghost" onClick={onSkip} className="-ml-3">
          {i18n.t('Skip for now')}
        </Button>
      }
    >
      <ConnectProvider demo onConnected={onDone} />
    </StepFrame>
  );
}
