import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useState } from 'react';
import { api } from '@/kit/api';
import type { components } from '@/kit/api/schema';
import { i18n } from '@/kit/i18n';
import { type Found, PeopleSearch, WhoIcon, WhoText } from '@/session/PeopleSearch';
import { Field } from '@/ui/Field';
import { IconButton } from '@/ui/IconButton';
import { Select } from '@/ui/Select';
import type { Scope } from './types';

type Group = components['schemas']['AccessGroup'];

interface OwnerFieldsProps {
  scope: Scope;
  onScope: (scope: Scope) => void;
  /** The id of the person or group. */
  owner: string;
  onOwner: (owner: string) => void;
  /** Nobody was chosen when the form was sent. */
  missing: boolean;
}

/** Whose a new budget is. */
export function OwnerFields({ scope, onScope, owner, onOwner, missing }: OwnerFieldsProps) {
  return (
    <>
      <Field label={i18n.t('Whose')}>
        {(control) => (
          <Select
            {...control}
            value={scope}
            onValue={onScope}
            options={[
              { value: 'each', label: i18n.t('Each person, on their own') },
              { value: 'all', label: i18n.t('Everyone together') },
              { value: 'user', label: i18n.t('One person') },
              { value: 'group', label: i18n.t('A group together') },
            ]}
          />
        )}
      </Field>
      {scope === 'user' && <PersonField owner={owner} onOwner={onOwner} missing={missing} />}
      {scope === 'group' && <GroupField owner={owner} onOwner={onOwner} missing={missing} />}
    </>
  );
}

type ChoiceProps = Pick<OwnerFieldsProps, 'owner' | 'onOwner' | 'missing'>;

/** A person is searched for; the one that was found stands in the search's place. */
function PersonField({ owner, onOwner, missing }: ChoiceProps) {
  const [found, setFound] = useState<Found | null>(null);
  if (found && owner === found.id) {
    return (
      <div>
        <p className="mb-1.5 font-medium text-sm">{i18n.t('Person')}</p>
        <div className="flex min-h-11 items-center gap-2.5 rounded-md border border-line py-1 pr-1 pl-3">
          <WhoIcon to="user" />
          <WhoText {...found} />
          <IconButton
            label={i18n.t('Choose someone other than {name}', { name: found.name })}
            onClick={() => onOwner('')}
          >
            <X size={16} />
          </IconButton>
        </div>
      </div>
    );
  }
  return (
    <PeopleSearch
      label={i18n.t('Person')}
      self
      error={missing ? i18n.t('Choose a person.') : undefined}
      without={[]}
      onPick={(picked) => {
        setFound(picked);
        onOwner(picked.id);
      }}
    />
  );
}

function GroupField({ owner, onOwner, missing }: ChoiceProps) {
  const groups = useQuery({
    queryKey: ['groups'],
    queryFn: () => api.get<{ items: Group[] }>('/api/groups'),
  });
  const items = groups.data?.items ?? [];
  if (groups.data && items.length === 0) {
    return <p className="text-ink-2 text-sm">{i18n.t('There are no groups yet.')}</p>;
  }
  return (
    <Field
      label={i18n.t('Group')}
      error={missing && !owner ? i18n.t('Choose a group.') : undefined}
    >
      {(control) => (
        <Select
          {...control}
          value={owner}
          onValue={onOwner}
          options={[
            { value: '', label: i18n.t('Choose a group') },
            ...items.map((group) => ({ value: group.id, label: group.name })),
          ]}
        />
      )}
    </Field>
  );
}
