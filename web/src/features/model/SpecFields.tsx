import { ModelChoice } from '@/chat/ModelChoice';
import { ParamFields } from '@/chat/ParamFields';
import { InstructionsField, NameField } from '@/chat/SetupFields';
import type { ModelSpecBody } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { Checkbox } from '@/ui/Checkbox';
import { Field } from '@/ui/Field';
import { Input } from '@/ui/Input';
import { TextAreaField, TextField } from '@/ui/TextField';
import { IconField } from './IconField';
import { ModelPicker } from './ModelPicker';
import { SpecAbilities } from './SpecAbilities';

interface SpecFieldsProps {
  body: ModelSpecBody;
  set: (fields: Partial<ModelSpecBody>) => void;
}

/** All that a curated model has. */
export function SpecFields({ body, set }: SpecFieldsProps) {
  return (
    <>
      <NameField
        icon={
          <IconField icon={body.icon ?? ''} label={body.label} onIcon={(icon) => set({ icon })} />
        }
        name={body.label}
        onName={(label) => set({ label })}
      />
      <Field label={i18n.t('Model')}>
        {(control) => (
          <div className="flex">
            <ModelPicker value={body.model} onPick={(model) => set({ model })}>
              {(trigger) => <ModelChoice control={control} trigger={trigger} value={body.model} />}
            </ModelPicker>
          </div>
        )}
      </Field>
      <TextField
        label={i18n.t('Description')}
        help={i18n.t('Helps people choose.')}
        maxLength={300}
        value={body.description ?? ''}
        onText={(description) => set({ description })}
      />
      <InstructionsField
        instructions={body.instructions}
        onInstructions={(instructions) => set({ instructions })}
      />
      <Checkbox
        label={i18n.t('Tell it the date and the time as well')}
        checked={body.dated ?? false}
        onChange={({ target }) => set({ dated: target.checked })}
      />
      <ParamFields params={body.params ?? {}} onParams={(params) => set({ params })} />
      <SpecAbilities body={body} set={set} />
      <Beginning body={body} set={set} />
      <Place body={body} set={set} />
    </>
  );
}

/** What a new chat shows, and under which name the answers come. */
function Beginning({ body, set }: SpecFieldsProps) {
  return (
    <>
      <TextField
        label={i18n.t('Greeting')}
        help={i18n.t('The heading of a new chat; without it the usual one.')}
        maxLength={200}
        value={body.greeting ?? ''}
        onText={(greeting) => set({ greeting })}
      />
      <TextAreaField
        label={i18n.t('Suggestions')}
        help={i18n.t('First messages to choose from, one a line. Without any, the usual ones.')}
        value={(body.starters ?? []).join('\n')}
        onText={(text) => set({ starters: text ? text.split('\n') : undefined })}
      />
      <TextField
        label={i18n.t('Answers come from')}
        help={i18n.t('The name over its answers; without it, its own.')}
        maxLength={80}
        placeholder={body.label}
        value={body.speaker ?? ''}
        onText={(speaker) => set({ speaker })}
      />
    </>
  );
}

/** Where it stands, and who finds it. */
function Place({ body, set }: SpecFieldsProps) {
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-[1fr_8rem]">
        <Field
          label={i18n.t('Group')}
          help={i18n.t('The heading it stands under; a provider’s name puts it among its models.')}
        >
          {(control) => (
            <div className="flex items-center gap-2">
              {body.group?.trim() && (
                <IconField
                  group
                  icon={body.groupIcon ?? ''}
                  label={body.group}
                  onIcon={(groupIcon) => set({ groupIcon })}
                />
              )}
              <Input
                {...control}
                maxLength={60}
                value={body.group ?? ''}
                onChange={({ target }) => set({ group: target.value })}
              />
            </div>
          )}
        </Field>
        <Field label={i18n.t('Place')} help={i18n.t('1 stands first.')}>
          {(control) => (
            <Input
              {...control}
              type="number"
              inputMode="numeric"
              min={1}
              max={9999}
              placeholder="–"
              value={body.order || ''}
              onChange={({ target }) =>
                set({ order: Math.trunc(target.valueAsNumber) || undefined })
              }
            />
          )}
        </Field>
      </div>
      <div className="flex flex-col gap-1">
        <Checkbox
          label={i18n.t('Every new chat begins with it')}
          checked={body.default ?? false}
          onChange={({ target }) => set({ default: target.checked })}
        />
        <Checkbox
          label={i18n.t('Anyone who has not chosen a model begins with it')}
          checked={body.softDefault ?? false}
          onChange={({ target }) => set({ softDefault: target.checked })}
        />
        <Checkbox
          label={i18n.t('Keep it off the list')}
          checked={body.unlisted ?? false}
          onChange={({ target }) => set({ unlisted: target.checked })}
        />
        <Checkbox
          label={i18n.t('Show its picture in the list')}
          checked={!body.plainMenu}
          onChange={({ target }) => set({ plainMenu: !target.checked })}
        />
        <Checkbox
          label={i18n.t('Show its picture where it is chosen')}
          checked={!body.plainHeader}
          onChange={({ target }) => set({ plainHeader: !target.checked })}
        />
      </div>
    </>
  );
}
