/**
 * Opening a share without an account (spec chapter 8): the receiver's side of SMART Health Links.
 *
 * Owns the request and the checks of what it answers. Only links of this server are opened: the page may talk to no other.
 */
import type { Api } from '../api/client.ts';
import { readShareFiles } from '../api/types.ts';
import { check, malformed, tampered } from '../crypto/errors.ts';
import { patientOf, readFhirBundle, type SharedDocument } from '../crypto/fhir.ts';
import type { ShareLink } from '../crypto/share.ts';
import { CONTENT_TYPE, openShareFile } from '../crypto/share.ts';

const EMBEDDED = 1 << 20;
const MAX_FILE = 64 << 20;
const BASE = '/api/v1';

/** A share's contents, opened. */
export interface Received {
  readonly patient: string;
  readonly documents: readonly SharedDocument[];
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
  const documents: SharedDocument[] = [];
  let patient = '';
  for (const file of files) {
    check(file.contentType === CONTENT_TYPE, () => malformed('a file of another kind'));
    const jwe = file.embedded ?? (await fetchFile(api, file.location));
    const bundle = await openShareFile(link.key, jwe);
    patient ||= patientOf(bundle);
    documents.push(...readFhirBundle(bundle));
  }
  check(documents.length > 0, () => malformed('a share without documents'));
  return { patient, documents };
}

async function fetchFile(api: Api, location: string | undefined): Promise<string> {
  const here = `${api.origin}${BASE}`;
  check(location !== undefined && location.startsWith(`${here}/shl/files/`), () =>
    tampered('a file at another server'),
  );
  return api.text(location.slice(here.length), 'application/jose', MAX_FILE);
}
