import type { Settings } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { saveSettings } from '@/session/settings';
import { toast } from '@/ui/toast';

/** Applies and stores a setting; a failure is told, and the setting is what it was. */
export async function save(change: Partial<Settings>): Promise<void> {
  try {
    await saveSettings(change);
  } catch (error) {
    void toast(i18n.t('That setting could not be saved'), {
      kind: 'error',
      detail: errorText(error).title,
    });
  }
}
