import { i18n } from '@/kit/i18n';
import { useKeyboardMap } from '@/kit/shortcuts';
import { useSettings } from '@/session/useSettings';
import { Kbd } from '@/ui/Kbd';
import { Rows, Section, SettingRow } from '@/ui/Section';
import { SegmentedControl } from '@/ui/SegmentedControl';
import { Switch } from '@/ui/Switch';
import { save } from './save';

/** How messages are sent, and which shortcuts there are. */
export function KeyboardSection() {
  const { sendKey, singleKeys } = useSettings();
  const shortcuts = useKeyboardMap();
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
      <Section
        title={i18n.t('Shortcuts')}
        lead={i18n.t('What works on this page; a chat adds its own. Press ? anywhere to see them.')}
      >
        <Rows>
          {shortcuts.map((shortcut) => (
            <div
              key={`${shortcut.group} ${shortcut.keys}`}
              className="flex min-h-11 items-center justify-between gap-4 px-4"
            >
              <span>{shortcut.label}</span>
              <Kbd keys={shortcut.keys} />
            </div>
          ))}
        </Rows>
      </Section>
    </>
  );
}
