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
  pie1: '--accent-soft',
  pie2: '--ok-soft',
  pie3: '--warn-soft',
  pie4: '--danger-soft',
  pie5: '--hover',
  pie6: '--line',
  pieStrokeColor: '--line-strong',
  pieOuterStrokeColor: '--line-strong',
  pieSectionTextColor: '--ink',
  cScale0: '--accent-soft',
  cScale1: '--ok-soft',
  cScale2: '--warn-soft',
  cScale3: '--danger-soft',
  cScale4: '--hover',
  cScaleLabel0: '--ink',
  cScaleLabel1: '--ink',
  cScaleLabel2: '--ink',
  cScaleLabel3: '--ink',
  cScaleLabel4: '--ink',
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
  const theme: Record<string, string> = {
    fontFamily: 'system-ui, sans-serif',
    fontSize: '14px',
    pieOpacity: '1',
  };
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
  const { theme = '' } = document.documentElement.dataset;
  return `${theme} ${matchMedia('(prefers-color-scheme: dark)').matches}`;
}

/** A value that changes with the page's colours. */
export function useColorScheme(): string {
  return useSyncExternalStore(subscribe, scheme);
}
