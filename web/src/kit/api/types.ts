// The names by which the app knows what the API carries. The shapes come from schema.d.ts, which is
// generated from the server's own types.

import type { components } from './schema';

type Schema = components['schemas'];

export type Me = Schema['IdentityUser'];
export type Role = Me['role'];

export type Settings = Schema['SettingUser'];
export type Theme = Settings['theme'];
export type SendKey = Settings['sendKey'];

export type Boot = Schema['SigninBoot'];

export interface Page<T> {
  items: T[];
  next: string | null;
}

export type LoginSession = Schema['IdentitySession'];
export type ApiKey = Schema['IdentityKey'];
/** A key just made: the only time that it is shown. */
export type NewApiKey = Schema['AccountCreatedKey'];
export type ServerSettings = Schema['SettingsView'];
export type ConfigKey = Schema['ConfigurationKey'];
export type ConfigStatus = Schema['ConfigurationStatus'];
export type ConfigChange = Schema['ConfigurationChange'];

/** In USD per million tokens. */
export type Prices = Schema['LlmPrices'];
/** Its id is "provider/model"; a context of 0 is unknown. */
export type Model = Schema['LlmInfo'];
export type ModelProvider = Schema['LlmOffer'];
export type Models = Schema['ModelList'];
/** How a list of models is laid out. */
export type ModelArrangement = Schema['ModelArrangement'];
export type ModelLayout = Schema['ModelLayout'];
/** What an administrator knows better about a model. */
export type ModelOverride = Schema['CatalogOverride'];
/** A model as an administrator wants it to be chosen. */
export type ModelSpec = Schema['ModelSpecView'];
export type ModelSpecs = Schema['ModelSpecViews'];
export type ModelSpecBody = Schema['ModelSpec'];
/** What a model may be told: a parameter's range, and whether the model takes it. */
export type Parameter = Schema['ParamDefinition'];
export type Params = NonNullable<TurnStart['params']>;

export type Account = Schema['PeopleAccount'];
export type Accounts = Schema['PeopleAccounts'];
/** An account with a password that is told this once. */
export type NewAccount = Schema['PeopleNewAccount'];

export type Provider = Schema['ProviderConfigured'];
/** An open set: the server's catalogue knows more kinds than this app offers. */
export type ProviderKind = Provider['kind'];
export type ProviderNote = Schema['ProviderNote'];
export type NewProvider = Schema['AddInBody'];
export type DetectedProvider = Schema['ProviderDetected'];
export type ProviderTest = Schema['ProviderTested'];
export type ProviderOptions = Schema['ProviderOptions'];
export type ProviderChange = Schema['ChangeInBody'];
/** What this user gave to a provider, without the key itself. */
export type OwnKey = Schema['ProviderOwnKey'];
export type LocalServer = Schema['ProviderLocal'];

export type ChatRow = Schema['Chat'];
export type Chat = Schema['ChatDetail'];

export type Part = Schema['LlmPart'];
export type PartType = Part['type'];
export type ToolCall = Schema['LlmToolCall'];
export type CallStatus = NonNullable<ToolCall['status']>;
export type ToolResult = Schema['LlmToolResult'];
export type Media = Schema['LlmMedia'];
export type Source = Schema['LlmSource'];
export type Failure = Schema['LlmFailure'];

export type Message = Schema['ChatMessage'];
export type MessageStatus = Message['status'];
export type Usage = Schema['ChatUsage'];
export type Limit = NonNullable<Message['limit']>;

/** What a chat took so far, and how full its model's context is. */
export type OfChat = Schema['UsageOfChat'];

/** A parent of null begins a new root; without one the message goes to the end of the path. */
export type TurnStart = Omit<Schema['TurnStart'], 'parent' | 'text'> & {
  parent?: string | null;
  text: string;
};
export type TurnAccepted = Schema['TurnAccepted'];
export type Turn = Schema['TurnView'];
export type Decision = Schema['DecideInputBody']['decision'];

export type Tool = Schema['ToolView'];
export type UploadedFile = Schema['UploadView'];

/** Lists leave the instructions out. */
export type Preset = Schema['Preset'];
export type PresetBody = Schema['PresetBody'];
export type Presets = Schema['PresetListed'];
/** What a chat was set up with: a preset as it was then. */
export type UsedPreset = Schema['PresetUsed'];
export type ImportedPresets = Schema['PresetImported'];
export type Grant = Schema['AccessGrant'];
export type Group = Schema['AccessGroup'];
export type Member = Schema['AccessMember'];
/** People and groups that a search found. */
export type FoundPeople = Schema['PeopleAnswer'];

/** What the user's own channel carries. */
export type SystemEvent =
  | { type: 'chat'; chat: ChatRow }
  | { type: 'chat_deleted'; chat: string }
  | { type: 'settings'; settings: Settings }
  | { type: 'models' }
  | { type: 'presets' }
  | { type: 'config'; status: ConfigStatus }
  | { type: 'session' }
  | { type: 'page' };
