import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ModelChoice } from '@/chat/ModelChoice';
import { ParamFields } from '@/chat/ParamFields';
import { api } from '@/kit/api';
import type { ModelSpec, ModelSpecBody } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { useSubmit } from '@/session/useSubmit';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Field } from '@/ui/Field';
import { TextAreaField, TextField } from '@/ui/TextField';
import { toast } from '@/ui/toast';
import { IconField } from './IconField';
import { ModelPicker } from './ModelPicker';

interface SpecDialogProps {
  /** The curated model to change; without one a new one is made. */
  spec?: ModelSpec;
  onClose: () => void;
}

/** Makes a curated model, or changes one. */
export function SpecDialog({ spec, onClose }: SpecDialogProps) {
  const client = useQueryClient();
  const [body, setBody] = useState<ModelSpecBody>(() => bodyOf(spec));
  const set = (fields: Partial<ModelSpecBody>) => setBody({ ...body, ...fields });
  const { busy, error, onSubmit } = useSubmit(async () => {
    if (spec) await api.put(`/api/models/specs/${encodeURIComponent(spec.name ?? '')}`, body);
    else await api.post('/api/models/specs', body);
    await client.invalidateQueries({ queryKey: ['models'] });
    void client.invalidateQueries({ queryKey: ['config'] });
    onClose();
    void toast(i18n.t('“{name}” saved', { name: body.label }), { kind: 'ok' });
  });
  return (
    <Dialog
      open
      onClose={onClose}
      size="lg"
      title={spec ? i18n.t('Edit the curated model') : i18n.t('Curate a model')}
      description={i18n.t('Everyone finds it at the top of the list of models.')}
      footer={
        <>
          <Button onClick={onClose}>{i18n.t('Cancel')}</Button>
          <Button
            type="submit"
            form="spec"
            variant="primary"
            busy={busy}
            disabled={!body.label.trim() || !body.model}
          >
            {i18n.t('Save')}
          </Button>
        </>
      }
    >
      <form id="spec" onSubmit={onSubmit} className="flex flex-col gap-4">
        <Fields body={body} set={set} />
        {error !== null && <ErrorNotice {...errorText(error)} />}
      </form>
    </Dialog>
  );
}

interface FieldsProps {
  body: ModelSpecBody;
  set: (fields: Partial<ModelSpecBody>) => void;
}

function Fields({ body, set }: FieldsProps) {
  return (
    <>
      <div className="flex items-end gap-2">
        <IconField icon={body.icon ?? ''} label={body.label} onIcon={(icon) => set({ icon })} />
        <TextField
          label={i18n.t('Name')}
          className="grow"
          autoFocus
          required
          maxLength={80}
          value={body.label}
          onText={(label) => set({ label })}
        />
      </div>
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
        help={i18n.t('What it is good for, for who chooses.')}
        maxLength={300}
        value={body.description ?? ''}
        onText={(description) => set({ description })}
      />
      <TextAreaField
        label={i18n.t('Instructions')}
        help={i18n.t('What the model is told before each conversation.')}
        maxLength={32_000}
        value={body.instructions ?? ''}
        onText={(instructions) => set({ instructions })}
      />
      <ParamFields params={body.params ?? {}} onParams={(params) => set({ params })} />
      <TextField
        label={i18n.t('Group')}
        help={i18n.t('The heading it stands under; a provider’s name puts it among its models.')}
        maxLength={60}
        value={body.group ?? ''}
        onText={(group) => set({ group })}
      />
      <div className="flex flex-col gap-1">
        <Choice
          label={i18n.t('Every new chat begins with it')}
          checked={body.default ?? false}
          onChecked={(value) => set({ default: value })}
        />
        <Choice
          label={i18n.t('Keep it off the list')}
          checked={body.unlisted ?? false}
          onChecked={(unlisted) => set({ unlisted })}
        />
      </div>
    </>
  );
}

interface ChoiceProps {
  label: string;
  checked: boolean;
  onChecked: (checked: boolean) => void;
}

function Choice({ label, checked, onChecked }: ChoiceProps) {
  return (
    <label className="flex items-center gap-2.5 pointer-coarse:min-h-11">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChecked(event.target.checked)}
        className="size-4 accent-accent"
      />
      {label}
    </label>
  );
}

/** What may be written of a curated model. */
function bodyOf(spec: ModelSpec | undefined): ModelSpecBody {
  if (!spec) return { label: '', model: '' };
  const { source: _, gone: __, ...body } = spec;
  return body;
}
