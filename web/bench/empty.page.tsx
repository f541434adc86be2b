import { createRoot } from 'react-dom/client';

/** React alone. */
createRoot(document.body).render(<p />);
