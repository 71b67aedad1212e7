/** The document's title, which browsers show and screen readers say when a page opens. */
import { useEffect } from 'react';

export function useTitle(title: string | undefined): void {
  useEffect(() => {
    if (title !== undefined) document.title = `${title} · Coffre`;
  }, [title]);
}

/** `ref` of a page's heading: who came by a link stands before the page, and goes on at its heading. */
export function headingRef(heading: HTMLHeadingElement | null): void {
  if (heading !== null && document.activeElement?.id === 'content') heading.focus({ preventScroll: true });
}

/** After a change of the address: the keyboard and screen readers go on at the new page, not at the link that was followed. */
export function goToPage(): void {
  const page = document.getElementById('content');
  if (page === null || page.contains(document.activeElement)) return;
  page.focus({ preventScroll: true });
  headingRef(page.querySelector('h1'));
}
