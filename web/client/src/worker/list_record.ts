/**
 * The list of a vault's documents as it was shown last, sealed in this browser: what an unlock shows at once, while the chains are
 * read and the server is asked.
 *
 * Owns its form: columns in place of rows, a third of the bytes. It is what this device opened and verified before; what comes after
 * replaces it. Thumbnails are left out. The engine opens it and hands it over as it is; the page makes rows of it.
 */
import { utf8 } from '../crypto/encoding.ts';
import type { DocumentView, SectionView } from '../ui/models';
import { sortDocuments } from '../ui/search.ts';
import type { SealedRecords } from '../vault/records.ts';
import type { VaultView } from './documents.ts';

const VERSION = 3;

/** Values of a column, or the few that there are and which of them stands where. Null for what is absent. */
type Column = readonly unknown[] | { readonly of: readonly unknown[]; readonly at: readonly number[] };

type Guest = NonNullable<VaultView['guest']>;
type Kept = Omit<VaultView, 'documents' | 'guest' | 'stamp'> & {
  readonly version: number;
  readonly count: number;
  readonly columns: Readonly<Record<string, Column>>;
  /** Those that documents are in, which may have a section that is listed no more. */
  readonly places: readonly SectionView[];
  readonly guest?: (Omit<Guest, 'notAfter'> & { readonly notAfter: number }) | undefined;
};

/** Keeps a list. A storage that is full or forbidden keeps nothing. */
export async function keepList(records: SealedRecords, view: VaultView): Promise<void> {
  try {
    await records.write(nameOf(view.id), packList(view));
  } catch (thrown) {
    if (!(thrown instanceof DOMException)) throw thrown;
  }
}

/** The list that was kept, for `readList`; undefined when there is none. */
export async function keptList(
  records: SealedRecords,
  vault: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const data = await records.read(nameOf(vault));
    return data === undefined ? undefined : Uint8Array.from(data);
  } catch (thrown) {
    if (!(thrown instanceof DOMException)) throw thrown;
    return undefined;
  }
}

/** A list as it is kept. */
export function packList(view: VaultView): Uint8Array {
  const { documents, guest, stamp: _, ...rest } = view;
  const places = new Map<string, { readonly index: number; readonly section: SectionView }>();
  const indexOf = (section: SectionView) => {
    const known = places.get(section.id) ?? { index: places.size, section };
    places.set(section.id, known);
    return known.index;
  };
  // In the order in which it is shown at first, so that nobody has to sort it then.
  const rows = sortDocuments(documents, 'newest', 'en').map(({ added, section, thumbnail: __, ...row }) => {
    return { ...row, added: added.getTime(), section: indexOf(section) };
  });
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))] as (keyof (typeof rows)[number])[];
  const columns = names.map((name) => [name, columnOf(rows.map((row) => row[name] ?? null))] as const);
  const kept: Kept = {
    ...rest,
    version: VERSION,
    count: rows.length,
    columns: Object.fromEntries(columns),
    places: [...places.values()].map(({ section }) => section),
    guest: guest && { ...guest, notAfter: guest.notAfter.getTime() },
  };
  return utf8(JSON.stringify(kept));
}

/** Reverse of `packList`; undefined for another version's, and when what allowed to read it has ended. `now` in milliseconds. */
export function readList(data: ArrayBuffer, now: number): VaultView | undefined {
  const { version, places, columns, count, guest, ...kept } = JSON.parse(
    new TextDecoder().decode(data),
  ) as Kept;
  if (version !== VERSION || (guest !== undefined && guest.notAfter <= now)) return undefined;
  const rows: Record<string, unknown>[] = Array.from({ length: count }, () => ({}));
  for (const [name, column] of Object.entries(columns)) {
    const valueAt = readerOf(column);
    rows.forEach((row, index) => {
      const value = valueAt(index);
      if (name === 'section') row[name] = places[value as number];
      else if (name === 'added') row[name] = new Date(value as number);
      else if (value !== null) row[name] = value;
    });
  }
  const documents = rows as unknown as readonly DocumentView[];
  return { ...kept, documents, guest: guest && { ...guest, notAfter: new Date(guest.notAfter) } };
}

function columnOf(values: readonly unknown[]): Column {
  const known = new Map<unknown, number>();
  const at = values.map((value) => {
    const index = known.get(value) ?? known.size;
    known.set(value, index);
    return index;
  });
  return known.size > values.length / 4 ? values : { of: [...known.keys()], at };
}

function readerOf(column: Column): (index: number) => unknown {
  if (!('of' in column)) return (index) => column[index];
  return (index) => column.of[column.at[index] ?? 0];
}

function nameOf(vault: string): string {
  return `list/${vault}`;
}
