// The shortcuts of a chat, apart from what they do, so that the settings can list them where no chat is
// open.

import { i18n } from '@/kit/i18n';
import type { Shortcut } from '@/kit/shortcuts';

type Named = Omit<Shortcut, 'run'>;

/** The shortcuts by name, in the user's language. */
export function chatKeys() {
  const group = i18n.t('Chat');
  const onMessage = i18n.t('On a message');
  return {
    write: { keys: '/', label: i18n.t('Write a message'), group },
    model: { keys: 'mod+shift+m', label: i18n.t('Choose the model'), group },
    preset: { keys: 'mod+shift+y', label: i18n.t('Choose a preset'), group },
    stop: { keys: 'escape', label: i18n.t('Stop the answer'), group },
    again: { keys: 'mod+shift+e', label: i18n.t('Answer again'), group },
    copyAnswer: { keys: 'mod+shift+;', label: i18n.t('Copy the last answer'), group },
    copyCode: { keys: 'mod+shift+k', label: i18n.t('Copy the last code'), group },
    next: { keys: 'j', label: i18n.t('Next message'), group },
    previous: { keys: 'k', label: i18n.t('Previous message'), group },
    previousVersion: { keys: 'alt+left', label: i18n.t('Previous version'), group },
    nextVersion: { keys: 'alt+right', label: i18n.t('Next version'), group },
    copy: { keys: 'c', label: i18n.t('Copy'), group: onMessage },
    edit: { keys: 'e', label: i18n.t('Edit'), group: onMessage },
    regenerate: { keys: 'r', label: i18n.t('Answer again'), group: onMessage },
  } satisfies Record<string, Named>;
}
