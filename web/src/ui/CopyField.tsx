import { i18n } from '@lingui/core';
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from './Button';
import { Field } from './Field';
import { Input } from './Input';

/** A value to be copied, selected on focus, with a button that says when it was. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
    } catch {
      // Not allowed on a page without TLS: the text is selected, so the keyboard copies it.
      setCopied(false);
    }
  };
  return (
    <Field label={label}>
      {(control) => (
        <div className="flex gap-2">
          <Input
            {...control}
            readOnly
            value={value}
            onFocus={(event) => event.target.select()}
            className="font-mono text-sm"
          />
          <Button
            icon={copied ? <Check size={16} /> : <Copy size={16} />}
            onClick={() => void copy()}
            className="h-9"
          >
            <span aria-live="polite">{copied ? i18n.t('Copied') : i18n.t('Copy')}</span>
          </Button>
        </div>
      )}
    </Field>
  );
}
