const mac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);

const names: Record<string, [plain: string, mac: string]> = {
  mod: ['Ctrl', '⌘'],
  ctrl: ['Ctrl', '⌃'],
  shift: ['Shift', '⇧'],
  alt: ['Alt', '⌥'],
  enter: ['Enter', '↵'],
  escape: ['Esc', 'Esc'],
  left: ['←', '←'],
  right: ['→', '→'],
  up: ['↑', '↑'],
  down: ['↓', '↓'],
};

/** "mod+shift+o" as the keys of this machine: ["Ctrl", "Shift", "O"]. Sequences: "g s" gives ["G", "S"]. */
export function keyNames(keys: string): string[] {
  return keys.split(/[+ ](?=.)/).map((key) => {
    const known = names[key];
    return known ? (mac ? known[1] : known[0]) : key.length === 1 ? key.toUpperCase() : key;
  });
}
