import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '@/kit/api';
import type { ModelSpec, ModelSpecBody } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { useSubmit } from '@/session/useSubmit';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { ErrorNotice } from '@/ui/ErrorNotice';
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
  const { busy, error, onSubmit } = useSubmit(async () => {
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
        <SpecFields body={body} set={set} />
        {error !== null && <ErrorNotice {...errorText(error)} />}
      </form>
    </Dialog>
  );
}

/** What may be written of a curated model. */
function bodyOf(spec: ModelSpec | undefined): ModelSpecBody {
  if (!spec) return { label: '', model: '' };
  const { source: _, gone: __, ...body } = spec;
  return body;
}
