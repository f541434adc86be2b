import type { ReactNode } from 'react';
import { i18n } from '@/kit/i18n';
import { TextAreaField, TextField } from '@/ui/TextField';

interface NameFieldProps {
  /** The field of the icon, before the name. */
  icon: ReactNode;
  name: string;
  onName: (name: string) => void;
}

/** What something that sets up chats is called, and its sign. */
export function NameField({ icon, name, onName }: NameFieldProps) {
  return (
    <div className="flex items-end gap-2">
      {icon}
      <TextField
        label={i18n.t('Name')}
        className="grow"
        autoFocus
        required
        maxLength={80}
        value={name}
        onText={onName}
      />
    </div>
  );
}

interface InstructionsFieldProps {
  instructions: string | undefined;
  onInstructions: (instructions: string) => void;
}

/** What a model is told before each conversation. */
export function InstructionsField({ instructions = '', onInstructions }: InstructionsFieldProps) {
  return (
    <TextAreaField
      label={i18n.t('Instructions')}
      help={i18n.t('What the model is told before each conversation.')}
      maxLength={32_000}
      value={instructions}
      onText={onInstructions}
    />
  );
}
