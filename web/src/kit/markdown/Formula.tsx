/** A formula; until the typesetter has come, and where it refuses, the source as it was written. */
export function Formula({
  source,
  display,
}: {
  tex: string;
  source: string;
  display: boolean;
  closed: boolean;
}) {
  return (
    <code className={display ? 'md-math md-math-block' : 'md-math'} dir="ltr">
      {source.trim()}
    </code>
  );
}
