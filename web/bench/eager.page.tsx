import { createRoot } from 'react-dom/client';
import { Markdown } from '../src/kit/markdown/Markdown';

/** React and the renderer: what a thread loads. Compared with empty.page.tsx. */
createRoot(document.body).render(<Markdown text="" />);
