/** A countdown that ticks once a second, and says so when it is over. Not announced: it would never stop talking. */
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { formatRemaining } from '../../i18n/format';
import { useLanguage } from '../useLanguage';

export interface RemainingProps {
  readonly end: Date;
  readonly over: ReactNode;
  readonly onOver?: (() => void) | undefined;
  readonly children: (time: string) => ReactNode;
}

export function Remaining({ end, over, onOver, children }: RemainingProps) {
  const language = useLanguage();
  const [now, setNow] = useState(() => new Date());
  const done = now >= end;
  useEffect(() => {
    if (done) {
      onOver?.();
      return undefined;
    }
    const timer = setInterval(() => setNow(new Date()), 1000);
    return () => clearInterval(timer);
  }, [done, onOver]);
  const time = formatRemaining(end, now, language);
  return <span role="timer">{time === null ? over : children(time)}</span>;
}
