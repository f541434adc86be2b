import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { UserPlus, UsersRound } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { api } from '@/kit/api';
import type { Account, Accounts, NewAccount } from '@/kit/api/types';
import { errorText } from '@/kit/errorText';
import { i18n } from '@/kit/i18n';
import { useMe } from '@/session/useSession';
import { Button } from '@/ui/Button';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorNotice } from '@/ui/ErrorNotice';
import { Input } from '@/ui/Input';
import { Rows, Section } from '@/ui/Section';
import { Skeleton } from '@/ui/Skeleton';
import { toast } from '@/ui/toast';
import { AccountRow } from './AccountRow';
import { NewAccountDialog } from './NewAccountDialog';
import { PasswordDialog } from './PasswordDialog';
import { accountsKey } from './queries';

/** Who has an account here. */
export function PeopleSection() {
  const [query, setQuery] = useState('');
  const wanted = useDeferredValue(query.trim());
  const accounts = useInfiniteQuery({
    queryKey: [...accountsKey, wanted],
    queryFn: ({ pageParam }) =>
      api.get<Accounts>('/api/accounts', { query: { q: wanted, cursor: pageParam, limit: 50 } }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    placeholderData: (former) => former,
  });
  const [adding, setAdding] = useState(false);
  const [given, setGiven] = useState<NewAccount | null>(null);
  const pages = accounts.data?.pages ?? [];
  const items = pages.flatMap((page) => page.items);
  const total = pages[0]?.total ?? 0;
  return (
    <Section
      title={i18n.t('Accounts')}
      lead={
        wanted || total === 0
          ? i18n.t('Who has an account here.')
          : i18n.t('{count, plural, one {# person has} other {# people have}} an account here.', {
              count: total,
            })
      }
      aside={
        <Button icon={<UserPlus size={16} />} onClick={() => setAdding(true)}>
          {i18n.t('Add person')}
        </Button>
      }
    >
      {(total > 8 || query !== '') && (
        <Input
          type="search"
          aria-label={i18n.t('Search people')}
          placeholder={i18n.t('Search people')}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          className="mb-3"
        />
      )}
      {accounts.isPending && <Skeleton rows={4} />}
      {accounts.isError && (
        <ErrorNotice {...errorText(accounts.error)} onRetry={() => void accounts.refetch()} />
      )}
      {accounts.data && items.length === 0 && (
        <EmptyState
          className="rounded-md border border-line border-dashed"
          icon={<UsersRound size={22} />}
          title={i18n.t('Nobody matches “{query}”.', { query: wanted })}
        />
      )}
      {items.length > 0 && <AccountRows items={items} onPassword={setGiven} />}
      {accounts.hasNextPage && (
        <Button
          className="mt-3"
          busy={accounts.isFetchingNextPage}
          onClick={() => void accounts.fetchNextPage()}
        >
          {i18n.t('Show more')}
        </Button>
      )}
      {adding && <NewAccountDialog onClose={() => setAdding(false)} onMade={setGiven} />}
      <PasswordDialog made={given} onClose={() => setGiven(null)} />
    </Section>
  );
}

type Asked = { what: 'disable' | 'delete' | 'password'; account: Account } | null;

interface AccountRowsProps {
  items: readonly Account[];
  onPassword: (made: NewAccount) => void;
}

function AccountRows({ items, onPassword }: AccountRowsProps) {
  const me = useMe();
  const client = useQueryClient();
  const [asked, setAsked] = useState<Asked>(null);
  const about = (what: NonNullable<Asked>['what']) => (asked?.what === what ? asked.account : null);
  const changed = () => client.invalidateQueries({ queryKey: accountsKey });
  const change = useMutation({
    mutationFn: ({ id, ...body }: Pick<Account, 'id'> & Partial<Account>) =>
      api.patch(`/api/accounts/${id}`, body),
    onSuccess: changed,
    onError: (error) =>
      void toast(i18n.t('Nothing was changed'), { kind: 'error', detail: errorText(error).title }),
  });
  const close = () => setAsked(null);
  return (
    <>
      <Rows>
        {items.map((account) => (
          <AccountRow
            key={account.id}
            account={account}
            isMe={account.id === me.id}
            onAsk={(what) => setAsked({ what, account })}
            onChange={(fields) => change.mutate({ id: account.id, ...fields })}
          />
        ))}
      </Rows>
      <ConfirmDialog
        item={about('disable')}
        title={({ name }) => i18n.t('Disable {name}?', { name })}
        description={() =>
          i18n.t('They are signed out at once and cannot come back. What is theirs is kept.')
        }
        action={i18n.t('Disable')}
        keep={i18n.t('Cancel')}
        run={({ id }) => change.mutateAsync({ id, disabled: true })}
        onClose={close}
      />
      <ConfirmDialog
        item={about('password')}
        title={({ name }) => i18n.t('Give {name} a new password?', { name })}
        description={() =>
          i18n.t('The old one stops working and all their devices are signed out.')
        }
        action={i18n.t('New password')}
        keep={i18n.t('Cancel')}
        run={async ({ id }) =>
          onPassword(await api.post<NewAccount>(`/api/accounts/${id}/password`))
        }
        onClose={close}
      />
      <ConfirmDialog
        item={about('delete')}
        title={({ name }) => i18n.t('Delete {name}?', { name })}
        description={({ email }) =>
          i18n.t('All chats, files and settings of {email} go with the account, for good.', {
            email,
          })
        }
        action={i18n.t('Delete for good')}
        run={async ({ id }) => {
          await api.delete(`/api/accounts/${id}`);
          await changed();
        }}
        onClose={close}
      />
    </>
  );
}
