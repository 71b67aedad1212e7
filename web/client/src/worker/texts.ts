/**
 * Calls of the engine about the words of documents' texts, for the search: sealed in this browser's records, of the own vault alone.
 *
 * Whoever reads by a grant keeps no texts: what they may read ends.
 */
import { checkId, type DocumentId } from '../crypto/encoding.ts';
import { vocabularyOf } from '../search/fold.ts';
import type { TextOf } from '../search/record_index.ts';
import { latestVersion } from '../vault/ledger_state.ts';
import type { SealedRecords } from '../vault/records.ts';
import type { OpenVault } from '../vault/vaults.ts';
import { packTexts, readText, writeText } from './texts_record.ts';
import type { Workplace } from './workplace.ts';

/** So many records are read at a time. */
const AT_ONCE = 100;

export function textCalls(place: Workplace) {
  return {
    /** The words of the documents that there are, for `readTexts`. Records of others are forgotten. Null in another's vault. */
    async kept(id: string): Promise<ArrayBuffer | null> {
      const vault = await place.vault(id);
      if (!vault.owned) return null;
      return packTexts(await stored(() => keptTexts(place.client.records, vault), []));
    },

    /** Keeps the words of a document's text; gives them as they are kept. Null in another's vault. */
    async keep(id: string, document: string, version: number, text: string): Promise<string | null> {
      const vault = await place.vault(id);
      if (!vault.owned) return null;
      const words = vocabularyOf(text);
      const name = prefixOf(vault) + checkId<DocumentId>(document);
      const { records } = place.client;
      await stored(() => records.write(name, writeText({ version, words })), undefined);
      return words;
    },
  };
}

async function keptTexts(records: SealedRecords, vault: OpenVault): Promise<readonly TextOf[]> {
  const prefix = prefixOf(vault);
  const names = await records.names(prefix);
  const found: TextOf[] = [];
  const gone: string[] = [];
  for (let start = 0; start < names.length; start += AT_ONCE) {
    const slice = names.slice(start, start + AT_ONCE);
    const read = await Promise.all(slice.map((name) => records.read(name)));
    slice.forEach((name, index) => {
      const id = name.slice(prefix.length);
      const data = read[index];
      const text = data === undefined ? undefined : readText(data);
      const document = vault.state.documents.get(id as DocumentId);
      const current = document !== undefined && document.removed === undefined && latestVersion(document);
      if (text === undefined || !current || current.manifest.version !== text.version) gone.push(name);
      else found.push({ id, words: text.words });
    });
  }
  if (gone.length > 0) await records.forget(gone);
  return found;
}

/** A storage that is full or forbidden keeps nothing: texts are then searched until the page is locked. */
async function stored<T>(action: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await action();
  } catch (thrown) {
    if (!(thrown instanceof DOMException)) throw thrown;
    return otherwise;
  }
}

function prefixOf(vault: OpenVault): string {
  return `words/${vault.id}/`;
}
