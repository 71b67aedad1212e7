/** The states that every page passes through which shows what is fetched: not there yet, failed, without network. */
import type { ReactNode } from 'react';
import type { AccountView, Loadable } from '../models';
import type { Samples } from './sample';

export interface Waiting<T> {
  readonly name: string;
  readonly path: string;
  readonly account: AccountView;
  /** What was known before the network was gone; absent: nothing. */
  readonly known?: T;
  readonly page: (of: Loadable<T>) => ReactNode;
}

const again = () => undefined;

/** `NAME-loading`, `NAME-failed`, `NAME-offline`. */
export function waiting<T>({ name, path, account, known, page }: Waiting<T>): Samples {
  const last = known === undefined ? {} : { value: known };
  return {
    [`${name}-loading`]: { path, account, page: page({ state: 'loading' }) },
    [`${name}-failed`]: {
      path,
      account,
      page: page({ state: 'failed', error: 'store_unavailable', onRetry: again }),
    },
    [`${name}-offline`]: {
      path,
      account,
      offline: true,
      page: page({ state: 'offline', ...last, onRetry: again }),
    },
  };
}
