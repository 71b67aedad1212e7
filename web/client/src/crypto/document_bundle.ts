/**
 * The bundle of a grant of single documents: a file key and the metadata of each version (chapter 7).
 *
 * Owns the record and its padding; how it is sealed, and for whom, is the business of grants.ts. Knows no section's secret, which
 * is the point of it.
 */
import { MAX_BYTES, type DocumentId, type GrantId, type Json, type VaultId } from './encoding.ts';
import { check, malformed } from './errors.ts';
import { metadataShape, type Metadata } from './metadata.ts';
import { frame, unframe } from './padding.ts';
import { pinShape, readVersioned, Secret, secretOf, writeVersioned } from './records.ts';
import { bytes, id, list, record, shape, text, type Of } from './shapes.ts';
import { MAX_NAMED } from './statement_documents.ts';
import { signedShape } from './statement_grammar.ts';
import { version, versionOrder } from './statement_kinds.ts';

const VERSION = 2;
const KEY_LENGTH = 16;
const FLOOR = 4096;

const withoutThumbnail = shape<Metadata>(
  (value: Json) => {
    const metadata = metadataShape.decode(value);
    check(metadata.thumbnail === undefined, () => malformed('thumbnail in a bundle'));
    return metadata;
  },
  (metadata) => metadataShape.encode(metadata),
);

/** One version: its file key (16 bytes), its manifest's statement hash, its metadata without thumbnail. */
const grantedDocument = record({
  document: id<DocumentId>(),
  key: secretOf(
    KEY_LENGTH,
    (data) => new Secret(data),
    (secret) => secret.reveal(),
  ),
  manifest: bytes(32),
  metadata: withoutThumbnail,
  version,
});
export type GrantedDocument = Of<typeof grantedDocument>;

export const documentBundleShape = record({
  card: signedShape,
  documents: list(grantedDocument, { min: 1, max: MAX_NAMED, order: versionOrder }),
  grant: id<GrantId>(),
  ledger: pinShape,
  patient: text(200),
  vault: id<VaultId>(),
});
/** What a professional is given: the owner's card, the grant's documents, and where the ledger stood. */
export type DocumentBundle = Of<typeof documentBundleShape>;

/** The padded payload. Raises limit_exceeded: over 1 MiB. */
export function writeDocumentBundle(bundle: DocumentBundle): Uint8Array {
  return frame(writeVersioned(documentBundleShape, bundle, MAX_BYTES, VERSION), FLOOR);
}

/** Reverse of `writeDocumentBundle`. Raises malformed, limit_exceeded, unsupported_version. */
export function readDocumentBundle(payload: Uint8Array): DocumentBundle {
  return readVersioned(documentBundleShape, unframe(payload, FLOOR), MAX_BYTES, VERSION);
}
