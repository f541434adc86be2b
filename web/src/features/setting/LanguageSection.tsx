import { formatCost, formatDateTime, formatNumber } from '@/kit/format';
import { i18n, languageName, languages } from '@/kit/i18n';
import { useSettings } from '@/session/useSettings';
import { Rows, Section, SettingRow } from '@/ui/Section';
import { Select } from '@/ui/Select';
import { save } from './save';

/** The language of the interface, and how dates and numbers are written in it. */
export function LanguageSection() {
  const language = useSettings((settings) => settings.language);
  const choose = async (next: string) => {
    await save({ language: next });
    // Every text of the page changes: starting anew is the surest way, and drafts are kept.
    location.reload();
  };
  return (
    <Section>
      <Rows>
        <SettingRow label={i18n.t('Language')} help={i18n.t('Automatic follows your browser.')}>
          {(control) => (
            <Select
              {...control}
              value={language}
              onValue={(next) => void choose(next)}
              className="w-52 max-sm:w-full"
              options={[
                { value: '', label: i18n.t('Automatic') },
                ...languages.map((tag) => ({ value: tag, label: languageName(tag) })),
              ]}
            />
          )}
        </SettingRow>
        <SettingRow
          label={i18n.t('Dates and numbers')}
          help={i18n.t('Written as in your browser’s region.')}
        >
          {() => (
            <p className="text-right text-ink-2 tabular-nums max-sm:text-left">
              {formatDateTime(Date.UTC(2026, 10, 22, 20, 15))}
              <br />
              {formatNumber(1234567.8)} · {formatCost(0.25)}
            </p>
          )}
        </SettingRow>
      </Rows>
    </Section>
  );
}
