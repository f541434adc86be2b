import { i18n } from '@/kit/i18n';
import { useTitle } from '@/ui/useTitle';
import { DoorFrame } from './DoorFrame';

/** What a visitor sees before there is an administrator. */
export function NotSetUp() {
  useTitle(i18n.t('Almost there'));
  return (
    <DoorFrame
      title={i18n.t('Almost there')}
      lead={i18n.t('This server has no administrator yet.')}
    >
      <p className="text-ink-2">
        {i18n.t(
          'Open the setup link that the server printed in its terminal or log when it started. It ends in',
        )}{' '}
        <code className="rounded-sm bg-sunken px-1 py-0.5 font-mono text-sm">/setup?token=…</code>
      </p>
    </DoorFrame>
  );
}
