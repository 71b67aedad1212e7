/** How many notices are unread, asked for every minute while somebody is signed in and the page is seen. */
import { createContext, use, useCallback, useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { valueOf } from '../worker/connect';
import { useSession } from './session';

const MINUTE = 60_000;

export interface Unread {
  readonly count: number;
  /** Asks the server anew. */
  readonly look: () => void;
}

const Context = createContext<Unread>({ count: 0, look: () => undefined });

export function useUnread(): Unread {
  return use(Context);
}

export function UnreadProvider({ children }: { readonly children: ReactNode }) {
  const { state, engine } = useSession();
  const [count, setCount] = useState(0);
  const inside = state.stage === 'in';
  const look = useCallback(() => {
    if (!inside || document.visibilityState !== 'visible') return;
    // A server that does not answer is shown elsewhere; the number waits.
    valueOf(engine().notices.unread()).then(setCount, () => undefined);
  }, [inside, engine]);
  useEffect(() => {
    look();
    const timer = setInterval(look, MINUTE);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [look]);
  const unread = useMemo(() => ({ count: inside ? count : 0, look }), [inside, count, look]);
  return <Context value={unread}>{children}</Context>;
}
