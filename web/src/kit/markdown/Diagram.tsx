import { Code, FileImage, Image as ImageIcon } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Action, CopyAction } from './CodeActions';
import { DiagramBox } from './DiagramBox';
import { noteSize } from './diagramSize';
import { diagramTheme, useColorScheme } from './diagramTheme';
import { type Drawing, drawDiagram } from './drawDiagram';
import { useLabels } from './labels';
import { useNearView } from './nearView';
import { saveFile } from './saveFile';

interface DiagramProps {
  code: string;
  /** The source as a code block: shown on demand and when the diagram cannot be drawn. */
  children: ReactNode;
}

type State = { drawing: Drawing; url: string } | { error: string } | undefined;

/** How far a picture shrinks to fit before it scrolls instead: its words must stay readable. */
const smallest = 0.6;

/** A diagram, drawn when it comes near the view and shown as a picture. */
export function Diagram({ code, children }: DiagramProps) {
  const labels = useLabels();
  const frame = useRef<HTMLElement>(null);
  const near = useNearView(frame);
  const [state, onUnreadable] = useDrawing(code, frame, near);
  const [showSource, setShowSource] = useState(false);

  if (!state) return <DiagramBox ref={frame} code={code} />;
  if ('error' in state) {
    return (
      <section ref={frame} aria-label={labels.diagram}>
        <p role="note" className="md-diagram-error">
          {labels.diagramFailed} <span>{state.error}</span>
        </p>
        {children}
      </section>
    );
  }
  const { drawing, url } = state;
  const actions = (
    <>
      <Action
        label={labels.diagramSource}
        pressed={showSource}
        onPress={() => setShowSource(!showSource)}
      >
        <Code size={15} aria-hidden />
      </Action>
      <Action label={labels.downloadSvg} onPress={() => saveFile(svgBlob(drawing), 'diagram.svg')}>
        <FileImage size={15} aria-hidden />
      </Action>
      <Action label={labels.downloadPng} onPress={() => void savePng(drawing, url)}>
        <ImageIcon size={15} aria-hidden />
      </Action>
      <CopyAction text={code} />
    </>
  );
  if (showSource) {
    return (
      <figure ref={frame} className="md-code md-diagram">
        <figcaption>
          <span>{labels.diagram}</span>
          {actions}
        </figcaption>
        {children}
      </figure>
    );
  }
  const { width, height } = drawing;
  return (
    <DiagramBox ref={frame} code={code} actions={actions}>
      <img
        src={url}
        alt={code}
        width={width}
        height={height}
        style={{
          maxWidth: `max(100%, ${width * smallest}px)`,
          maxHeight: `max(100%, ${height * smallest}px)`,
        }}
        onError={onUnreadable}
      />
    </DiagramBox>
  );
}

function svgBlob({ svg }: Drawing): Blob {
  return new Blob([svg], { type: 'image/svg+xml' });
}

function useDrawing(
  code: string,
  host: React.RefObject<HTMLElement | null>,
  near: boolean,
): [State, onUnreadable: () => void] {
  const [state, setState] = useState<State>();
  const scheme = useColorScheme();
  // A new scheme draws again in its colours.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    if (!near || !host.current) return;
    let current = true;
    let url: string | undefined;
    drawDiagram(code, diagramTheme(host.current)).then(
      (drawing) => {
        if (!current) return;
        url = URL.createObjectURL(svgBlob(drawing));
        setState({ drawing, url });
      },
      (error: Error) => current && setState({ error: error.message }),
    );
    return () => {
      current = false;
      if (url) URL.revokeObjectURL(url);
    };
  }, [code, host, near, scheme]);
  const size = state && 'drawing' in state ? state.drawing : undefined;
  // Not sooner than it leaves the page: the room that it has now stays.
  useEffect(() => () => size && noteSize(code, size), [code, size]);
  return [state, () => setState({ error: '' })];
}

const PNG_SCALE = 2;

async function savePng({ width, height }: Drawing, url: string) {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = width * PNG_SCALE;
  canvas.height = height * PNG_SCALE;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.scale(PNG_SCALE, PNG_SCALE);
  context.drawImage(image, 0, 0, width, height);
  canvas.toBlob((blob) => blob && saveFile(blob, 'diagram.png'));
}
