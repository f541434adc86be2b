import { createStore } from './store';

/** What the user chose in place of the keys that shortcuts come with; '' turns one off. */
export type Bindings = Readonly<Record<string, string>>;

/** In force on this page. */
export const bindings = createStore<Bindings>({});
