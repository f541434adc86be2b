import { Plus } from 'lucide-react';
import { useRef } from 'react';
import { i18n } from '@/kit/i18n';
import { IconButton } from '@/ui/IconButton';
import { imageTypes } from './upload';

/** Opens the file dialog for pictures. */
export function AttachButton({ onFiles }: { onFiles: (files: Iterable<File>) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton
        label={i18n.t('Add pictures')}
        onClick={() => input.current?.click()}
        className="rounded-full"
      >
        <Plus size={18} />
      </IconButton>
      <input
        ref={input}
        type="file"
        accept={imageTypes.join(',')}
        multiple
        hidden
        aria-label={i18n.t('Pictures')}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
    </>
  );
}
