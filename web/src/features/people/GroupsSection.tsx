import { useQuery, useQueryClient } from '@tanstack/react-query';
import { MoreHorizontal, Pencil, Plus, Trash2, UsersRound } from 'lucide-react';
import { useState } from 'react';
import { api } from '@/kit/api';
import type { Group } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { membersText } from '@/session/PeopleSearch';
import { Button } from '@/ui/Button';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { IconButton } from '@/ui/IconButton';
import { Input } from '@/ui/Input';
import { Menu, type MenuEntry } from '@/ui/Menu';
import { Rows, Section } from '@/ui/Section';
import { Skeleton } from '@/ui/Skeleton';
import { GroupDialog } from './GroupDialog';
import { MembersDialog } from './MembersDialog';
import { groupsKey, groupsQuery } from './queries';

type Open = { kind: 'edit' | 'members' | 'delete'; group: Group } | { kind: 'new' } | null;

/** The groups that rights and limits are given to. */
export function GroupsSection() {
  const client = useQueryClient();
  const { data, error, isPending, refetch } = useQuery(groupsQuery());
  const [query, setQuery] = useState('');
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const all = data?.items ?? [];
  const wanted = query.trim().toLowerCase();
  const shown = all.filter(({ name }) => name.toLowerCase().includes(wanted));
  const create = (
    <Button icon={<Plus size={16} />} onClick={() => setOpen({ kind: 'new' })}>
      {i18n.t('New group')}
    </Button>
  );
  return (
    <Section
      title={i18n.t('Groups of people')}
      lead={i18n.t('Things can be shared with a group, and limits set for it.')}
      aside={all.length > 0 && create}
    >
      {all.length > 8 && (
        <Input
          type="search"
          aria-label={i18n.t('Search groups')}
          placeholder={i18n.t('Search groups')}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          className="mb-3"
        />
      )}
      {isPending && <Skeleton rows={3} />}
      {error && !data && <ErrorNotice {...errorText(error)} onRetry={() => void refetch()} />}
      {data && shown.length === 0 && (
        <EmptyState
          className="rounded-md border border-line border-dashed"
          icon={<UsersRound size={22} />}
          title={
            wanted ? i18n.t('No group matches “{query}”.', { query }) : i18n.t('No groups yet.')
          }
          action={!wanted && create}
        />
      )}
      {shown.length > 0 && (
        <Rows>
          {shown.map((group) => (
            <GroupRow key={group.id} group={group} onOpen={(kind) => setOpen({ kind, group })} />
          ))}
        </Rows>
      )}
      {open?.kind === 'new' && <GroupDialog onClose={close} />}
      {open?.kind === 'edit' && <GroupDialog group={open.group} onClose={close} />}
      {open?.kind === 'members' && <MembersDialog group={open.group} onClose={close} />}
      <ConfirmDialog
        item={open?.kind === 'delete' ? open.group : null}
        title={({ name }) => i18n.t('Delete “{name}”?', { name })}
        description={() =>
          i18n.t(
            'Its members lose what was shared with the group. Their accounts stay. This cannot be undone.',
          )
        }
        action={i18n.t('Delete')}
        run={async ({ id }) => {
          await api.delete(`/api/groups/${id}`);
          await client.invalidateQueries({ queryKey: groupsKey });
        }}
        onClose={close}
      />
    </Section>
  );
}

interface GroupRowProps {
  group: Group;
  onOpen: (kind: 'edit' | 'members' | 'delete') => void;
}

function GroupRow({ group, onOpen }: GroupRowProps) {
  const { name } = group;
  const items = (): MenuEntry[] => [
    { label: i18n.t('Edit'), icon: <Pencil size={16} />, onSelect: () => onOpen('edit') },
    {
      label: i18n.t('Delete'),
      icon: <Trash2 size={16} />,
      danger: true,
      onSelect: () => onOpen('delete'),
    },
  ];
  return (
    <div className="flex items-center gap-1 py-3 pr-2 pl-4 [contain-intrinsic-size:auto_4rem] [content-visibility:auto]">
      <div className="min-w-0 grow pr-2">
        <p dir="auto" className="truncate font-medium">
          {name}
        </p>
        <p dir="auto" className="line-clamp-2 break-words text-ink-3 text-sm">
          {membersText(group.members)}
          {group.description && ` · ${group.description}`}
        </p>
      </div>
      <Button
        size="sm"
        onClick={() => onOpen('members')}
        aria-label={i18n.t('Members of {name}', { name })}
      >
        {i18n.t('Members')}
      </Button>
      <Menu label={i18n.t('Actions for {name}', { name })} items={items} align="end">
        {(trigger) => (
          <IconButton {...trigger} label={i18n.t('More for {name}', { name })}>
            <MoreHorizontal size={17} />
          </IconButton>
        )}
      </Menu>
    </div>
  );
}
