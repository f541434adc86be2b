import { i18n } from '@/kit/i18n';
import { currentSession } from './session';

export interface LegalLink {
  label: string;
  url: string;
  newTab: boolean;
}

/** The pages that whoever runs this server has named: help, privacy policy, terms of service. */
export function legalLinks(): LegalLink[] {
  const { help, privacy, terms } = currentSession().boot.page;
  return [
    ...(help ? [{ label: i18n.t('Help'), ...help }] : []),
    ...(privacy ? [{ label: i18n.t('Privacy policy'), ...privacy }] : []),
    ...(terms ? [{ label: i18n.t('Terms of service'), ...terms }] : []),
  ];
}
