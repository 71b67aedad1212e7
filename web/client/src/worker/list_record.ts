/**
 * The list of a vault's documents as it was shown last, sealed in this browser: what an unlock shows at once, while the chains are
 * read and the server is asked.
 *
 * Owns its form. It is what this device opened and verified before; what comes after replaces it. Thumbnails are left out.
 */
import { utf8 } from '../crypto/encoding.ts';
import type { DocumentView, SectionView } from '../ui/models';
import type { SealedRecords } from '../vault/records.ts';
import type { VaultView } from './documents.ts';

const VERSION = 1;

type Kept = Omit<VaultView, 'documents' | 'guest'> & {
  readonly version: number;
  readonly documents: readonly (Omit<DocumentView, 'added' | 'section'> & {
    readonly added: number;
    readonly section: number;
  })[];
  /** Those that documents are in, which may have a section that is listed no more. */
  readonly places: readonly SectionView[];
  readonly guest?:
    (Omit<NonNullable<VaultView['guest']>, 'notAfter'> & { readonly notAfter: number }) | undefined;
};

/** Keeps a list. A storage that is full or forbidden keeps nothing. */
export async function keepList(records: SealedRecords, view: VaultView): Promise<void> {
  const places = new Map<string, { readonly index: number; readonly section: SectionView }>();
  const indexOf = (section: SectionView) => {
    const known = places.get(section.id) ?? { index: places.size, section };
    places.set(section.id, known);
    return known.index;
  };
  const documents = view.documents.map(({ added, section, ...rest }) => {
    return { ...rest, thumbnail: undefined, added: added.getTime(), section: indexOf(section) };
  });
  const kept: Kept = {
    ...view,
    stamp: undefined,
    version: VERSION,
    documents,
    places: [...places.values()].map(({ section }) => section),
    guest: view.guest && { ...view.guest, notAfter: view.guest.notAfter.getTime() },
  };
  try {
    await records.write(nameOf(view.id), utf8(JSON.stringify(kept)));
  } catch (thrown) {
    if (!(thrown instanceof DOMException)) throw thrown;
  }
}

/** The list that was kept; undefined when there is none, or what allowed to read it has ended. */
export async function keptList(
  records: SealedRecords,
  vault: string,
  now: number,
): Promise<VaultView | undefined> {
  let data: Uint8Array | undefined;
  try {
    data = await records.read(nameOf(vault));
  } catch (thrown) {
    if (!(thrown instanceof DOMException)) throw thrown;
  }
  if (data === undefined) return undefined;
  const { version, places, ...kept } = JSON.parse(new TextDecoder().decode(data)) as Kept;
  if (version !== VERSION || (kept.guest !== undefined && kept.guest.notAfter <= now * 1000))
    return undefined;
  const documents = kept.documents.flatMap(({ added, section, ...rest }) => {
    const place = places[section];
    return place === undefined ? [] : [{ ...rest, added: new Date(added), section: place }];
  });
  const guest = kept.guest && { ...kept.guest, notAfter: new Date(kept.guest.notAfter) };
  return { ...kept, documents, guest };
}

function nameOf(vault: string): string {
  return `list/${vault}`;
}
