// Budgets in words.

import { formatCost, formatDateTime, formatNumber } from '@/kit/format';
import { i18n } from '@/kit/i18n';
import type { Budget, Limit, Period, Unit } from './types';

export function formatAmount(amount: number, unit: Unit): string {
  if (unit === 'money') return formatCost(amount);
  const shown = formatNumber(amount);
  return unit === 'tokens'
    ? i18n.t('{amount, plural, one {# token} other {{shown} tokens}}', { amount, shown })
    : i18n.t('{amount, plural, one {# request} other {{shown} requests}}', { amount, shown });
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

export function formatShare(share: number): string {
  return i18n.t('{percent} %', { percent: formatNumber(Math.round(share * 100)) });
}

export function resetText(at: string | null): string {
  return at ? i18n.t('Begins anew {when}', { when: formatDateTime(at) }) : '';
}
