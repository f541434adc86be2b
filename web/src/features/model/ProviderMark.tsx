import { FlaskConical, HardDrive } from 'lucide-react';
import type { ModelProvider } from '@/kit/api/types';

/** A provider's sign: its first letter, or what kind of place it is. No brand's own mark. */
export function ProviderMark({ provider }: { provider: ModelProvider }) {
  const local = provider.models.length > 0 && provider.models.every((model) => model.local);
  return (
    <span
      aria-hidden="true"
      className="flex size-5 shrink-0 items-center justify-center rounded-[5px] border border-line bg-sunken font-semibold text-[11px] text-ink-2 leading-none"
    >
      {provider.demo ? (
        <FlaskConical size={12} />
      ) : local ? (
        <HardDrive size={12} />
      ) : (
        provider.label.trim().charAt(0).toLocaleUpperCase()
      )}
    </span>
  );
}
