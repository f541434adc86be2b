// Runs before the first paint: puts the user's theme on the page, so that it does not flash, says which
// page is coming, so that the skeleton in index.html has its shape, and has its data fetched.
(() => {
  const page = document.documentElement;
  let boot = null;
  try {
    boot = JSON.parse(document.getElementById('boot').textContent);
  } catch {
    // Not filled in, as under the development server.
  }
  const settings = boot?.settings ?? {};
  page.dataset.theme = settings.theme || 'system';
  page.dataset.density = settings.density || 'comfortable';
  page.dataset.column = settings.column || 'narrow';
  try {
    page.dataset.nav = localStorage.getItem('parley:nav') || 'open';
  } catch {
    page.dataset.nav = 'open';
  }
  const inside = !boot || Boolean(boot.user);
  const { pathname } = location;
  const isNew = pathname === '/' || pathname === '/c/new';
  const place = isNew ? 'chat' : pathname.startsWith('/c/') ? 'thread' : 'page';
  page.dataset.page = inside ? place : 'door';

  // The data comes along with the code that asks for it: kit/api.ts takes it from here.
  const chat = isNew ? undefined : /^\/c\/([\w-]+)$/.exec(pathname)?.[1];
  const data = boot?.user && place !== 'page' ? ['/api/models'] : [];
  if (data.length > 0 && chat) data.push(`/api/chats/${chat}`, `/api/chats/${chat}/messages`);
  globalThis.early = new Map(
    data.map((path) => {
      const answer = fetch(path, { headers: { accept: 'application/json' } });
      answer.catch(() => undefined); // Whoever takes it asks again.
      return [path, answer];
    }),
  );
  // On a slow line the code comes first; the font is then there for the next page.
  const { font } = document.currentScript.dataset;
  if (font && performance.now() < 200) {
    const link = document.createElement('link');
    // As the style sheet asks for it: otherwise it is fetched twice.
    Object.assign(link, { rel: 'preload', as: 'font', crossOrigin: '', href: font });
    document.head.append(link);
  }
})();
