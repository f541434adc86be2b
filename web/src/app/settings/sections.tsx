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
  /** What is in it, for the search. */
  words: () => string;
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
    words: () => i18n.t('name email role export download data delete account'),
    icon: <UserRound size={size} />,
    component: lazy(() =>
      import('@/features/account/ProfileSection').then((m) => ({ default: m.ProfileSection })),
    ),
  },
  {
    id: 'appearance',
    title: () => i18n.t('Appearance'),
    words: () => i18n.t('theme dark light contrast density compact text size column simple mode'),
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
    words: () => i18n.t('English translation dates numbers'),
    icon: <Globe size={size} />,
    component: lazy(() =>
      import('@/features/setting/LanguageSection').then((m) => ({ default: m.LanguageSection })),
    ),
  },
  {
    id: 'keyboard',
    title: () => i18n.t('Keyboard'),
    words: () => i18n.t('shortcuts keys enter send'),
    icon: <Keyboard size={size} />,
    component: lazy(() =>
      import('@/features/setting/KeyboardSection').then((m) => ({ default: m.KeyboardSection })),
    ),
  },
  {
    id: 'models',
    title: () => i18n.t('Models'),
    words: () => i18n.t('pin hide order list'),
    icon: <Boxes size={size} />,
    component: lazy(() =>
      import('@/features/model/ModelsSection').then((m) => ({ default: m.ModelsSection })),
    ),
  },
  {
    id: 'presets',
    title: () => i18n.t('Presets'),
    words: () => i18n.t('instructions parameters share import export'),
    icon: <BookMarked size={size} />,
    when: ({ presets }) => presets,
    component: lazy(() => import('./PresetsPage').then((m) => ({ default: m.PresetsPage }))),
  },
  {
    id: 'tools',
    title: () => i18n.t('Tools'),
    words: () => i18n.t('approval allow ask always never'),
    icon: <Wrench size={size} />,
    component: lazy(() =>
      import('@/features/tool/ToolsSection').then((m) => ({ default: m.ToolsSection })),
    ),
  },
  {
    id: 'provider-keys',
    title: () => i18n.t('Provider keys'),
    words: () => i18n.t('own key API expiry'),
    icon: <KeyRound size={size} />,
    component: lazy(() =>
      import('@/features/provider/OwnKeysSection').then((m) => ({ default: m.OwnKeysSection })),
    ),
  },
  {
    id: 'usage',
    title: () => i18n.t('Usage'),
    words: () => i18n.t('cost tokens calls chart CSV budget limit'),
    icon: <ChartColumn size={size} />,
    component: lazy(() =>
      import('@/features/usage/UsageSection').then((m) => ({ default: m.UsageSection })),
    ),
  },
  {
    id: 'security',
    title: () => i18n.t('Security'),
    words: () => i18n.t('password sessions devices sign out'),
    icon: <ShieldCheck size={size} />,
    component: lazy(() =>
      import('@/features/account/SecuritySection').then((m) => ({ default: m.SecuritySection })),
    ),
  },
  {
    id: 'keys',
    title: () => i18n.t('API keys'),
    words: () => i18n.t('token program script bearer'),
    icon: <Braces size={size} />,
    component: lazy(() =>
      import('@/features/account/KeysSection').then((m) => ({ default: m.KeysSection })),
    ),
  },
  {
    id: 'providers',
    title: () => i18n.t('Providers'),
    words: () => i18n.t('OpenAI Anthropic Ollama Azure Bedrock Vertex key health connect'),
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
    words: () => i18n.t('users accounts add disable administrator password'),
    icon: <UsersRound size={size} />,
    admin: true,
    component: lazy(() =>
      import('@/features/people/PeopleSection').then((m) => ({ default: m.PeopleSection })),
    ),
  },
  {
    id: 'groups',
    title: () => i18n.t('Groups'),
    words: () => i18n.t('members teams share'),
    icon: <Network size={size} />,
    admin: true,
    component: lazy(() =>
      import('@/features/people/GroupsSection').then((m) => ({ default: m.GroupsSection })),
    ),
  },
  {
    id: 'budgets',
    title: () => i18n.t('Usage and budgets'),
    words: () => i18n.t('cost tokens money limit spending CSV'),
    icon: <Wallet size={size} />,
    admin: true,
    component: lazy(() =>
      import('@/features/usage/AllUsageSection').then((m) => ({ default: m.AllUsageSection })),
    ),
  },
  {
    id: 'model-list',
    title: () => i18n.t('Model list'),
    words: () => i18n.t('curated specs prices context hide order default'),
    icon: <ListOrdered size={size} />,
    admin: true,
    component: lazy(() =>
      import('@/features/model/ModelsSection').then((m) => ({ default: m.EveryoneSection })),
    ),
  },
  {
    id: 'configuration',
    title: () => i18n.t('Configuration'),
    words: () => i18n.t('parley.yaml file history rollback export keys'),
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
    words: () => i18n.t('registration sign-up sessions default model language version'),
    icon: <Server size={size} />,
    admin: true,
    component: lazy(() =>
      import('@/features/admin/ServerSection').then((m) => ({ default: m.ServerSection })),
    ),
  },
];

/** The sections with all of the words in their title or in what they hold. */
export function findSections(
  all: readonly SettingsSection[],
  query: string,
): readonly SettingsSection[] {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter((section) => {
    const text = `${section.title()} ${section.words()}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
