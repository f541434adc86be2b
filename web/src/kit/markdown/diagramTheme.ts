import { useSyncExternalStore } from 'react';

/** The page's colours as the drawing library wants them: hex, since it knows no oklch. */
const TOKENS = {
  background: '--sunken',
  primaryColor: '--surface',
  primaryTextColor: '--ink',
  primaryBorderColor: '--line-strong',
  secondaryColor: '--accent-soft',
  tertiaryColor: '--surface',
  lineColor: '--ink-2',
  textColor: '--ink',
  mainBkg: '--surface',
  nodeBorder: '--line-strong',
  clusterBkg: '--bg',
  clusterBorder: '--line',
  titleColor: '--ink',
  edgeLabelBackground: '--sunken',
  noteBkgColor: '--accent-soft',
  noteTextColor: '--ink',
  noteBorderColor: '--line-strong',
  actorBkg: '--surface',
  actorBorder: '--line-strong',
  actorTextColor: '--ink',
  signalColor: '--ink-2',
  signalTextColor: '--ink',
  labelBoxBkgColor: '--surface',
  labelTextColor: '--ink',
  errorBkgColor: '--danger-soft',
  errorTextColor: '--danger',
} as const;

function hex(color: string): string {
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext('2d');
  if (!context) return '#888888';
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

/** The theme in force at an element. */
export function diagramTheme(element: Element): Record<string, string> {
  const probe = document.createElement('i');
  element.append(probe);
  const theme: Record<string, string> = { fontFamily: 'system-ui, sans-serif', fontSize: '14px' };
  for (const [name, token] of Object.entries(TOKENS)) {
    probe.style.color = `var(${token})`;
    theme[name] = hex(getComputedStyle(probe).color);
  }
  probe.remove();
  return theme;
}

function subscribe(changed: () => void): () => void {
  const media = matchMedia('(prefers-color-scheme: dark)');
  const observer = new MutationObserver(changed);
  media.addEventListener('change', changed);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme', 'class', 'style'] });
  return () => {
    media.removeEventListener('change', changed);
    observer.disconnect();
  };
}

function scheme(): string {
  return (
    getComputedStyle(document.documentElement).getPropertyValue('--bg') +
    document.documentElement.dataset.theme +
    matchMedia('(prefers-color-scheme: dark)').matches
  );
}

/** A value that changes with the page's colours. */
export function useColorScheme(): string {
  return useSyncExternalStore(subscribe, scheme);
}
