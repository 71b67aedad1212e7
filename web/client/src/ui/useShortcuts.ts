/** Single keys as shortcuts: not while somebody writes, nor behind a dialog, and only as long as they want them on this device. */
import { useEffect } from 'react';

const OFF = 'coffre.shortcuts.off';
const WRITING =
  'input:not([type=checkbox]), textarea, select, [contenteditable], [role=dialog], [role=listbox], [role=menu]';

export type Shortcuts = Readonly<Record<string, ((event: KeyboardEvent) => void) | undefined>>;

/** By `event.key`. What handles a key keeps the browser from doing so. */
export function useShortcuts(shortcuts: Shortcuts): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !shortcutsOn()) return;
      const { target } = event;
      if (target instanceof Element && target.closest(WRITING) !== null) return;
      if (document.querySelector('[role=dialog], [role=alertdialog]') !== null) return;
      const action = shortcuts[event.key] ?? shortcuts[event.key.toLowerCase()];
      if (action === undefined) return;
      event.preventDefault();
      action(event);
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [shortcuts]);
}

export function shortcutsOn(): boolean {
  try {
    return localStorage.getItem(OFF) === null;
  } catch {
    return true;
  }
}

/** Keys that are pressed by mistake, or by speech, are a nuisance to some people (WCAG 2.1.4). */
export function turnShortcuts(on: 'on' | 'off'): void {
  try {
    if (on === 'on') localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, '1');
  } catch {
    // Without storage they stay on.
  }
}
