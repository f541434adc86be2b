import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Globe, X } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { api } from '@/kit/api';
import type { Grant } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { IconButton } from '@/ui/IconButton';
import { Rows } from '@/ui/Section';
import { Select } from '@/ui/Select';
import { Skeleton } from '@/ui/Skeleton';
import { PeopleSearch, WhoIcon } from './PeopleSearch';
import { useMe, usePage } from './useSession';

interface Grants {
  items: Grant[];
}

interface ShareDialogProps {
  open: boolean;
  onClose: () => void;
  /** Of what is shared. */
  name: string;
  /** Where its grants are read and written. */
  path: string;
  onShared: () => void;
}

/** Chooses with whom a thing is shared, and what they may do with it. */
export function ShareDialog({ open, onClose, name, path, onShared }: ShareDialogProps) {
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['grants', path],
    queryFn: ({ signal }) => api.get<Grants>(path, { signal }),
    staleTime: 0,
    gcTime: 0,
  });
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={i18n.t('Share “{name}”', { name })}
      description={i18n.t('Only you can share it further or delete it.')}
    >
      {error && <ErrorNotice {...errorText(error)} onRetry={() => void refetch()} />}
      {isFetching && !data && <Skeleton rows={3} className="py-4" />}
      {data && <ShareForm start={data.items} path={path} onClose={onClose} onShared={onShared} />}
    </Dialog>
  );
}

interface ShareFormProps {
  start: Grant[];
  path: string;
  onClose: () => void;
  onShared: () => void;
}

function ShareForm({ start, path, onClose, onShared }: ShareFormProps) {
  const client = useQueryClient();
  const [grants, setGrants] = useState(start);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const { people, groups } = useFindable();
  const open = grants.find(({ to }) => to === 'everyone');
  const named = grants.filter(({ to }) => to !== 'everyone');
  const change = (grant: Grant, right: string) =>
    setGrants(
      grants.flatMap((one) =>
        one !== grant ? [one] : right ? [{ ...one, right: right as Grant['right'] }] : [],
      ),
    );
  const save = async () => {
    setBusy(true);
    try {
      const items = grants.map(({ to, id, right }) => ({ to, id, right }));
      client.setQueryData(['grants', path], await api.put<Grants>(path, { items }));
      onShared();
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <div className="flex flex-col gap-3 pb-1">
      {(people || groups) && (
        <PeopleSearch
          label={
            people && groups
              ? i18n.t('Add people or groups')
              : groups
                ? i18n.t('Add groups')
                : i18n.t('Add people')
          }
          groups={groups}
          without={named.flatMap(({ id }) => id ?? [])}
          onPick={({ to, id, name }) => setGrants([...grants, { to, id, name, right: 'view' }])}
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
              : setGrants([{ to: 'everyone', right: right as Grant['right'] }, ...grants])
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
      {error !== null && <ErrorNotice {...errorText(error)} />}
      <div className="flex justify-end gap-2 pt-1 max-sm:[&>*]:grow">
        <Button onClick={onClose}>{i18n.t('Cancel')}</Button>
        <Button variant="primary" busy={busy} onClick={() => void save()}>
          {i18n.t('Save')}
        </Button>
      </div>
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
