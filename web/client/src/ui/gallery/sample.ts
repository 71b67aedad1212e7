/** One page of the gallery in one state: what is shown inside the app's frame, and as whom. */
import type { ReactNode } from 'react';
import type { AccountView } from '../models';

export interface Sample {
  readonly path: string;
  readonly account?: AccountView;
  /** The browser says that there is no network. */
  readonly offline?: boolean;
  readonly page: ReactNode;
}

/** By the name that stands in the gallery's address. */
export type Samples = Readonly<Record<string, Sample>>;
