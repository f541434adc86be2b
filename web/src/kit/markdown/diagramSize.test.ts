import { describe, expect, test } from 'vitest';
import { diagramSize, noteSize } from './diagramSize';

describe('the room for a diagram', () => {
  // What mermaid draws of them, in px.
  test.each([
    ['flowchart LR\n A[One] --> B{Two}\n B -->|yes| C[Three]\n B -->|no| D[Four]', 206],
    ['flowchart TD\n A --> B --> C\n C -- why --> D', 382],
    ['sequenceDiagram\n Ada->>Server: POST\n Server-->>Ada: 202\n Server->>Model: go', 306],
  ])('%s', (code, height) => {
    expect(Math.abs(diagramSize(code).height - height)).toBeLessThan(60);
  });

  test('a circle ends, and nothing is out of bounds', () => {
    const circle = 'graph TD\nA --> B\nB --> C\nC --> A';
    expect(diagramSize(circle).height).toBeLessThanOrEqual(520);
    expect(diagramSize('').height).toBeGreaterThanOrEqual(140);
    const many = Array.from({ length: 400 }, (_, at) => `n${at} --> n${at + 1}`).join('\n');
    expect(diagramSize(`graph TD\n${many}`).height).toBe(520);
  });

  test('what was drawn once is known', () => {
    noteSize('pie', { width: 300, height: 200 });
    expect(diagramSize('pie')).toEqual({ width: 300, height: 200 });
  });
});
