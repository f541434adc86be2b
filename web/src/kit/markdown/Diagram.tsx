import { Code, FileImage, Image as ImageIcon } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Action, CopyAction } from './CodeActions';
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

/** A diagram, drawn when it comes near the view and shown as a picture. */
export function Diagram({ code, children }: DiagramProps) {
  const labels = useLabels();
  const frame = useRef<HTMLElement>(null);
  const near = useNearView(frame);
  const [state, onUnreadable] = useDrawing(code, frame, near);
  const [showSource, setShowSource] = useState(false);

  if (!state || 'error' in state) {
    return (
      <section ref={frame} className="md-diagram-pending" aria-label={labels.diagram}>
        {state && (
          <p role="note" className="md-diagram-error">
            {labels.diagramFailed} <span>{state.error}</span>
          </p>
        )}
        {children}
      </section>
    );
  }
  const { drawing, url } = state;
  return (
    <figure ref={frame} className="md-code md-diagram">
      <figcaption>
        <span>{labels.diagram}</span>
        <Action
          label={labels.diagramSource}
          pressed={showSource}
          onPress={() => setShowSource(!showSource)}
        >
          <Code size={15} aria-hidden />
        </Action>
        <Action
          label={labels.downloadSvg}
          onPress={() => saveFile(svgBlob(drawing), 'diagram.svg')}
        >
          <FileImage size={15} aria-hidden />
        </Action>
        <Action label={labels.downloadPng} onPress={() => void savePng(drawing, url)}>
          <ImageIcon size={15} aria-hidden />
        </Action>
        <CopyAction text={code} />
      </figcaption>
      {showSource ? (
        children
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region takes the focus
        // biome-ignore lint/a11y/useSemanticElements: the figure is the element, this only scrolls
        <div className="md-diagram-view" role="group" aria-label={labels.diagram} tabIndex={0}>
          <img
            src={url}
            alt={code}
            width={drawing.width}
            height={drawing.height}
            onError={onUnreadable}
          />
        </div>
      )}
    </figure>
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
