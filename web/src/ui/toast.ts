import { createElement } from 'react';

export interface ToastOptions {
  detail?: string;
  action?: { label: string; run: () => void };
  /** Milliseconds; the default leaves enough time to read and to undo. */
  duration?: number;
  kind?: 'plain' | 'ok' | 'error';
}

type Sonner = typeof import('sonner');

let ready: Promise<Sonner> | null = null;

/** Loads the library and puts its list on the page, once. */
function load(): Promise<Sonner> {
  ready ??= Promise.all([import('sonner'), import('react-dom/client')]).then(([sonner, dom]) => {
    const host = document.createElement('div');
    document.body.append(host);
    dom.createRoot(host).render(
      createElement(sonner.Toaster, {
        position: 'bottom-center',
        offset: { bottom: above },
        mobileOffset: { bottom: above },
        gap: 8,
        visibleToasts: 3,
        toastOptions: { unstyled: true, classNames },
      }),
    );
    return sonner;
  });
  return ready;
}

const above = 'var(--toast-bottom)';

/** Toasts stand above the composer where that is docked at the bottom, else at the bottom itself. */
function clearComposer(): void {
  const form = document.querySelector('textarea[data-composer=new]')?.closest('form');
  const box = form?.getBoundingClientRect();
  const docked = box && box.height > 0 && innerHeight - box.bottom < 96;
  const bottom = docked ? innerHeight - box.top + 12 : 24;
  const page = document.getElementById('main')?.getBoundingClientRect();
  const centre = page ? page.left + page.width / 2 : innerWidth / 2;
  const { style } = document.documentElement;
  style.setProperty('--toast-bottom', `${String(Math.round(bottom))}px`);
  style.setProperty('--toast-centre', `${String(Math.round(centre))}px`);
}

let grows: ResizeObserver | null = null;

/** The composer grows under a toast that stands. */
function keepClear(): void {
  grows?.disconnect();
  grows = new ResizeObserver(clearComposer);
  for (const place of document.querySelectorAll('textarea[data-composer=new], #main')) {
    grows.observe(place);
  }
}

const classNames = {
  toast:
    'flex w-full items-center gap-3 rounded-md font-sans bg-ink text-bg px-3.5 py-2.5 text-base shadow-menu',
  description: 'text-sm opacity-80',
  actionButton:
    'ml-auto shrink-0 rounded-sm px-2 py-1 font-medium underline underline-offset-2 hover:opacity-80',
};

/** A short note at the bottom of the page. Never the only place of something that matters. */
export async function toast(text: string, options: ToastOptions = {}): Promise<void> {
  const sonner = await load();
  clearComposer();
  keepClear();
  const { detail, action, duration = action ? 10_000 : 5_000, kind = 'plain' } = options;
  const show =
    kind === 'error' ? sonner.toast.error : kind === 'ok' ? sonner.toast.success : sonner.toast;
  show(text, {
    description: detail,
    duration,
    action: action && { label: action.label, onClick: action.run },
  });
}
