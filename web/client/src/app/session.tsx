/**
 * Who is signed in on this page, and the engine that works for them.
 *
 * Owns starting, locking and ending the engine. Locking ends the worker: no key stays on the page. What is being sent or saved
 * holds the lock back until it is over or waits for the network. The browser remembers only that there was a session, so that
 * the first page of a newcomer starts no worker.
 */
import { createContext, use, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { AccountView } from '../ui/models';
import { lockMinutes } from './lockAfter';
import { codeOf, connect, valueOf, type Connection, type RemoteEngine } from '../worker/connect';
import type { VaultView } from '../worker/documents';

const MARK = 'coffre.session';
const MINUTE = 60_000;
const CHECK = 20_000;
const ACTIVITY = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const;

export type SessionState =
  | { readonly stage: 'starting' }
  /** `unreachable`: the server could not be asked whether there is a session. */
  | { readonly stage: 'out'; readonly unreachable?: boolean }
  /** The keys need the password again. `ended`: the session, too, was ended elsewhere. */
  | { readonly stage: 'locked'; readonly email: string; readonly ended?: boolean }
  /** What this device keeps was unlocked, without the server: there is no session. */
  | { readonly stage: 'kept' }
  | { readonly stage: 'in'; readonly account: AccountView };

export interface Session {
  readonly state: SessionState;
  /** The engine; started at the first call. */
  readonly engine: () => RemoteEngine;
  readonly begin: (account: AccountView) => void;
  readonly beginKept: () => void;
  readonly lock: () => void;
  readonly signOut: () => Promise<void>;
  /** Something that a lock would cut off has begun; what comes back says that it is over. */
  readonly hold: () => () => void;
  /** Whether something is under way that a lock or a reload would cut off. */
  readonly isHeld: () => boolean;
  /** The list of the own vault as it was shown last, until the engine ends. */
  readonly lastList: () => VaultView | undefined;
  readonly keepList: (list: VaultView) => void;
}

const Context = createContext<Session | null>(null);

export function useSession(): Session {
  const session = use(Context);
  if (session === null) throw new Error('no session around this component');
  return session;
}

/** The account that is signed in; for pages that are shown to nobody else. */
export function useAccount(): AccountView {
  const { state } = useSession();
  if (state.stage !== 'in') throw new Error('nobody is signed in');
  return state.account;
}

export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const [state, setState] = useState<SessionState>(() => ({ stage: marked() ? 'starting' : 'out' }));
  const connection = useRef<Connection | null>(null);
  const list = useRef<VaultView>(undefined);
  const leaving = useRef(false);
  const close = useCallback(() => {
    leaving.current = false;
    connection.current?.close();
    connection.current = null;
    list.current = undefined;
  }, []);
  const ended = useCallback(() => {
    // Whoever signs out is not told that the session ended; what would follow ends the engine before it could say so to the server.
    if (leaving.current) return;
    setState((now) => {
      if (now.stage !== 'in') return now;
      return { stage: 'locked', email: now.account.email, ended: true };
    });
  }, []);
  const engine = useCallback(() => {
    connection.current ??= connect(ended);
    return connection.current.engine;
  }, [ended]);
  const wasEnded = state.stage === 'locked' && state.ended === true;
  useEffect(() => {
    // Also where an upload or a download would go on: without a session it cannot.
    if (wasEnded) close();
  }, [wasEnded, close]);

  const lastList = useCallback(() => list.current, []);
  const keepList = useCallback((next: VaultView) => {
    list.current = next;
  }, []);

  useEffect(() => {
    if (state.stage !== 'starting') return;
    valueOf(engine().accounts.remembered()).then(
      (known) => {
        if (known === null) mark(false);
        setState(known === null ? { stage: 'out' } : { stage: 'locked', email: known.email });
      },
      (thrown: unknown) => setState({ stage: 'out', unreachable: codeOf(thrown) === 'offline' }),
    );
  }, [state.stage, engine]);

  useEffect(() => {
    // Another tab signed out, and with it this one: what is on the page goes, and the keys.
    const left = ({ key, newValue }: StorageEvent) => {
      if (newValue !== null || (key !== null && key !== MARK)) return;
      close();
      setState({ stage: 'out' });
    };
    window.addEventListener('storage', left);
    return () => window.removeEventListener('storage', left);
  }, [close]);

  const account = state.stage === 'in' ? state.account : undefined;
  const lock = useCallback(() => {
    close();
    setState(account === undefined ? { stage: 'out' } : { stage: 'locked', email: account.email });
  }, [close, account]);
  const holds = useRef(0);
  const hold = useCallback(() => {
    holds.current += 1;
    return () => void (holds.current -= 1);
  }, []);
  const isHeld = useCallback(() => holds.current > 0, []);
  const lockUnlessHeld = useCallback(() => {
    if (holds.current === 0) lock();
  }, [lock]);
  useIdle(account !== undefined || state.stage === 'kept', lockUnlessHeld);

  const session = useMemo<Session>(
    () => ({
      state,
      engine,
      hold,
      isHeld,
      lastList,
      keepList,
      begin: (next) => {
        mark(true);
        setState({ stage: 'in', account: next });
      },
      beginKept: () => setState({ stage: 'kept' }),
      lock,
      signOut: async () => {
        mark(false);
        leaving.current = true;
        try {
          await valueOf(engine().accounts.signOut());
        } finally {
          close();
          setState({ stage: 'out' });
        }
      },
    }),
    [state, engine, close, lock, hold, isHeld, lastList, keepList],
  );
  return <Context value={session}>{children}</Context>;
}

/** No lock while this is so. */
export function useHold(busy: boolean): void {
  const { hold } = useSession();
  useEffect(() => (busy ? hold() : undefined), [busy, hold]);
}

/** Calls `onIdle` once nobody touched the page for the minutes chosen, also when the machine slept meanwhile; and again. */
function useIdle(active: boolean, onIdle: () => void): void {
  useEffect(() => {
    if (!active) return;
    let last = Date.now();
    const touch = () => (last = Date.now());
    const timer = setInterval(() => {
      if (Date.now() - last >= Number(lockMinutes()) * MINUTE) onIdle();
    }, CHECK);
    for (const name of ACTIVITY) window.addEventListener(name, touch, { passive: true });
    return () => {
      clearInterval(timer);
      for (const name of ACTIVITY) window.removeEventListener(name, touch);
    };
  }, [active, onIdle]);
}

function marked(): boolean {
  try {
    return localStorage.getItem(MARK) !== null;
  } catch {
    return false;
  }
}

function mark(signedIn: boolean): void {
  try {
    if (signedIn) localStorage.setItem(MARK, '1');
    else localStorage.removeItem(MARK);
  } catch {
    // Without storage a reload asks for the address too.
  }
}
