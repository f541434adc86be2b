import { X } from 'lucide-react';
import { useState } from 'react';
import { i18n } from '@/kit/i18n';
import { Button } from '@/ui/Button';
import { Section } from '@/ui/Section';
import { AllowanceList } from './AllowanceList';
import { BudgetList } from './BudgetList';
import type { PersonShare } from './types';
import { UsageReport } from './UsageReport';

/** Everyone's usage, and the budgets on it. */
export function AllUsageSection() {
  const [user, setUser] = useState<PersonShare | null>(null);
  const name = user?.name || user?.email || '';
  return (
    <>
      <BudgetList />
      <Section
        title={user ? i18n.t('Usage of {name}', { name }) : i18n.t('Usage of everyone')}
        aside={
          user && (
            <Button icon={<X size={16} />} onClick={() => setUser(null)}>
              {i18n.t('Everyone')}
            </Button>
          )
        }
      >
        {user && <AllowanceList person={user} />}
        <UsageReport all user={user} onUser={setUser} />
      </Section>
    </>
  );
}
