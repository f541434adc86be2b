import { Check, Copy, Download } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useLabels } from './labels';
import { saveFile } from './saveFile';

interface ActionProps {
  label: string;
  pressed?: boolean;
  onPress: () => void;
  children: ReactNode;
}

/** A small button in the header of a code block or a diagram. */
export function Action({ label, pressed, onPress, children }: ActionProps) {
  return (
    <button
      type="button"
      className="md-action"
      aria-label={label}
      aria-pressed={pressed}
      data-tip={label}
      onClick={onPress}
    >
      {children}
    </button>
  );
}

const COPIED_FOR = 2000;

/** Copies a text and says so for two seconds. */
export function CopyAction({ text }: { text: string }) {
  const labels = useLabels();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_FOR);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <Action label={copied ? labels.copied : labels.copy} onPress={() => void copy()}>
      {copied ? <Check size={15} aria-hidden /> : <Copy size={15} aria-hidden />}
    </Action>
  );
}

/** Saves a text as a file. */
export function DownloadAction({ text, name }: { text: string; name: string }) {
  const labels = useLabels();
  return (
    <Action
      label={labels.download}
      onPress={() => saveFile(new Blob([text], { type: 'text/plain;charset=utf-8' }), name)}
    >
      <Download size={15} aria-hidden />
    </Action>
  );
}
