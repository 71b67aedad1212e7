/** j and k walk through the links of a list, Enter follows one as ever; the slash leads to its search field. */
import { useState } from 'react';
import type { RefObject } from 'react';
import { useShortcuts } from './useShortcuts';

/** `list` holds the rows and the search field. Says whether the help is asked for. */
export function useRowKeys(list: RefObject<HTMLElement | null>): readonly [boolean, (open: boolean) => void] {
  const [help, setHelp] = useState(false);
  const walk = (by: 1 | -1) => () => {
    const links = [...(list.current?.querySelectorAll<HTMLElement>('a.list-row-link') ?? [])];
    const at = links.indexOf(document.activeElement as HTMLElement);
    const next = at === -1 ? (by === 1 ? 0 : links.length - 1) : at + by;
    links[next]?.focus();
  };
  useShortcuts({
    j: walk(1),
    k: walk(-1),
    '/': () => list.current?.querySelector<HTMLElement>('input')?.focus(),
    '?': () => setHelp(true),
  });
  return [help, setHelp];
}
