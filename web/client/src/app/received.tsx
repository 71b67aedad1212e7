/**
 * Documents that a link gave, on their way to a vault's page: in this page's memory only, until that page takes them.
 */
import { createContext, use, useMemo } from 'react';
import type { ReactNode } from 'react';

/** A document of a link, as a file that was chosen; its title is the share's. */
export interface ReceivedFile {
  readonly file: File;
  readonly title: string;
}

export class ReceivedFiles {
  private held: readonly ReceivedFile[] = [];

  give(files: readonly ReceivedFile[]): void {
    this.held = files;
  }

  /** What was given and not taken yet. */
  waiting(): readonly ReceivedFile[] {
    return this.held;
  }

  /** What was given, once. */
  take(): readonly ReceivedFile[] {
    const taken = this.held;
    this.held = [];
    return taken;
  }
}

const Context = createContext<ReceivedFiles | null>(null);

export function ReceivedProvider({ children }: { readonly children: ReactNode }) {
  const files = useMemo(() => new ReceivedFiles(), []);
  return <Context value={files}>{children}</Context>;
}

export function useReceived(): ReceivedFiles {
  const files = use(Context);
  if (files === null) throw new Error('no received files around this component');
  return files;
}
