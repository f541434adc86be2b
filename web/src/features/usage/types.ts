// The names by which this feature knows what the API carries.

import type { components } from '@/kit/api/schema';

type Schema = components['schemas'];

export type Sum = Schema['MeterSum'];
export type Share = Schema['UsageShare'];
export type Report = Schema['UsageReport'];
export type Day = Schema['UsageDay'];
export type PersonShare = Schema['UsagePersonShare'];
export type Limit = Schema['UsageLimit'];
export type Budget = Schema['UsageBudget'];
export type NewBudget = Schema['UsageNewBudget'];
export type BudgetPatch = Schema['UsageBudgetPatch'];
export type Budgets = Schema['UsageBudgetsOut'];
export type Scope = Budget['scope'];
export type Unit = Budget['unit'];
export type Period = Budget['period'];
export type Allowance = Schema['UsageAllowance'];
export type BudgetGrant = Schema['UsageBudgetGrant'];
