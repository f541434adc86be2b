import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Globe, X } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { api } from '@/kit/api';
import type { Grant } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { FormDialog } from '@/ui/FormDialog';
import { IconButton } from '@/ui/IconButton';
import { Rows } from '@/ui/Section';
import { Select } from '@/ui/Select';
import { Skeleton } from '@/ui/Skeleton';
import { PeopleSearch, WhoIcon } from './PeopleSearch';
import { useMe, usePage } from './useSession';
import { useSubmit } from './useSubmit';

interface Grants {
  items: Grant[];
}

interface ShareDialogProps {
  onClose: () => void;
  /** Of what is shared. */
  name: string;
  /** Where its grants are read and written. */
  path: string;
  onShared: () => void;
}

/** Chooses with whom a thing is shared, and what they may do with it. */
export function ShareDialog({ onClose, name, path, onShared }: ShareDialogProps) {
  const client = useQueryClient();
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['grants', path],
    queryFn: ({ signal }) => api.get<Grants>(path, { signal }),
    staleTime: 0,
    gcTime: 0,
  });
  const [edited, setEdited] = useState<readonly Grant[] | null>(null);
  const grants = edited ?? data?.items;
  const submit = useSubmit(async () => {
    const items = grants?.map(({ to, id, right }) => ({ to, id, right }));
    client.setQueryData(['grants', path], await api.put<Grants>(path, { items }));
    onShared();
    onClose();
  });
  return (
    <FormDialog
      {...submit}
      onClose={onClose}
      title={i18n.t('Share “{name}”', { name })}
      description={i18n.t('Only you can share it further or delete it.')}
      action={i18n.t('Save')}
      disabled={!grants}
    >
      {error && !data && <ErrorNotice {...errorText(error)} onRetry={() => void refetch()} />}
      {isFetching && !grants && <Skeleton rows={3} className="py-4" />}
      {grants && <GrantFields grants={grants} onGrants={setEdited} />}
    </FormDialog>
  );
}

interface GrantFieldsProps {
  grants: readonly Grant[];
  onGrants: (grants: readonly Grant[]) => void;
}

function GrantFields({ grants, onGrants }: GrantFieldsProps) {
  const { people, groups } = useFindable();
  const open = grants.find(({ to }) => to === 'everyone');
  const named = grants.filter(({ to }) => to !== 'everyone');
  const change = (grant: Grant, right: string) =>
    onGrants(
      grants.flatMap((one) =>
        one !== grant ? [one] : right ? [{ ...one, right: right as Grant['right'] }] : [],
      ),
    );
  return (
    <div className="flex flex-col gap-3">
      {(people || groups) && (
        <PeopleSearch
          autoFocus
          label={
            people && groups
              ? i18n.t('Add people or groups')
              : groups
                ? i18n.t('Add groups')
                : i18n.t('Add people')
          }
          groups={groups}
          without={named.flatMap(({ id }) => id ?? [])}
          onPick={({ to, id, name }) => onGrants([...grants, { to, id, name, right: 'view' }])}
        />
      )}
      <Rows>
        <GrantRow
          icon={<Globe size={16} aria-hidden="true" className="shrink-0 text-ink-3" />}
          name={i18n.t('Everyone here')}
          right={open?.right ?? ''}
          optional
          onRight={(right) =>
            open
              ? change(open, right)
              : onGrants([{ to: 'everyone', right: right as Grant['right'] }, ...grants])
          }
        />
        {named.map((grant) => (
          <GrantRow
            key={grant.id}
            icon={<WhoIcon to={grant.to === 'group' ? 'group' : 'user'} />}
            name={grant.name ?? ''}
            right={grant.right}
            onRight={(right) => change(grant, right)}
          />
        ))}
      </Rows>
    </div>
  );
}

/** Whom one finds to share with: administrators find everyone. */
function useFindable(): { people: boolean; groups: boolean } {
  const isAdmin = useMe().role === 'admin';
  const { people, groups } = usePage();
  return { people: isAdmin || people, groups: isAdmin || groups };
}

interface GrantRowProps {
  icon: ReactNode;
  name: string;
  /** Empty is none. */
  right: string;
  /** None is a choice as well; otherwise the row can be removed. */
  optional?: boolean;
  onRight: (right: string) => void;
}

function GrantRow({ icon, name, right, optional, onRight }: GrantRowProps) {
  const id = useId();
  const rights = [
    { value: 'view', label: i18n.t('May use') },
    { value: 'edit', label: i18n.t('May edit') },
  ];
  return (
    <div className="flex min-h-12 items-center gap-x-3 gap-y-1 px-3 py-1.5 max-sm:flex-wrap max-sm:py-2.5">
      {icon}
      <span id={id} dir="auto" className="min-w-0 grow truncate max-sm:basis-2/3">
        {name}
      </span>
      <Select
        aria-labelledby={id}
        value={right}
        options={optional ? [{ value: '', label: i18n.t('No access') }, ...rights] : rights}
        onValue={onRight}
        className="w-34 shrink-0 max-sm:ml-7 max-sm:grow"
      />
      {optional ? (
        <span className="size-8 max-sm:hidden" />
      ) : (
        <IconButton label={i18n.t('Remove {name}', { name })} onClick={() => onRight('')}>
          <X size={16} />
        </IconButton>
      )}
    </div>
  );
}
