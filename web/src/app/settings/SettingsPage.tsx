import { ArrowLeft, ChevronRight, Search } from 'lucide-react';
import { Suspense, useState } from 'react';
import { navigate } from '@/kit/address';
import { i18n } from '@/kit/i18n';
import { Link, useParams } from '@/kit/route';
import { useMe, usePage } from '@/session/useSession';
import { cx } from '@/ui/cx';
import { Input } from '@/ui/Input';
import { Skeleton } from '@/ui/Skeleton';
import { useMedia } from '@/ui/useMedia';
import { useTitle } from '@/ui/useTitle';
import { findSections, type SettingsSection, sections } from './sections';

/** All settings: sections at the left, one of them beside; on a phone first the list, then one. */
export function SettingsPage() {
  const me = useMe();
  const phone = useMedia('(max-width: 767px)');
  const wanted = useParams('/settings/:section').section;
  const page = usePage();
  const mine = sections.filter(
    ({ admin, when }) => (!admin || me.role === 'admin') && (!when || when(page)),
  );
  const open = mine.find((section) => section.id === wanted) ?? (phone ? undefined : mine[0]);
  useTitle(open ? open.title() : i18n.t('Settings'));
  return (
    <div className="flex h-full flex-col">
      <header className="flex h-(--header) shrink-0 items-center border-line border-b pr-4 pl-[max(1.25rem,var(--header-inset,0px))]">
        {phone && open ? (
          <Link
            to="/settings"
            className="flex h-full items-center gap-2 font-medium text-ink no-underline"
          >
            <ArrowLeft size={18} className="text-ink-2" aria-hidden="true" />
            {i18n.t('Settings')}
          </Link>
        ) : (
          !phone && <p className="font-medium">{i18n.t('Settings')}</p>
        )}
      </header>
      <div className="flex min-h-0 grow">
        {(!phone || !open) && <SectionList mine={mine} open={open} phone={phone} />}
        {open && (
          <main
            id="main"
            key={open.id}
            className="min-w-0 grow overflow-y-auto px-4 pt-6 pb-16 sm:px-8"
          >
            <div className="mx-auto max-w-[44rem] md:mx-0 xl:mx-auto">
              <h1 className="mb-5 font-semibold text-xl tracking-tight">{open.title()}</h1>
              <Suspense fallback={<Skeleton rows={4} />}>
                <open.component />
              </Suspense>
            </div>
          </main>
        )}
      </div>
    </div>
  );
}

interface SectionListProps {
  mine: readonly SettingsSection[];
  open: SettingsSection | undefined;
  phone: boolean;
}

function SectionList({ mine, open, phone }: SectionListProps) {
  const [query, setQuery] = useState('');
  const found = findSections(mine, query);
  const Frame = phone ? 'main' : 'div';
  const groups = [
    { title: '', sections: found.filter((section) => !section.admin) },
    { title: i18n.t('For everyone here'), sections: found.filter((section) => section.admin) },
  ];
  return (
    <Frame
      id={phone ? 'main' : undefined}
      className={cx(
        'overflow-y-auto py-5',
        phone ? 'grow px-2' : 'w-56 shrink-0 border-line border-r px-3',
      )}
    >
      {phone && <h1 className="px-3 pb-3 font-semibold text-xl">{i18n.t('Settings')}</h1>}
      <form
        aria-label={i18n.t('Search settings')}
        className={cx('relative mb-3', phone && 'mx-3')}
        onSubmit={(event) => {
          event.preventDefault();
          if (query && found[0]) navigate(`/settings/${found[0].id}`);
        }}
      >
        <Search
          size={15}
          className="-translate-y-1/2 pointer-events-none absolute top-1/2 left-2.5 text-ink-3"
          aria-hidden="true"
        />
        <Input
          type="search"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          aria-label={i18n.t('Search settings')}
          placeholder={i18n.t('Search')}
          className="h-8.5! pl-8!"
        />
      </form>
      <nav aria-label={i18n.t('Settings')}>
        {groups.map(
          ({ title, sections: shown }) =>
            shown.length > 0 && (
              <div key={title} className="pb-5 last:pb-0">
                {title && (
                  <h2 className="px-2.5 pb-1.5 font-medium text-ink-3 text-xs max-md:px-3">
                    {title}
                  </h2>
                )}
                <ul className="flex flex-col gap-px">
                  {shown.map((section) => (
                    <SectionLink key={section.id} section={section} open={open} phone={phone} />
                  ))}
                </ul>
              </div>
            ),
        )}
      </nav>
      <p
        role="status"
        className={cx('break-words px-2.5 text-ink-2 max-md:px-3', found.length > 0 && 'sr-only')}
      >
        {query &&
          (found.length > 0
            ? i18n.t('{count, plural, one {# section} other {# sections}}', { count: found.length })
            : i18n.t('No setting matches “{query}”.', { query }))}
      </p>
    </Frame>
  );
}

function SectionLink({
  section,
  open,
  phone,
}: {
  section: SettingsSection;
  open: SettingsSection | undefined;
  phone: boolean;
}) {
  return (
    <li>
      <Link
        to={`/settings/${section.id}`}
        aria-current={section === open ? 'page' : undefined}
        className={cx(
          'flex items-center gap-2.5 rounded-[8px] px-2.5 text-ink-2 no-underline transition-colors hover:bg-hover hover:text-ink',
          'aria-[current=page]:bg-hover aria-[current=page]:font-medium aria-[current=page]:text-ink',
          phone ? 'h-12 px-3 text-ink text-md' : 'h-8.5 pointer-coarse:h-11',
        )}
      >
        <span className="text-ink-3" aria-hidden="true">
          {section.icon}
        </span>
        <span className="grow truncate">{section.title()}</span>
        {phone && <ChevronRight size={16} className="text-ink-3" aria-hidden="true" />}
      </Link>
    </li>
  );
}
