import { useState } from 'react';
import { navigate } from '@/kit/address';
import { i18n } from '@/kit/i18n';
import { useSession } from '@/session/useSession';
import { useTitle } from '@/ui/useTitle';
import { AccountStep } from './AccountStep';
import { ModelStep } from './ModelStep';
import { ProviderStep } from './ProviderStep';

type Step = 'account' | 'provider' | 'model';

/** The first minute of a new server: an account, a provider, a model. Then a chat. */
export function SetupPage() {
  const { user } = useSession();
  // Loading the page anew after the first step goes on with the second.
  const [step, setStep] = useState<Step>(user ? 'provider' : 'account');
  useTitle(i18n.t('Set up'));
  const finish = () => navigate('/', 'replace');
  switch (step) {
    case 'account':
      return <AccountStep onDone={() => setStep('provider')} />;
    case 'provider':
      return <ProviderStep onDone={() => setStep('model')} onSkip={finish} />;
    case 'model':
      return <ModelStep onDone={finish} onBack={() => setStep('provider')} />;
  }
}
