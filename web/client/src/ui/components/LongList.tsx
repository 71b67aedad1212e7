/** A list that may have thousands of rows: as many are made as were scrolled to. */
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';

const FIRST = 40;
const MORE = 200;
const AHEAD = '1500px';

export interface LongListProps<T> {
  readonly items: readonly T[];
  readonly children: (item: T) => ReactNode;
}

export function LongList<T>({ items, children }: LongListProps<T>) {
  const [shown, setShown] = useState(FIRST);
  const end = useRef<HTMLDivElement>(null);
  const more = items.length > shown;
  useEffect(() => {
    const mark = end.current;
    if (mark === null || !more) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) setShown((count) => count + MORE);
      },
      { rootMargin: AHEAD },
    );
    observer.observe(mark);
    return () => observer.disconnect();
    // Each growth looks anew: the mark may still be in sight.
  }, [more, shown]);
  return (
    <div className="rows">
      {items.slice(0, shown).map(children)}
      {more && <div ref={end} aria-hidden="true" />}
    </div>
  );
}
