import { Check, CheckCheck, Clock, CloudOff, TriangleAlert } from 'lucide-react';
import { ApiError } from '@/kit/api';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { Link } from '@/kit/route';
import { Button } from '@/ui/Button';
import { buttonClass } from '@/ui/looks';
import { useChatActions } from '../actions';
import type { Outgoing } from '../outbox';

/** Where one's message is on its way. */
export type DeliveryState = 'sending' | 'queued' | 'failed' | 'accepted' | 'delivered';

interface DeliveryProps {
  id: string;
  state: DeliveryState;
  error?: Outgoing['error'];
}

/** Says how far a message has come, and offers the way on when it did not. */
export function Delivery({ id, state, error }: DeliveryProps) {
  const actions = useChatActions();
  const [Icon, text] = look(state);
  const remedy = remedyOf(error?.code);
  return (
    <div className="flex flex-wrap items-center justify-end gap-x-2 gap-y-1 px-1.5 text-ink-3 text-xs">
      {state === 'failed' ? (
        <span role="alert" className="flex items-start gap-1.5 text-danger text-sm">
          <Icon size={14} aria-hidden="true" className="mt-0.5 shrink-0" />
          {why(error) || text}
        </span>
      ) : (
        <span className="flex items-center gap-1.5">
          <Icon size={13} aria-hidden="true" />
          {text}
        </span>
      )}
      {(state === 'failed' || state === 'queued') && (
        <>
          {remedy && (
            <Link to={remedy[0]} className={buttonClass('secondary', 'sm')}>
              {remedy[1]}
            </Link>
          )}
          <Button
            size="sm"
            variant={remedy ? 'ghost' : 'secondary'}
            onClick={() => actions.retry(id)}
          >
            {state === 'failed' ? i18n.t('Try again') : i18n.t('Send now')}
          </Button>
          <Button size="sm" variant="ghost" onClick={() => actions.takeBack(id)}>
            {i18n.t('Take back')}
          </Button>
        </>
      )}
    </div>
  );
}

/** Where one finds what a refusal is about, and what leads there. */
function remedyOf(code: string | undefined): [to: string, text: string] | null {
  switch (code) {
    case 'budget_exceeded':
      return ['/settings/usage', i18n.t('See your usage')];
    case 'provider_key_needed':
    case 'provider_key_expired':
      return ['/settings/provider-keys', i18n.t('Enter your key')];
    default:
      return null;
  }
}

function look(state: DeliveryState): [typeof Check, string] {
  switch (state) {
    case 'sending':
      return [Clock, i18n.t('Sending')];
    case 'queued':
      return [CloudOff, i18n.t('Waits for the connection; it will go by itself')];
    case 'failed':
      return [TriangleAlert, i18n.t('Not sent')];
    case 'accepted':
      return [Check, i18n.t('Accepted')];
    case 'delivered':
      return [CheckCheck, i18n.t('Delivered')];
  }
}

function why(error: Outgoing['error']): string {
  if (!error) return '';
  if (error.code === 'turn_running') {
    return i18n.t('Not sent: another answer is still being written here.');
  }
  if (error.code === 'model_not_found') {
    return i18n.t('Not sent: this model is not available. Choose another one.');
  }
  const { code, detail, retryAfter } = error;
  return errorText(new ApiError({ code, detail, retryAfter, status: 400 })).title;
}
