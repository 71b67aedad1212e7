/**
 * Opening a share without an account (spec chapter 8): the receiver's side of SMART Health Links.
 *
 * Owns the request and the checks of what it answers. Only links of this server are opened here: the page may talk to no other.
 */
import type { Api } from '../api/client.ts';
import { readShareFiles } from '../api/types.ts';
import { openObject } from '../crypto/document.ts';
import { check, malformed, tampered } from '../crypto/errors.ts';
import { checkComplete, type SharedDocument } from '../crypto/fhir.ts';
import { readSharedFile } from '../crypto/health_card.ts';
import type { ShareLink } from '../crypto/share.ts';
import { CONTENT_TYPE, openShareFile } from '../crypto/share.ts';
import { browserPatience, patiently, type Patience } from './patience.ts';

const EMBEDDED = 1 << 20;
const MAX_FILE = 64 << 20;
const RANGE = 8 << 20;
const BASE = '/api/v1';

/** A document of a share, with where a large one is fetched: a path under the API. */
export interface ReceivedDocument extends SharedDocument {
  readonly path?: string | undefined;
}

/** A share's contents, opened. */
export interface Received {
  readonly patient: string;
  readonly documents: readonly ReceivedDocument[];
}

/** Asks for a share's files and opens them. Raises ApiError (not_found once it ended), tampered, malformed. */
export async function openShare(
  api: Api,
  link: ShareLink,
  asked: { readonly recipient: string; readonly passcode?: string | undefined },
): Promise<Received> {
  check(link.url === `${api.origin}${BASE}/shl/${link.locator}`, () => malformed('a link of another server'));
  const { recipient, passcode } = asked;
  const body = { recipient, embeddedLengthMax: EMBEDDED, ...(passcode ? { passcode } : {}) };
  const { files } = await api.post(`/shl/${link.locator}`, body, readShareFiles);
  for (const file of files) {
    check(file.contentType === CONTENT_TYPE, () => malformed('a file of another kind'));
  }
  const opened = await Promise.all(
    files.map(async (file) => {
      const path = file.location === undefined ? undefined : pathOf(api, file.location);
      const jwe = file.embedded ?? (await fetchFile(api, path));
      const bundle = await openShareFile(link.key, jwe);
      return { ...(await readSharedFile(bundle)), path };
    }),
  );
  checkComplete(opened.map(({ documents: [first] }) => first?.place));
  const documents = opened.flatMap((file) =>
    file.documents.map((document) => ({ ...document, path: file.path && `${file.path}/document` })),
  );
  check(documents.length > 0, () => malformed('a share without documents'));
  return { patient: opened.map(({ patient }) => patient).find((name) => name !== '') ?? '', documents };
}

/** A large document's bytes in verified pieces, complete only once the iterator has ended. Raises tampered, and ApiError. */
export async function* readLarge(
  api: Api,
  { elsewhere, path }: ReceivedDocument,
  signal: AbortSignal,
  patience: Patience = browserPatience,
): AsyncGenerator<Uint8Array> {
  check(elsewhere !== undefined && path !== undefined, () => malformed('no large document'));
  const sealed = ranges(api, path, elsewhere.length, { signal, patience });
  yield* openObject(sealed, elsewhere, elsewhere, elsewhere.file_key);
}

async function* ranges(
  api: Api,
  path: string,
  length: number,
  { signal, patience }: { readonly signal: AbortSignal; readonly patience: Patience },
): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < length; start += RANGE) {
    const size = Math.min(RANGE, length - start);
    yield await patiently(patience, signal, () => api.bytes(path, start, size, signal));
  }
}

async function fetchFile(api: Api, path: string | undefined): Promise<string> {
  check(path !== undefined, () => tampered('a file without an address'));
  return api.text(path, 'application/jose', MAX_FILE);
}

function pathOf(api: Api, location: string): string {
  const here = `${api.origin}${BASE}`;
  check(location.startsWith(`${here}/shl/files/`), () => tampered('a file at another server'));
  return location.slice(here.length);
}
