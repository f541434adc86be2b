import { Contrast, Monitor, Moon, Sun } from 'lucide-react';
import { type CSSProperties, useEffect, useState } from 'react';
import { i18n } from '@/kit/i18n';
import { applySettings, currentSettings } from '@/session/settings';
import { useSettings } from '@/session/useSettings';
import { Rows, Section, SettingRow } from '@/ui/Section';
import { SegmentedControl } from '@/ui/SegmentedControl';
import { save } from './save';

/** How the app looks to this user; each change shows at once. */
export function AppearanceSection() {
  const settings = useSettings();
  return (
    <>
      <Section title={i18n.t('Look')}>
        <Rows>
          <SettingRow label={i18n.t('Theme')} help={i18n.t('System follows your device.')}>
            {() => (
              <SegmentedControl
                label={i18n.t('Theme')}
                value={settings.theme}
                onValue={(theme) => void save({ theme })}
                options={[
                  { value: 'system', label: i18n.t('System'), icon: <Monitor size={15} /> },
                  { value: 'light', label: i18n.t('Light'), icon: <Sun size={15} /> },
                  { value: 'dark', label: i18n.t('Dark'), icon: <Moon size={15} /> },
                  { value: 'contrast', label: i18n.t('Contrast'), icon: <Contrast size={15} /> },
                ]}
              />
            )}
          </SettingRow>
          <SettingRow label={i18n.t('Density')} help={i18n.t('Room between the lines of lists.')}>
            {() => (
              <SegmentedControl
                label={i18n.t('Density')}
                value={settings.density}
                onValue={(density) => void save({ density })}
                options={[
                  { value: 'comfortable', label: i18n.t('Comfortable') },
                  { value: 'compact', label: i18n.t('Compact') },
                ]}
              />
            )}
          </SettingRow>
          <SettingRow
            label={i18n.t('Controls')}
            help={i18n.t('Simple hides what only experienced users need.')}
          >
            {() => (
              <SegmentedControl
                label={i18n.t('Controls')}
                value={settings.mode}
                onValue={(mode) => void save({ mode })}
                options={[
                  { value: 'full', label: i18n.t('All') },
                  { value: 'simple', label: i18n.t('Simple') },
                ]}
              />
            )}
          </SettingRow>
        </Rows>
      </Section>
      <Section title={i18n.t('Reading')}>
        <Rows>
          <TextSize />
          <SettingRow label={i18n.t('Column')} help={i18n.t('How wide a chat may grow.')}>
            {() => (
              <SegmentedControl
                label={i18n.t('Column')}
                value={settings.column}
                onValue={(column) => void save({ column })}
                options={[
                  { value: 'narrow', label: i18n.t('Narrow') },
                  { value: 'wide', label: i18n.t('Wide') },
                  { value: 'full', label: i18n.t('Full') },
                ]}
              />
            )}
          </SettingRow>
        </Rows>
        <Sample />
      </Section>
    </>
  );
}

/** Follows the thumb while it moves; stored once it rests. */
function TextSize() {
  const { textSize } = useSettings();
  const [wanted, setWanted] = useState<number | null>(null);
  useEffect(() => {
    if (wanted === null) return;
    const timer = setTimeout(() => void save({ textSize: wanted }), 400);
    return () => clearTimeout(timer);
  }, [wanted]);
  return (
    <SettingRow label={i18n.t('Text size')} help={i18n.t('Of questions and answers.')}>
      {(control) => (
        <div className="flex items-center gap-3">
          <span className="text-sm" aria-hidden="true">
            A
          </span>
          <input
            {...control}
            type="range"
            min={14}
            max={20}
            step={1}
            value={textSize}
            aria-valuetext={i18n.t('{size} pixels', { size: textSize })}
            onChange={(event) => {
              const size = Number(event.target.value);
              applySettings({ ...currentSettings(), textSize: size });
              setWanted(size);
            }}
            style={{ '--at': `${((textSize - 14) / 6) * 100}%` } as CSSProperties}
            className="slider h-6 w-40 pointer-coarse:h-11"
          />
          <span className="text-lg" aria-hidden="true">
            A
          </span>
          <output className="w-10 text-right text-ink-2 text-sm tabular-nums">{textSize} px</output>
        </div>
      )}
    </SettingRow>
  );
}

function Sample() {
  return (
    <div
      className="mt-3 rounded-md border border-line border-dashed px-5 py-4"
      style={{ fontSize: 'var(--thread-size)', lineHeight: 'var(--thread-leading)' }}
    >
      <p className="ml-auto w-fit max-w-[80%] rounded-md bg-sunken px-3.5 py-2">
        {i18n.t('Why is the sky blue?')}
      </p>
      <p className="mt-3">
        {i18n.t(
          'Air scatters short waves of light more than long ones, so blue reaches your eyes from every side, and red only from where the sun stands.',
        )}
      </p>
    </div>
  );
}
