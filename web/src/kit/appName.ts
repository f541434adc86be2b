let name = 'Parley';

/** Says what the app is called here. */
export function setAppName(next: string): void {
  if (document.title === name) document.title = next;
  name = next;
}

export function appName(): string {
  return name;
}

/** The title of a window: "Trip to Lisbon · Parley". */
export function windowTitle(title: string | undefined): string {
  return title ? `${title} · ${name}` : name;
}
