import { i18n } from '@/kit/i18n';
import { useSettings } from '@/session/useSettings';
import { Kbd } from '@/ui/Kbd';
import { Rows, Section, SettingRow } from '@/ui/Section';
import { SegmentedControl } from '@/ui/SegmentedControl';
import { Switch } from '@/ui/Switch';
import { Shortcuts } from './Shortcuts';
import { save } from './save';

/** How messages are sent, and which shortcuts there are. */
export function KeyboardSection() {
  const { sendKey, singleKeys } = useSettings();
  return (
    <>
      <Section>
        <Rows>
          <SettingRow
            label={i18n.t('Send with')}
            help={
              sendKey === 'enter'
                ? i18n.t('Shift and Enter begin a new line.')
                : i18n.t('Enter begins a new line.')
            }
          >
            {() => (
              <SegmentedControl
                label={i18n.t('Send with')}
                value={sendKey}
                onValue={(next) => void save({ sendKey: next })}
                options={[
                  { value: 'enter', label: <Kbd keys="enter" /> },
                  { value: 'mod+enter', label: <Kbd keys="mod+enter" /> },
                ]}
              />
            )}
          </SettingRow>
          <SettingRow
            label={i18n.t('Shortcuts of a single key')}
            help={i18n.t(
              'Such as “/” and “?”. Turn them off if they get in your way, as with dictation.',
            )}
          >
            {(control) => (
              <Switch
                {...control}
                checked={singleKeys}
                onChecked={(on) => void save({ singleKeys: on })}
              />
            )}
          </SettingRow>
        </Rows>
      </Section>
      <Shortcuts />
    </>
  );
}
