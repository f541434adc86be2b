import { readDraft, writeDraft } from '@/kit/draft';

const key = 'models/recent';
const most = 3;

/** The models chosen last on this browser, newest first. */
export function recentModels(): string[] {
  return readDraft(key).split('\n').filter(Boolean);
}

/** Notes a choice. */
export function noteModel(model: string): void {
  const rest = recentModels().filter((one) => one !== model);
  writeDraft(key, [model, ...rest].slice(0, most).join('\n'));
}
