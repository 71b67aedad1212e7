/** Fetching for pages: what a page loads, and actions that it runs, in the forms that view models have. */
import { startTransition, useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorCode, Loadable, Submission } from '../ui/models';
import { codeOf } from '../worker/connect';

interface Held<T> {
  readonly load: () => Promise<T>;
  readonly result: Loadable<T>;
}

/**
 * What `load` gives; `load` must be stable (useCallback). `reload` fetches again and shows the old value until then: what is new
 * is drawn in pieces, so that a long list never holds up what somebody does meanwhile.
 */
export function useLoadable<T>(load: () => Promise<T>): readonly [Loadable<T>, () => void] {
  const [round, setRound] = useState(0);
  const [held, setHeld] = useState<Held<T> | null>(null);
  const reload = useCallback(() => setRound((number) => number + 1), []);
  useEffect(() => {
    let wanted = true;
    load().then(
      (value) => {
        if (!wanted) return;
        const show = () => setHeld({ load, result: { state: 'ready', value } });
        if (round === 0) show();
        else startTransition(show);
      },
      (thrown: unknown) => {
        if (!wanted) return;
        const error = codeOf(thrown);
        setHeld((before) => {
          const value = before?.load === load ? valueAtHand(before.result) : undefined;
          const result: Loadable<T> =
            error === 'offline'
              ? { state: 'offline', ...(value === undefined ? {} : { value }), onRetry: reload }
              : { state: 'failed', error, onRetry: reload };
          return { load, result };
        });
      },
    );
    return () => {
      wanted = false;
    };
  }, [load, round, reload]);
  return [held !== null && held.load === load ? held.result : { state: 'loading' }, reload];
}

function valueAtHand<T>(result: Loadable<T>): T | undefined {
  return result.state === 'ready' || result.state === 'offline' ? result.value : undefined;
}

/** One action at a time, with its pending state and its last error. */
export function useAction(): readonly [Submission, (action: () => Promise<void>) => void] {
  const [state, setState] = useState<{ readonly pending: boolean; readonly error?: ErrorCode | undefined }>({
    pending: false,
  });
  const running = useRef(false);
  const run = useCallback((action: () => Promise<void>) => {
    if (running.current) return;
    running.current = true;
    setState({ pending: true });
    action().then(
      () => {
        running.current = false;
        setState({ pending: false });
      },
      (thrown: unknown) => {
        running.current = false;
        setState({ pending: false, error: codeOf(thrown) });
      },
    );
  }, []);
  return [state, run];
}
