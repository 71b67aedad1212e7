/** What the whole app shares besides the session: secrets from links, and where a person's work begins. */
import { createContext, use } from 'react';
import { ROUTES } from '../ui/paths';
import type { Fragments } from './fragment';

const Context = createContext<Fragments | null>(null);
export const FragmentsProvider = Context;

export function useFragments(): Fragments {
  const fragments = use(Context);
  if (fragments === null) throw new Error('no fragments around this component');
  return fragments;
}

/** Where to go after signing in: an invitation that waits, else the home page. */
export function useHome(): string {
  return useFragments().get(ROUTES.redeem) === undefined ? ROUTES.home : ROUTES.redeem;
}
