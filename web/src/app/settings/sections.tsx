import {
  BookMarked,
  Boxes,
  Braces,
  ChartColumn,
  FileCog,
  Globe,
  Keyboard,
  KeyRound,
  ListOrdered,
  Network,
  Palette,
  Plug,
  Server,
  ShieldCheck,
  UserRound,
  UsersRound,
  Wallet,
  Wrench,
} from 'lucide-react';
import { type ComponentType, type LazyExoticComponent, lazy, type ReactNode } from 'react';
import type { Boot } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';

export interface SettingsSection {
  id: string;
  title: () => string;
  icon: ReactNode;
  /** Only for administrators. */
  admin?: boolean;
  /** Only where the configuration leaves it on. */
  when?: (page: Boot['page']) => boolean;
  component: LazyExoticComponent<ComponentType>;
}

const size = 17;

/** Every section, in the order of the list; each is its own chunk. */
export const sections: readonly SettingsSection[] = [
  {
    id: 'profile',
    title: () => i18n.t('Profile'),
    icon: <UserRound size={size} />,
    component: lazy(() =>
      import('@/features/account/ProfileSection').then((m) => ({ default: m.ProfileSection })),
    ),
  },
  {
    id: 'appearance',
    title: () => i18n.t('Appearance'),
    icon: <Palette size={size} />,
    component: lazy(() =>
      import('@/features/setting/AppearanceSection').then((m) => ({
        default: m.AppearanceSection,
      })),
    ),
  },
  {
    id: 'language',
    title: () => i18n.t('Language'),
    icon: <Globe size={size} />,
    component: lazy(() =>
      import('@/features/setting/LanguageSection').then((m) => ({ default: m.LanguageSection })),
    ),
  },
  {
    id: 'keyboard',
    title: () => i18n.t('Keyboard'),
    icon: <Keyboard size={size} />,
    component: lazy(() =>
      import('@/features/setting/KeyboardSection').then((m) => ({ default: m.KeyboardSection })),
    ),
  },
  {
    id: 'models',
    title: () => i18n.t('Models'),
    icon: <Boxes size={size} />,
    component: lazy(() =>
      import('@/features/model/ModelsSection').then((m) => ({ default: m.ModelsSection })),
    ),
  },
  {
    id: 'presets',
    title: () => i18n.t('Presets'),
    icon: <BookMarked size={size} />,
    when: ({ presets }) => presets,
    component: lazy(() => import('./PresetsPage').then((m) => ({ default: m.PresetsPage }))),
  },
  {
    id: 'tools',
    title: () => i18n.t('Tools'),
    icon: <Wrench size={size} />,
    component: lazy(() =>
      import('@/features/tool/ToolsSection').then((m) => ({ default: m.ToolsSection })),
    ),
  },
  {
    id: 'provider-keys',
    title: () => i18n.t('Provider keys'),
    icon: <KeyRound size={size} />,
    component: lazy(() =>
      import('@/features/provider/OwnKeysSection').then((m) => ({ default: m.OwnKeysSection })),
    ),
  },
  {
    id: 'usage',
    title: () => i18n.t('Usage'),
    icon: <ChartColumn size={size} />,
    component: lazy(() =>
      import('@/features/usage/UsageSection').then((m) => ({ default: m.UsageSection })),
    ),
  },
  {
    id: 'security',
    title: () => i18n.t('Security'),
    icon: <ShieldCheck size={size} />,
    component: lazy(() =>
      import('@/features/account/SecuritySection').then((m) => ({ default: m.SecuritySection })),
    ),
  },
  {
    id: 'keys',
    title: () => i18n.t('API keys'),
    icon: <Braces size={size} />,
    component: lazy(() =>
      import('@/features/account/KeysSection').then((m) => ({ default: m.KeysSection })),
    ),
  },
  {
    id: 'providers',
    title: () => i18n.t('Providers'),
    icon: <Plug size={size} />,
    admin: true,
    component: lazy(() =>
      import('@/features/provider/ProvidersSection').then((m) => ({
        default: m.ProvidersSection,
      })),
    ),
  },
  {
    id: 'people',
    title: () => i18n.t('People'),
    icon: <UsersRound size={size} />,
    admin: true,
    component: lazy(() =>
      import('@/features/people/PeopleSection').then((m) => ({ default: m.PeopleSection })),
    ),
  },
  {
    id: 'groups',
    title: () => i18n.t('Groups'),
    icon: <Network size={size} />,
    admin: true,
    component: lazy(() =>
      import('@/features/people/GroupsSection').then((m) => ({ default: m.GroupsSection })),
    ),
  },
  {
    id: 'budgets',
    title: () => i18n.t('Usage and budgets'),
    icon: <Wallet size={size} />,
    admin: true,
    component: lazy(() =>
      import('@/features/usage/AllUsageSection').then((m) => ({ default: m.AllUsageSection })),
    ),
  },
  {
    id: 'model-list',
    title: () => i18n.t('Model list'),
    icon: <ListOrdered size={size} />,
    admin: true,
    component: lazy(() =>
      import('@/features/model/ModelsSection').then((m) => ({ default: m.EveryoneSection })),
    ),
  },
  {
    id: 'configuration',
    title: () => i18n.t('Configuration'),
    icon: <FileCog size={size} />,
    admin: true,
    component: lazy(() =>
      import('@/features/configuration/ConfigurationSection').then((m) => ({
        default: m.ConfigurationSection,
      })),
    ),
  },
  {
    id: 'server',
    title: () => i18n.t('Server'),
    icon: <Server size={size} />,
    admin: true,
    component: lazy(() =>
      import('@/features/admin/ServerSection').then((m) => ({ default: m.ServerSection })),
    ),
  },
];
