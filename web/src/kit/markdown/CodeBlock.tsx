import { WrapText } from 'lucide-react';
import { type ComponentType, lazy, memo, type ReactNode, Suspense, useRef, useState } from 'react';
import { Action, CopyAction, DownloadAction } from './CodeActions';
import { DiagramBox } from './DiagramBox';
import { type Highlighted, type Line, useHighlight } from './highlight';
import { kindNames } from './kinds';
import { useLabels } from './labels';
import { isDiagram, languageOf } from './languages';
import { useNearView } from './nearView';

/** Where the drawing part cannot be fetched, the source is shown. */
const Diagram = lazy<ComponentType<{ code: string; children: ReactNode }>>(() =>
  import('./Diagram').then(
    (module) => ({ default: module.Diagram }),
    () => ({ default: ({ children }) => children }),
  ),
);

interface CodeBlockProps {
  code: string;
  /** The fence's info string. */
  lang: string;
  /** True while the closing fence has not arrived. */
  open: boolean;
}

/** A block of code, or the diagram that a finished mermaid block describes. */
export function CodeBlock({ code, lang, open }: CodeBlockProps) {
  const source = <CodeFrame code={code} lang={lang} open={open} />;
  if (open || !isDiagram(lang)) return source;
  return (
    <Suspense fallback={<DiagramBox code={code} />}>
      <Diagram code={code}>{source}</Diagram>
    </Suspense>
  );
}

function CodeFrame({ code, lang, open }: CodeBlockProps) {
  const labels = useLabels();
  const [wrap, setWrap] = useState(false);
  const frame = useRef<HTMLElement>(null);
  const near = useNearView(frame);
  const language = languageOf(lang);
  const highlighted = useHighlight(code, language?.grammar, open, near);
  const name = language?.name ?? labels.plainText;
  return (
    <figure className="md-code" ref={frame} dir="ltr">
      <figcaption>
        <span>{name}</span>
        <Action label={labels.wrap} pressed={wrap} onPress={() => setWrap(!wrap)}>
          <WrapText size={15} aria-hidden />
        </Action>
        <DownloadAction text={code} name={`code.${language?.extension ?? 'txt'}`} />
        <CopyAction text={code} />
      </figcaption>
      <CodeText label={labels.code(name)} wrap={wrap}>
        <code>{highlighted ? colouredCode(code, highlighted) : code}</code>
      </CodeText>
    </figure>
  );
}

/** Long lines scroll inside, so the keyboard must be able to reach the region. */
function CodeText({
  label,
  wrap,
  children,
}: {
  label: string;
  wrap: boolean;
  children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region takes the focus
    // biome-ignore lint/a11y/useSemanticElements: preformatted text has no element of its own role
    <pre role="group" aria-label={label} tabIndex={0} className={wrap ? 'md-wrap' : undefined}>
      {children}
    </pre>
  );
}

/** The lines that have their colours, then what has come since. */
function colouredCode(code: string, { source, lines }: Highlighted): ReactNode {
  return (
    <>
      {lines.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines only grow at the end
        <CodeLine key={i} line={line} end={i < lines.length - 1 || source.endsWith('\n')} />
      ))}
      {code.slice(source.length)}
    </>
  );
}

const CodeLine = memo(function CodeLine({ line, end }: { line: Line; end: boolean }) {
  return (
    <>
      {line.map(([text, kind], i) =>
        kind === 0 ? (
          text
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line's pieces are replaced as a whole
          <span key={i} className={`tok-${kindNames[kind]}`}>
            {text}
          </span>
        ),
      )}
      {end && '\n'}
    </>
  );
});
