import { useQueryClient } from '@tanstack/react-query';
import { api } from '@/kit/api';
import type { Group } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { textOf, useSubmit } from '@/session/useSubmit';
import { Field } from '@/ui/Field';
import { FormDialog } from '@/ui/FormDialog';
import { Input } from '@/ui/Input';
import { groupsKey } from './queries';

interface GroupDialogProps {
  /** The group to change; without one a new one is made. */
  group?: Group;
  onClose: () => void;
}

/** Makes a group, or renames and describes one. */
export function GroupDialog({ group, onClose }: GroupDialogProps) {
  const client = useQueryClient();
  const submit = useSubmit(async (form) => {
    const body = { name: textOf(form, 'name'), description: textOf(form, 'description') };
    if (group) await api.patch(`/api/groups/${group.id}`, body);
    else await api.post('/api/groups', body);
    await client.invalidateQueries({ queryKey: groupsKey });
    onClose();
  });
  return (
    <FormDialog
      {...submit}
      onClose={onClose}
      title={group ? i18n.t('Edit the group') : i18n.t('New group')}
      action={i18n.t('Save')}
    >
      <Field label={i18n.t('Name')}>
        {(control) => (
          <Input
            {...control}
            name="name"
            required
            autoFocus
            maxLength={60}
            dir="auto"
            autoComplete="off"
            defaultValue={group?.name}
          />
        )}
      </Field>
      <Field label={i18n.t('Description')}>
        {(control) => (
          <Input
            {...control}
            name="description"
            maxLength={300}
            dir="auto"
            autoComplete="off"
            defaultValue={group?.description}
          />
        )}
      </Field>
    </FormDialog>
  );
}
