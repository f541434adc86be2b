import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { ChatRoute } from './ChatRoute';
import { NotFound, PageFailed } from './PageFailed';
import { Shell } from './Shell';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

// One component for the new chat and for an open one, so that sending the first message moves nothing.
const chats = createRoute({ getParentRoute: () => root, id: 'chats', component: ChatRoute });
const home = createRoute({ getParentRoute: () => chats, path: '/' });
const chat = createRoute({ getParentRoute: () => chats, path: '/c/$chat' });

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/SettingsPage'), 'SettingsPage'),
});
const settingsSection = createRoute({ getParentRoute: () => settings, path: '$section' });

// The doors are above the router; whoever is inside has passed them.
const doors = ['/signin', '/register', '/setup'].map((path) =>
  createRoute({
    getParentRoute: () => root,
    path,
    beforeLoad: () => {
      throw redirect({ to: '/', replace: true });
    },
  }),
);

const routeTree = root.addChildren([
  chats.addChildren([home, chat]),
  settings.addChildren([settingsSection]),
  ...doors,
]);

/** Makes the router; its routes are typed for the whole app. */
export function createAppRouter() {
  return createRouter({
    routeTree,
    defaultPreload: 'intent',
    defaultErrorComponent: PageFailed,
    scrollRestoration: false,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
