import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { api } from '@/kit/api';
import type { Group, Member } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { PeopleSearch } from '@/session/PeopleSearch';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { IconButton } from '@/ui/IconButton';
import { Rows } from '@/ui/Section';
import { Skeleton } from '@/ui/Skeleton';
import { groupsKey, membersQuery } from './queries';

/** Who is in a group; each change is in force at once. */
export function MembersDialog({ group, onClose }: { group: Group; onClose: () => void }) {
  const client = useQueryClient();
  const { data, error, isPending, refetch } = useQuery(membersQuery(group.id));
  const change = useMutation({
    mutationFn: ({ id, on }: { id: string; on: boolean }) => {
      const path = `/api/groups/${group.id}/members/${id}`;
      return on ? api.put(path) : api.delete(path);
    },
    onSettled: () => client.invalidateQueries({ queryKey: groupsKey }),
  });
  const members = data?.items ?? [];
  return (
    <Dialog
      open
      onClose={onClose}
      firm
      title={i18n.t('Members of {name}', { name: group.name })}
      footer={
        <Button variant="primary" onClick={onClose}>
          {i18n.t('Done')}
        </Button>
      }
    >
      <div className="flex min-h-72 flex-col gap-3">
        <PeopleSearch
          autoFocus
          label={i18n.t('Add people')}
          self
          without={members.map(({ id }) => id)}
          onPick={({ id }) => change.mutate({ id, on: true })}
        />
        {change.isError && <ErrorNotice {...errorText(change.error)} />}
        {error && !data && <ErrorNotice {...errorText(error)} onRetry={() => void refetch()} />}
        {isPending && <Skeleton rows={3} />}
        {data && members.length === 0 && <EmptyState title={i18n.t('Nobody is in it yet.')} />}
        {members.length > 0 && (
          <Rows>
            {members.map((member) => (
              <MemberRow
                key={member.id}
                member={member}
                onRemove={() => change.mutate({ id: member.id, on: false })}
              />
            ))}
          </Rows>
        )}
      </div>
    </Dialog>
  );
}

function MemberRow({ member, onRemove }: { member: Member; onRemove: () => void }) {
  return (
    <div className="flex items-center gap-3 px-4 py-2 [contain-intrinsic-size:auto_3.500rem] [content-visibility:auto]">
      <div className="min-w-0 grow">
        <p dir="auto" className="truncate">
          {member.name}
        </p>
        <p className="truncate text-ink-3 text-sm">{member.email}</p>
      </div>
      <IconButton label={i18n.t('Remove {name}', { name: member.name })} onClick={onRemove}>
        <X size={16} />
      </IconButton>
    </div>
  );
}
