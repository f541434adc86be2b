// How much room a diagram gets before it is drawn, told by its source: what follows it must not move
// when it comes. A guess that is off costs some empty space or a smaller picture, never a jump.

/** Pixels. */
export interface Size {
  width: number;
  height: number;
}

const least = 140;
const most = 520;
const drawn = new Map<string, Size>();

/** What it came to, for the next time that it is on the page. */
export function noteSize(code: string, size: Size): void {
  drawn.set(code, size);
}

/** The size that a diagram has or, before it was drawn, should have. */
export function diagramSize(code: string): Size {
  const { width, height } = drawn.get(code) ?? guess(code);
  return { width, height: Math.min(most, Math.max(least, height)) };
}

function guess(code: string): Size {
  const lines = code
    .replace(/^---\n[\s\S]*?\n---\n/, '')
    .split(/[\n;]/)
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('%%'));
  const [head = '', ...body] = lines;
  const [kind = '', direction = ''] = head.split(/\s+/);
  switch (kind) {
    case 'graph':
    case 'flowchart':
      return flow(body, /^(LR|RL)/.test(direction));
    case 'sequenceDiagram':
      return sequence(body);
    case 'gantt':
      return { width: 800, height: 110 + 28 * body.filter((line) => line.includes(':')).length };
    case 'pie':
      return { width: 620, height: 450 };
    default:
      return { width: 600, height: 90 + 36 * body.length };
  }
}

function sequence(body: readonly string[]): Size {
  const actors = new Set<string>();
  let steps = 0;
  for (const line of body) {
    const [, from, to] = /^([^:]+?)\s*(?:<<)?--?(?:>>|>|x|\))\s*[+-]?([^:]+):/.exec(line) ?? [];
    const named = /^(?:participant|actor)\s+(\S+)/.exec(line)?.[1];
    if (from && to) {
      steps++;
      actors.add(from.trim()).add(to.trim());
    } else if (named) actors.add(named);
    else if (/^(note|loop|alt|else|opt|par|and|critical)\b/i.test(line)) steps++;
  }
  return { width: 50 + 200 * actors.size, height: 170 + 48 * steps };
}

const arrow = /\s*[ox<]?(?:--|==|-\.)[-=.]*(?:[^<>|]*?(?:--|==|\.-)[-=.]*)?[>xo]?\s*/;
const words = /\|[^|]*\||\[[^\]]*\]+|\([^)]*\)+|\{[^}]*\}+|"[^"]*"|:::\w+/g;

/** Boxes in ranks: how many ranks follow each other, and how many boxes the fullest has. */
function flow(body: readonly string[], sideways: boolean): Size {
  const counts = new Map<number, number>();
  for (const at of ranks(edgesOf(body)).values()) counts.set(at, (counts.get(at) ?? 0) + 1);
  const length = Math.max(1, counts.size);
  const across = Math.max(1, ...counts.values());
  const frames = body.filter((line) => line.startsWith('subgraph')).length;
  return sideways
    ? { width: 150 * length, height: 30 + 90 * across + 40 * frames }
    : { width: 170 * across, height: 110 * length - 20 + 30 * frames };
}

type Edge = [from: string, to: string];

/** The arrows of a flowchart; a box on its own is one to itself. */
function edgesOf(body: readonly string[]): Edge[] {
  return body
    .filter(
      (line) => !/^(subgraph|end|style|classDef|class|click|linkStyle|direction)\b/.test(line),
    )
    .flatMap((line) => {
      const groups = line
        .replace(words, '')
        .split(arrow)
        .map((end) => end.split('&').map((name) => name.trim()));
      return groups.flatMap((group, at) =>
        (groups[at - 1] ?? group).flatMap((from) => group.map((to): Edge => [from, to])),
      );
    });
}

/** How many arrows lead to each box at most. A circle would raise its boxes for ever. */
function ranks(edges: readonly Edge[]): Map<string, number> {
  const rank = new Map(edges.flat().map((name) => [name, 0]));
  for (let round = 0; round < Math.min(rank.size, 30); round++) {
    for (const [from, to] of edges) {
      const next = (rank.get(from) ?? 0) + 1;
      if (from !== to && next < rank.size && next > (rank.get(to) ?? 0)) rank.set(to, next);
    }
  }
  return rank;
}
