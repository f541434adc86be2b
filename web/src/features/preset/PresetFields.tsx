import { useQuery } from '@tanstack/react-query';
import { Smile } from 'lucide-react';
import { useId } from 'react';
import { ModelChoice } from '@/chat/ModelChoice';
import { modelLabel, useModels } from '@/chat/models';
import { ParamFields } from '@/chat/ParamFields';
import { InstructionsField, NameField } from '@/chat/SetupFields';
import { useSlots } from '@/chat/slots';
import type { Preset, PresetBody } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { usePage } from '@/session/useSession';
import { Button } from '@/ui/Button';
import { cx } from '@/ui/cx';
import { Field } from '@/ui/Field';
import { Input } from '@/ui/Input';
import { inputClass } from '@/ui/looks';
import { Popover } from '@/ui/Popover';
import { TextField } from '@/ui/TextField';
import { presetsQuery } from './queries';

interface PresetFieldsProps {
  body: PresetBody;
  onBody: (body: PresetBody) => void;
  preset: Preset | undefined;
}

/** What a preset consists of. */
export function PresetFields({ body, onBody, preset }: PresetFieldsProps) {
  const set = (fields: Partial<PresetBody>) => onBody({ ...body, ...fields });
  const { data } = useQuery(presetsQuery());
  const groupsId = useId();
  const groups = new Set(data?.items.flatMap(({ group }) => (group ? [group] : [])));
  return (
    <>
      <NameField
        icon={<IconChoice icon={body.icon ?? ''} onIcon={(icon) => set({ icon })} />}
        name={body.name}
        onName={(name) => set({ name })}
      />
      <ModelField body={body} preset={preset} onModel={(model) => set({ model })} />
      <InstructionsField
        instructions={body.instructions}
        onInstructions={(instructions) => set({ instructions })}
      />
      {usePage().parameters && (
        <ParamFields params={body.params ?? {}} onParams={(params) => set({ params })} />
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={i18n.t('Description')}
          maxLength={300}
          value={body.description ?? ''}
          onText={(description) => set({ description })}
        />
        <div>
          <TextField
            label={i18n.t('Group')}
            maxLength={60}
            list={groupsId}
            value={body.group ?? ''}
            onText={(group) => set({ group })}
          />
          <datalist id={groupsId}>
            {[...groups].map((group) => (
              <option key={group} value={group} />
            ))}
          </datalist>
        </div>
      </div>
    </>
  );
}

interface ModelFieldProps {
  body: PresetBody;
  preset: Preset | undefined;
  onModel: (model: string) => void;
}

/** The model; of one that is gone it says so and offers the nearest. */
function ModelField({ body, preset, onModel }: ModelFieldProps) {
  const { ModelPicker } = useSlots();
  const models = useModels();
  const gone = models !== null && body.model !== '' && !models.has(body.model);
  const nearest = gone && preset?.model === body.model ? preset.nearest : undefined;
  return (
    <Field
      label={i18n.t('Model')}
      error={
        gone &&
        i18n.t('{model} is not available any more.', { model: modelLabel(models, body.model) })
      }
    >
      {(control) => (
        <div className="flex flex-wrap gap-2">
          <ModelPicker value={body.model} onPick={onModel}>
            {(trigger) => <ModelChoice control={control} trigger={trigger} value={body.model} />}
          </ModelPicker>
          {nearest && (
            <Button onClick={() => onModel(nearest)}>
              {i18n.t('Use {model}', { model: modelLabel(models, nearest) })}
            </Button>
          )}
        </div>
      )}
    </Field>
  );
}

const icons = [...'💬✍📝📚🎓🔬🧮📊💼📧🌍🗣🎨🎵🎮🏴🍳🌱🐛🚀⚡🔒🧪🤖'];

/** An emoji, one of those at hand or any that is typed. */
function IconChoice({ icon, onIcon }: { icon: string; onIcon: (icon: string) => void }) {
  return (
    <Popover
      label={i18n.t('Icon')}
      content={(close) => (
        <div className="w-64">
          <Field label={i18n.t('Icon')} help={i18n.t('Any emoji; none is fine as well.')}>
            {(control) => (
              <Input
                {...control}
                autoFocus
                maxLength={16}
                value={icon}
                autoComplete="off"
                onChange={(event) => onIcon(event.target.value)}
                onKeyDown={(event) => {
                  if (event.key !== 'Enter') return;
                  event.preventDefault();
                  close();
                }}
              />
            )}
          </Field>
          <div className="mt-2 grid grid-cols-6 gap-1">
            {icons.map((one) => (
              <button
                key={one}
                type="button"
                aria-pressed={one === icon}
                onClick={() => {
                  onIcon(one);
                  close();
                }}
                className="flex size-9 items-center justify-center rounded-sm text-lg hover:bg-hover aria-pressed:bg-accent-soft pointer-coarse:size-10"
              >
                {one}
              </button>
            ))}
          </div>
        </div>
      )}
    >
      {(trigger) => (
        <button
          {...trigger}
          type="button"
          aria-label={icon ? i18n.t('Icon: {icon}', { icon }) : i18n.t('Choose an icon')}
          data-tip={i18n.t('Icon')}
          className={cx(
            inputClass,
            'flex h-9 w-9! shrink-0 items-center justify-center overflow-hidden p-0! text-base pointer-coarse:w-11!',
          )}
        >
          {icon || <Smile size={17} aria-hidden="true" className="text-ink-3" />}
        </button>
      )}
    </Popover>
  );
}
