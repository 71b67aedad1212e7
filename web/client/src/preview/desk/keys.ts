/**
 * Keyboard of the sandbox: which key does what, and the list of it for the help. Pure, but for the listener.
 *
 * A key is written as `KeyboardEvent.key` gives it, with `mod+` before it for Ctrl or Command.
 */
export interface Shortcut {
  readonly keys: readonly string[];
  readonly label: string;
  readonly run: () => void;
}

export interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** The shortcut that was meant; undefined where the person is typing, or for a key of the browser's. */
export function shortcutOf(
  shortcuts: readonly Shortcut[],
  pressed: Pressed,
  typing: boolean,
): Shortcut | undefined {
  if (pressed.altKey) return undefined;
  const mod = pressed.ctrlKey || pressed.metaKey;
  if (typing && !mod) return undefined;
  const key = pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key;
  const wanted = mod ? `mod+${key}` : key;
  return shortcuts.find(({ keys }) => keys.includes(wanted));
}

/** As it stands on keyboards: `Ctrl + F`, `→`. */
export function keyName(key: string): string {
  return key
    .replace('mod+', 'Ctrl + ')
    .replace('ArrowLeft', '←')
    .replace('ArrowRight', '→')
    .replace('ArrowUp', '↑')
    .replace('ArrowDown', '↓')
    .replace('PageUp', 'Page ↑')
    .replace('PageDown', 'Page ↓')
    .replace(/(^|\s)[a-z]$/, (letter) => letter.toUpperCase());
}

/** Arrows move these, so that they are not the document's then. */
const TYPED = 'input, textarea, select';

export function listenToKeys(shortcuts: () => readonly Shortcut[]): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || document.querySelector('dialog[open]') !== null) return;
    const typing = event.target instanceof Element && event.target.matches(TYPED);
    const meant = shortcutOf(shortcuts(), event, typing);
    if (meant === undefined) return;
    event.preventDefault();
    meant.run();
  });
}
