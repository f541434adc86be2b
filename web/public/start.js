// Runs before the first paint: puts the user's theme on the page, so that it does not flash, and
// says which page is coming, so that the skeleton in index.html has its shape.
(() => {
  const page = document.documentElement;
  let boot = null;
  try {
    boot = JSON.parse(document.getElementById('boot').textContent);
  } catch {
    // Not filled in, as under the development server: the app asks for it.
  }
  const settings = boot?.settings ?? {};
  page.dataset.theme = settings.theme || 'system';
  page.dataset.density = settings.density || 'comfortable';
  const { pathname } = location;
  const inside = boot ? Boolean(boot.user) : true;
  page.dataset.page = inside && /^\/(c\/.*)?$/.test(pathname) ? 'chat' : inside ? 'page' : 'door';
})();
