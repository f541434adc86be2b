import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { api } from '@/kit/api';
import type { components } from '@/kit/api/schema';
import { i18n } from '@/kit/i18n';
import { useMe } from '@/session/useSession';
import { Field } from '@/ui/Field';
import { Input } from '@/ui/Input';
import { Select } from '@/ui/Select';
import type { Scope } from './types';

type People = components['schemas']['PeopleAnswer'];
type Found = components['schemas']['PeopleFound'];
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

function startsWith(text: string, beginning: string): boolean {
  return text.toLowerCase().startsWith(beginning.toLowerCase());
}

function PersonField({ owner, onOwner, missing }: ChoiceProps) {
  const [typed, setTyped] = useState('');
  const wanted = useDeferredValue(typed.trim());
  const found = useQuery({
    queryKey: ['people', wanted],
    queryFn: () => api.get<People>('/api/people', { query: { q: wanted } }),
    enabled: wanted.length >= 2,
    placeholderData: keepPreviousData,
  });
  const me = useMe();
  const people: Found[] = wanted.length >= 2 ? [...(found.data?.people ?? [])] : [];
  // The search finds others.
  if (wanted.length >= 2 && [me.name, me.email].some((text) => startsWith(text, wanted)))
    people.unshift(me);
  return (
    <div className="flex flex-col gap-2">
      <Field
        label={i18n.t('Person')}
        help={i18n.t('Type two letters or more of a name or an address.')}
        error={missing && !owner ? i18n.t('Choose a person.') : undefined}
      >
        {(control) => (
          <Input
            {...control}
            type="search"
            value={typed}
            autoComplete="off"
            onChange={(event) => {
              setTyped(event.target.value);
              onOwner('');
            }}
          />
        )}
      </Field>
      {people.length > 0 && (
        <fieldset
          aria-label={i18n.t('People found')}
          className="max-h-44 divide-y divide-line overflow-y-auto rounded-md border border-line"
        >
          {people.map((person) => (
            <label
              key={person.id}
              className="flex min-h-9 cursor-pointer items-center gap-2.5 px-3 py-1.5 hover:bg-hover has-checked:bg-accent-soft pointer-coarse:min-h-11"
            >
              <input
                type="radio"
                name="person"
                className="accent-(--accent)"
                checked={owner === person.id}
                onChange={() => onOwner(person.id)}
              />
              <span className="min-w-0 truncate">{person.name || person.email}</span>
              {person.name && (
                <span className="min-w-0 truncate text-ink-2 text-sm">{person.email}</span>
              )}
            </label>
          ))}
        </fieldset>
      )}
      {wanted.length >= 2 && found.data && people.length === 0 && (
        <p className="text-ink-3 text-sm" role="status">
          {i18n.t('Nobody is called like that.')}
        </p>
      )}
    </div>
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
