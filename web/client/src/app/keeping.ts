/** Keeping documents on this device, one after the other, with the app that opens them. Loaded when somebody wants it. */
import * as Comlink from 'comlink';
import { valueOf, type RemoteEngine } from '../worker/connect';
import { keepFiles } from './offline';

/**
 * Keeps a document of the own vault; `tell` is given how much of it is here, from 0 to 1. Leaves an access in the journal. Raises what
 * the engine raises, `cancelled` after its `stopKeeping`, and what the browser raises where nothing can be kept.
 */
export async function keepHere(
  engine: RemoteEngine,
  document: string,
  tell: (part: number) => void,
): Promise<void> {
  askToPersist();
  await keepFiles();
  const progress = Comlink.proxy((bytes: number, total: number) => tell(bytes / total));
  await valueOf(engine.kept.keep(document, progress));
}

/** Identifiers of the documents that this device keeps already. */
export async function keptHere(engine: RemoteEngine): Promise<ReadonlySet<string>> {
  const kept = await valueOf(engine.kept.list());
  return new Set(kept.map(({ id }) => id));
}

/**
 * A browser that is not asked may delete what is kept when it needs room; one that says no keeps it as well. Firefox asks the person,
 * who may never answer: nothing waits for it.
 */
function askToPersist(): void {
  const storage = (navigator as { readonly storage?: StorageManager }).storage;
  void storage?.persist().catch(() => false);
}
