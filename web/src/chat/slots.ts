import {
  type ComponentType,
  createContext,
  type ReactNode,
  type RefObject,
  useContext,
} from 'react';
import type { PopupTrigger } from '@/ui/Menu';
import type { PartProps } from './message/parts';

export interface ModelPickerProps {
  /** The chosen "provider/model", or empty. */
  value: string;
  onPick: (model: string) => void;
  /** Gets the focus once a model is chosen; the button otherwise. */
  next?: () => HTMLElement | null;
  align?: 'start' | 'center' | 'end';
  /** The button that opens it. */
  children: (trigger: PopupTrigger, open: boolean) => ReactNode;
}

export interface ComposerToolsProps {
  /** The chat that is written in; null is the one that is not begun yet. */
  chat: string | null;
  model: string;
}

export interface PresetToolsProps {
  /** The chat that is written to; null is the one that is not begun yet. */
  chat: string | null;
  model: string;
  onModel: (model: string) => void;
  /** Asks the last question again, of a model, beside the answer that there is; absent without one. */
  onBranch?: (model: string) => void;
  /** The message, and the field that it is written in. */
  text: string;
  onText: (text: string) => void;
  area: RefObject<HTMLTextAreaElement | null>;
}

/** What features put into the chat; the app joins them, so that chat needs to know none of them. */
export interface Slots {
  ModelPicker: ComponentType<ModelPickerProps>;
  /** Stands beside the model, where a new message is written. */
  ComposerTools?: ComponentType<ComposerToolsProps>;
  /** Stands at the left below a new message. */
  PresetTools?: ComponentType<PresetToolsProps>;
  /** How further types of content are shown. */
  parts?: Readonly<Record<string, ComponentType<PartProps>>>;
}

const missing = () => null;

export const SlotsContext = createContext<Slots>({ ModelPicker: missing });

export function useSlots(): Slots {
  return useContext(SlotsContext);
}
