/** A block of code; `open` while its closing fence has not arrived. */
export function CodeBlock({ code, lang }: { code: string; lang: string; open: boolean }) {
  return (
    <figure className="md-code" data-lang={lang}>
      <pre dir="ltr">
        <code>{code}</code>
      </pre>
    </figure>
  );
}
