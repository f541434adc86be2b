import { ImagePlus, X } from 'lucide-react';
import { useRef } from 'react';
import { i18n } from '@/kit/i18n';
import { cx } from '@/ui/cx';
import { IconButton } from '@/ui/IconButton';
import { inputClass } from '@/ui/looks';
import { toast } from '@/ui/toast';

/** Pictures are drawn at most this many pixels wide. */
const size = 64;

interface IconFieldProps {
  /** A picture as a data: address, or empty for the first letter. */
  icon: string;
  label: string;
  onIcon: (icon: string) => void;
  /** It is the group's picture, beside that of the model. */
  group?: boolean;
}

/** A small picture from a file, or the first letter of the name. */
export function IconField({ icon, label, onIcon, group }: IconFieldProps) {
  const file = useRef<HTMLInputElement>(null);
  const picture = icon.startsWith('data:image/') ? icon : '';
  const take = async (chosen: File | undefined) => {
    if (!chosen) return;
    try {
      onIcon(await shrink(chosen));
    } catch {
      void toast(i18n.t('This is not a picture that can be shown.'), { kind: 'error' });
    }
  };
  return (
    <span className="flex items-center">
      <input
        ref={file}
        type="file"
        accept="image/*"
        hidden
        onChange={(event) => {
          void take(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      <button
        type="button"
        aria-label={names(group)[picture ? 'replace' : 'choose']}
        data-tip={i18n.t('Picture')}
        onClick={() => file.current?.click()}
        className={cx(
          inputClass,
          'flex h-9 w-9! shrink-0 items-center justify-center overflow-hidden p-0! pointer-coarse:w-11!',
        )}
      >
        {picture ? (
          <img src={picture} alt="" className="size-full object-cover" />
        ) : label.trim() ? (
          <span className="font-semibold text-ink-2">{label.trim().charAt(0).toUpperCase()}</span>
        ) : (
          <ImagePlus size={17} aria-hidden="true" className="text-ink-3" />
        )}
      </button>
      {picture && (
        <IconButton size="sm" label={names(group).remove} onClick={() => onIcon('')}>
          <X size={14} />
        </IconButton>
      )}
    </span>
  );
}

function names(group: boolean | undefined) {
  return group
    ? {
        choose: i18n.t('Choose a picture of the group'),
        replace: i18n.t('Replace the picture of the group'),
        remove: i18n.t('Remove the picture of the group'),
      }
    : {
        choose: i18n.t('Choose a picture'),
        replace: i18n.t('Replace the picture'),
        remove: i18n.t('Remove the picture'),
      };
}

/** Draws a picture small, as a data: address. */
async function shrink(file: File): Promise<string> {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, size / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/webp', 0.9);
}
