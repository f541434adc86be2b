import {
  type DragEvent,
  type KeyboardEvent,
  type ReactNode,
  Suspense,
  useEffect,
  useEffectEvent,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { Media } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { late } from '@/kit/late';
import { useSession } from '@/session/useSession';
import { useSettings } from '@/session/useSettings';
import { Button } from '@/ui/Button';
import { cx } from '@/ui/cx';
import { modelLabel, useModels, useWantsKey } from '../models';
import { useSlots } from '../slots';
import { AttachButton } from './AttachButton';
import { insert } from './insert';
import { keyAction } from './keys';
import { limitsOf, overLimit } from './limits';
import { ModelButton } from './ModelButton';
import { SendButton } from './SendButton';
import { sizeOf, useAttachments } from './useAttachments';
import { useDraft } from './useDraft';
import { useFileDrop } from './useFileDrop';
import { usePaste } from './usePaste';

const Thumbnails = late(async () => (await import('./Thumbnails')).Thumbnails);

export interface Draft {
  text: string;
  media: Media[];
}

export interface ComposerProps {
  /** Where the unsent text is kept; null is the chat that is not begun yet. */
  draftKey: string | null;
  /** What stands in it when there is no draft. */
  initial?: Draft;
  /** An earlier message is edited in place, or a new one is written. */
  mode?: 'new' | 'edit';
  model: string;
  onModel: (model: string) => void;
  onSubmit: (draft: Draft) => void;
  /** Asks the last question again, of a model, beside the answer that there is. */
  onBranch?: (model: string) => void;
  /** Leaves the editing. */
  onCancel?: () => void;
  /** Stops the answer that is being written. */
  onStop?: () => void;
  /** An answer is being written: what is typed stays a draft until it is done. */
  hold?: boolean;
  /** ArrowUp was pressed with nothing typed. */
  onUp?: () => void;
  autoFocus?: boolean;
  placeholder?: string;
  /** Small, beside the model: how full the context is. */
  hint?: ReactNode;
}

const nothing: Draft = { text: '', media: [] };

/** Where a message is written: a new one, or an earlier one anew. */
export function Composer(props: ComposerProps) {
  const { draftKey, initial = nothing, mode = 'new', model, onModel, onStop, hold } = props;
  const [text, setText] = useDraft(draftKey, initial.text);
  const models = useModels();
  const known = models?.get(model);
  const wantsKey = useWantsKey();
  const { uploads } = useSession().boot;
  const limits = limitsOf(uploads, known?.endpoint);
  const files = useAttachments(draftKey, limits, uploads.resize, initial.media);
  const [nudge, setNudge] = useState(false);
  // It was sent before it was known which model answers: it goes as soon as that is known.
  const [early, setEarly] = useState(false);
  const sendKey = useSettings((settings) => settings.sendKey);
  const area = useRef<HTMLTextAreaElement>(null);
  const onPaste = usePaste(files.add);
  const onFiles = (added: File[]) => {
    files.add(added);
    area.current?.focus();
  };
  const dragging = useFileDrop(onFiles, mode === 'new');
  const noteId = useId();
  const { ComposerTools, PresetTools } = useSlots();

  const blind = files.list.length > 0 && known !== undefined && !known.vision;
  const gone = models !== null && known === undefined;
  const empty = !text.trim() && files.list.length === 0;
  // What was attached for another model, or all together, may be too much for this one.
  const over = overLimit(
    files.list.flatMap((one) => (one.media ? [sizeOf(one.media)] : [])),
    limits,
  );
  const refused = blind || gone || over !== undefined || !files.ready;

  const submit = () => {
    if (empty) return;
    if (!model && models === null) {
      setEarly(true);
      return;
    }
    if (hold || refused) {
      setNudge(true);
      return;
    }
    const media = files.list.flatMap((one) => (one.media ? [one.media] : []));
    props.onSubmit({ text: text.trim(), media });
    setText('');
    files.clear();
    setNudge(false);
  };

  const submitEarly = useEffectEvent(() => {
    setEarly(false);
    submit();
  });
  useEffect(() => {
    if (early && models !== null) submitEarly();
  }, [early, models]);

  // Writing goes on at the end of what stands there already.
  useLayoutEffect(() => {
    const { current } = area;
    if (props.autoFocus && current)
      current.setSelectionRange(current.value.length, current.value.length);
  }, [props.autoFocus]);

  // An edit that a reload found comes together with the chat's composer, which takes the focus as well.
  useEffect(() => {
    if (mode === 'edit') area.current?.focus();
  }, [mode]);

  // What is left is dropped for good, before the composer goes and would keep it.
  const leave = () => {
    setText('');
    files.clear();
    props.onCancel?.();
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const action = keyAction(event, sendKey);
    if (action === null) return;
    if (action === 'up') {
      if (text || !props.onUp) return;
      props.onUp();
    } else if (action === 'leave') {
      if (!props.onCancel) return;
      leave();
    } else if (action === 'send') submit();
    else insert(event.currentTarget, action);
    event.preventDefault();
  };

  const onDrop = (event: DragEvent) => {
    const dropped = [...event.dataTransfer.files];
    if (dropped.length === 0) return;
    event.preventDefault();
    onFiles(dropped);
  };

  return (
    <form
      aria-label={mode === 'edit' ? i18n.t('Edit the message') : i18n.t('Write a message')}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes('Files')) event.preventDefault();
      }}
      onDrop={onDrop}
      className={cx(
        'relative flex flex-col rounded-lg border bg-surface transition-[border-color]',
        'focus-within:border-accent',
        dragging ? 'border-accent border-dashed' : 'border-line-strong/70',
      )}
    >
      {dragging && (
        <div className="pointer-events-none absolute inset-0 z-10 flex items-center justify-center rounded-lg bg-accent-soft font-medium text-accent">
          {i18n.t('Drop pictures here')}
        </div>
      )}
      {files.list.length > 0 && (
        <Suspense fallback={<div className="h-19" />}>
          <Thumbnails list={files.list} onRemove={files.remove} />
        </Suspense>
      )}
      <textarea
        ref={area}
        autoFocus={props.autoFocus}
        value={text}
        rows={1}
        dir="auto"
        aria-label={mode === 'edit' ? i18n.t('Message') : i18n.t('Your message')}
        aria-describedby={noteId}
        placeholder={props.placeholder ?? i18n.t('Write a message')}
        onChange={(event) => {
          setText(event.target.value);
          setNudge(false);
          setEarly(false);
        }}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        id={mode === 'new' ? 'composer' : undefined}
        data-composer={mode}
        className="field-sizing-content max-h-[40vh] min-h-12 w-full resize-none bg-transparent px-4 pt-3 pb-1 text-[length:var(--thread-size)] leading-(--thread-leading) outline-none placeholder:text-ink-3"
      />
      <div id={noteId} aria-live="polite">
        {blind && (
          <Note>
            {i18n.t('{model} cannot see pictures. Remove them, or choose a model that can.', {
              model: modelLabel(models, model),
            })}
          </Note>
        )}
        {over && !blind && <Note>{over}</Note>}
        {gone && model && (
          <Note>
            {i18n.t('{model} is not available any more. Choose another model.', {
              model: modelLabel(models, model),
            })}
          </Note>
        )}
        {gone && !model && (
          <Note>
            {wantsKey
              ? i18n.t('The models here wait for a key of yours.')
              : i18n.t('No model is set up yet. An administrator can connect a provider.')}
          </Note>
        )}
        {nudge && hold && (
          <Note quiet>
            {i18n.t('An answer is being written. Your text stays here until it is done.')}
          </Note>
        )}
        {nudge && !hold && !blind && !gone && !over && !files.ready && (
          <Note quiet>
            {files.list.some(({ error }) => error)
              ? i18n.t('A picture cannot be sent. Remove it.')
              : i18n.t('A picture is not ready yet. Wait for it or remove it.')}
          </Note>
        )}
      </div>
      <div className="flex items-center gap-1 px-2 pb-2 max-sm:has-data-active:flex-wrap">
        <AttachButton onFiles={files.add} />
        {mode === 'new' && PresetTools && (
          <PresetTools
            chat={draftKey}
            model={model}
            onModel={onModel}
            onBranch={props.onBranch}
            text={text}
            onText={setText}
            area={area}
          />
        )}
        <span className="grow" />
        {props.hint}
        {mode === 'new' && ComposerTools && <ComposerTools chat={draftKey} model={model} />}
        <ModelButton value={model} onPick={onModel} main={mode === 'new'} />
        {mode === 'edit' && (
          <Button size="sm" variant="ghost" onClick={leave}>
            {i18n.t('Cancel')}
          </Button>
        )}
        <SendButton mode={mode} onStop={onStop} disabled={empty || refused} sendKey={sendKey} />
      </div>
    </form>
  );
}

function Note({ quiet, children }: { quiet?: boolean; children: ReactNode }) {
  return (
    <p className={cx('px-4 pb-2 text-sm', quiet ? 'text-ink-2' : 'text-danger')}>{children}</p>
  );
}
