import { FlaskConical, HardDrive } from 'lucide-react';
import type { ModelProvider } from '@/kit/api/types';
import { runsHere } from './runsHere';

interface ProviderMarkProps {
  provider: Pick<ModelProvider, 'label' | 'icon' | 'models' | 'demo' | 'curated'>;
  /** Whose first letter it is, if not the provider's. */
  of?: string;
}

/** A provider's sign: its first letter, or what kind of place it is. No brand's own mark. */
export function ProviderMark({ provider, of }: ProviderMarkProps) {
  const local = provider.models.length > 0 && provider.models.every(runsHere);
  const picture = provider.icon.startsWith('data:image/') ? provider.icon : null;
  return (
    <span
      aria-hidden="true"
      className="flex size-5 shrink-0 items-center justify-center overflow-hidden rounded-[5px] border border-line bg-sunken font-semibold text-[11px] text-ink-2 leading-none"
    >
      {picture ? (
        <img src={picture} alt="" className="size-full object-cover" />
      ) : provider.demo ? (
        <FlaskConical size={12} />
      ) : local && !provider.curated ? (
        <HardDrive size={12} />
      ) : (
        (of ?? provider.label).trim().charAt(0).toLocaleUpperCase() || '★'
      )}
    </span>
  );
}
