import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, api } from '@/kit/api';
import type { ModelSpec, ModelSpecBody } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { useSubmit } from '@/session/useSubmit';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { FormDialog } from '@/ui/FormDialog';
import { toast } from '@/ui/toast';
import { SpecFields } from './SpecFields';

interface SpecDialogProps {
  /** The curated model to change; without one a new one is made. */
  spec?: ModelSpec;
  onClose: () => void;
  /** Shows what the server has by now, in the place of what was typed. */
  onReload: () => void;
}

/** Makes a curated model, or changes one. */
export function SpecDialog({ spec, onClose, onReload }: SpecDialogProps) {
  const client = useQueryClient();
  const [body, setBody] = useState<ModelSpecBody>(() => bodyOf(spec));
  const set = (fields: Partial<ModelSpecBody>) => setBody({ ...body, ...fields });
  const submit = useSubmit(async () => {
    const starters = body.starters?.map((text) => text.trim()).filter(Boolean);
    const sent = { ...body, starters };
    if (spec) {
      const path = `/api/models/specs/${encodeURIComponent(spec.name ?? '')}`;
      await api.put(path, { ...sent, revision: spec.revision });
    } else await api.post('/api/models/specs', sent);
    await client.invalidateQueries({ queryKey: ['models'] });
    void client.invalidateQueries({ queryKey: ['config'] });
    onClose();
    void toast(i18n.t('“{name}” saved', { name: body.label }), { kind: 'ok' });
  });
  return (
    <FormDialog
      {...submit}
      refusal={(error) =>
        isOvertaken(error) ? (
          <ErrorNotice
            {...errorText(error)}
            detail={i18n.t('What you typed is still here; loading again puts theirs in its place.')}
            onRetry={onReload}
            retryLabel={i18n.t('Load again')}
          />
        ) : (
          <ErrorNotice {...errorText(error)} />
        )
      }
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

/** Somebody else has changed it in the meantime. */
function isOvertaken(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'spec_changed';
}

/** What may be written of a curated model. */
function bodyOf(spec: ModelSpec | undefined): ModelSpecBody {
  if (!spec) return { label: '', model: '' };
  const { source: _, gone: __, revision: ___, ...body } = spec;
  return body;
}
