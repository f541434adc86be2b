import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/kit/api';
import type { ModelSpec, ModelSpecBody } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { useSubmit } from '@/session/useSubmit';
import { FormDialog } from '@/ui/FormDialog';
import { toast } from '@/ui/toast';
import { SpecFields } from './SpecFields';

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
  const submit = useSubmit(async () => {
    const starters = body.starters?.map((text) => text.trim()).filter(Boolean);
    const sent = { ...body, starters };
    if (spec) await api.put(`/api/models/specs/${encodeURIComponent(spec.name ?? '')}`, sent);
    else await api.post('/api/models/specs', sent);
    await client.invalidateQueries({ queryKey: ['models'] });
    void client.invalidateQueries({ queryKey: ['config'] });
    onClose();
    void toast(i18n.t('“{name}” saved', { name: body.label }), { kind: 'ok' });
  });
  return (
    <FormDialog
      {...submit}
      onClose={onClose}
      size="lg"
      title={spec ? i18n.t('Edit the curated model') : i18n.t('Curate a model')}
      description={i18n.t('Everyone finds it at the top of the list of models.')}
      action={i18n.t('Save')}
      disabled={!body.label.trim() || !body.model}
    >
      <SpecFields body={body} set={set} />
    </FormDialog>
  );
}

/** What may be written of a curated model. */
function bodyOf(spec: ModelSpec | undefined): ModelSpecBody {
  if (!spec) return { label: '', model: '' };
  const { source: _, gone: __, ...body } = spec;
  return body;
}
