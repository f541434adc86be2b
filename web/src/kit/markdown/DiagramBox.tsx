import type { CSSProperties, ReactNode, Ref } from 'react';
import { diagramSize } from './diagramSize';
import { useLabels } from './labels';

interface DiagramBoxProps {
  code: string;
  actions?: ReactNode;
  /** The picture; without one it is still being drawn. */
  children?: ReactNode;
  ref?: Ref<HTMLElement>;
}

/** The frame of a diagram: as large before it is drawn as after. */
export function DiagramBox({ code, actions, children, ref }: DiagramBoxProps) {
  const labels = useLabels();
  const { width, height } = diagramSize(code);
  const room = { '--height': `${height}px`, '--shape': height / width } as CSSProperties;
  return (
    <figure ref={ref} className="md-code md-diagram" aria-busy={children === undefined}>
      <figcaption>
        <span>{labels.diagram}</span>
        {actions}
      </figcaption>
      {/* biome-ignore lint/a11y/useSemanticElements: the figure is the element, this only scrolls */}
      <div
        className="md-diagram-view"
        style={room}
        role="group"
        aria-label={labels.diagram}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region takes the focus
        tabIndex={0}
      >
        {children}
      </div>
    </figure>
  );
}
