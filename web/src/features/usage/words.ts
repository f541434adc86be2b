// Budgets in words.

import { formatCost, formatDateTime, formatNumber, formatPercent } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import type { Allowance, Budget, Limit, Period, Unit } from './types';

export function formatAmount(amount: number, unit: Unit): string {
  if (unit === 'money') return formatCost(amount);
  const shown = formatNumber(amount);
  return unit === 'tokens'
    ? i18n.t('{amount, plural, one {# token} other {{shown} tokens}}', { amount, shown })
    : i18n.t('{amount, plural, one {# request} other {{shown} requests}}', { amount, shown });
}

export function nameOfUnit(unit: Unit): string {
  switch (unit) {
    case 'money':
      return i18n.t('US dollars');
    case 'tokens':
      return i18n.t('Tokens');
    case 'requests':
      return i18n.t('Requests');
  }
}

/** "3 of 5 requests" */
export function formatUsed(used: number, limit: number, unit: Unit): string {
  return i18n.t('{used} of {limit}', {
    used: unit === 'money' ? formatCost(used) : formatNumber(used),
    limit: formatAmount(limit, unit),
  });
}

/** "$5.00 a month" */
export function formatRate(amount: number, unit: Unit, period: Period): string {
  const text = formatAmount(amount, unit);
  if (period === 'day') return i18n.t('{amount} a day', { amount: text });
  if (period === 'month') return i18n.t('{amount} a month', { amount: text });
  return i18n.t('{amount} in all', { amount: text });
}

/** Whose a budget is, to an administrator. */
export function ownerOf(budget: Budget): string {
  switch (budget.scope) {
    case 'all':
      return i18n.t('Everyone together');
    case 'each':
      return i18n.t('Each person');
    case 'group':
      return budget.group?.name ?? i18n.t('A group');
    case 'user':
      return budget.user?.name || budget.user?.email || i18n.t('A person');
  }
}

/** What a budget is called that holds for oneself. */
export function nameOfLimit({ scope, period, balance }: Limit): string {
  if (balance) return i18n.t('Your balance');
  const own = scope === 'each' || scope === 'user';
  switch (period) {
    case 'day':
      if (own) return i18n.t('Your budget for today');
      return scope === 'group'
        ? i18n.t('Your group’s budget for today')
        : i18n.t('This server’s budget for today');
    case 'month':
      if (own) return i18n.t('Your budget for this month');
      return scope === 'group'
        ? i18n.t('Your group’s budget for this month')
        : i18n.t('This server’s budget for this month');
    case 'ever':
      if (own) return i18n.t('Your budget');
      return scope === 'group' ? i18n.t('Your group’s budget') : i18n.t('This server’s budget');
  }
}

/** What a budget is called that holds for someone, to an administrator. */
export function nameOfAllowance({ budget, scope, unit, period, limit }: Allowance): string {
  if (budget === 'balance') return i18n.t('Balance');
  const rate = formatRate(limit, unit, period);
  if (scope === 'all') return i18n.t('Everyone together: {rate}', { rate });
  if (scope === 'group') return i18n.t('Their group: {rate}', { rate });
  return i18n.t('Their own: {rate}', { rate });
}

export function formatShare(share: number): string {
  return formatPercent(share);
}

export function resetText(at: string | null): string {
  return at ? i18n.t('Resets {when}', { when: formatDateTime(at) }) : '';
}
