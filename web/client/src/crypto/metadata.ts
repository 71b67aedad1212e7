/**
 * A version's sealed metadata, and the rules for file names (chapter 4, "Metadata").
 *
 * Owns the record and its grammar. Knows neither object nor header.
 */
import {
  checkText,
  fromUtf8,
  MAX_BYTES_LARGE,
  randomBytes,
  utf8,
  type DocumentId,
  type Json,
  type JsonObject,
  type Random,
  type VaultId,
} from './encoding.ts';
import { check, limitExceeded, malformed, unsupportedVersion, wrongKey } from './errors.ts';
import * as labels from './labels.ts';
import { frame, unframe } from './padding.ts';
import { derive, Wrap } from './primitives.ts';
import { filingContext, type Filing, type SectionSecret } from './sections.ts';
import {
  bytes,
  bytesBetween,
  checkedText,
  decodeAs,
  encodeAs,
  integer,
  list,
  optional,
  record,
  shape,
  text,
  type Of,
} from './shapes.ts';
import { ascii } from './statement_grammar.ts';

export const MAX_DOCUMENT = 5 * 2 ** 30;
export const MAX_NAME_BYTES = 255;
export const MAX_TITLE = 200;
export const MAX_THUMBNAIL = 65_536;

const FLOOR = 512;
const VERSION = 2;
const MAX_EXTENSION_BYTES = 32;
const NAMELESS = 'document';
const HIDDEN_EVERYWHERE = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/gu;
const wrap = new Wrap(labels.METADATA);
const authorWrap = new Wrap(labels.AUTHOR_METADATA_BLOCK);

const members = record({
  author: text(200),
  content: optional(bytes(32)),
  date: checkedText(checkDate),
  mime: ascii(100),
  name: checkedText(checkName),
  sha256: optional(bytes(32)),
  size: integer(1, MAX_DOCUMENT),
  tags: list(text(50), { max: 20 }),
  thumbnail: optional(bytesBetween(1, MAX_THUMBNAIL)),
  title: text(MAX_TITLE),
  type: optional(ascii(32)),
});
/**
 * What a list shows of a version: `date` is YYYY-MM-DD, `size` in bytes, `content` the hash of the document by chapter 4,
 * `thumbnail` a JPEG. Older metadata has `sha256`, of the document's bytes as one, in place of `content`.
 */
export type Metadata = Of<typeof members>;

/** Raises malformed, limit_exceeded; unsupported_version. */
export const metadataShape = shape<Metadata>(readRecord, (metadata) => {
  const written = members.encode(metadata) as JsonObject;
  return metadata.content === undefined ? written : { ...written, version: VERSION };
});

/** Raises malformed or limit_exceeded for metadata that a reader would refuse. */
export function sealMetadata(
  secret: SectionSecret,
  filing: Filing,
  metadata: Metadata,
  random: Random = randomBytes,
): Uint8Array {
  check(secret.epoch === filing.epoch, () => malformed("a filing under another epoch than the secret's"));
  return wrap.seal(secret.metaKey(), filingContext(filing), writeFrame(metadata), random);
}

/** Raises wrong_key, malformed, limit_exceeded. */
export function openMetadata(secret: SectionSecret, filing: Filing, sealed: Uint8Array): Metadata {
  check(secret.epoch === filing.epoch, () => wrongKey('the secret of another epoch'));
  return readFrame(wrap.open(secret.metaKey(), filingContext(filing), sealed));
}

/** The metadata in what was sealed. Raises malformed, limit_exceeded. */
export function readFrame(framed: Uint8Array): Metadata {
  return decodeAs(metadataShape, unframe(framed, FLOOR), MAX_BYTES_LARGE);
}

/** The version that an author's metadata belongs to, wherever it is filed. */
export interface Authored {
  readonly vault: VaultId;
  readonly document: DocumentId;
  readonly version: number;
}

/** The metadata for an author who is not the owner: whoever has the file key (16 bytes) opens it. Raises as `sealMetadata`. */
export function sealForAuthor(
  fileKey: Uint8Array,
  authored: Authored,
  metadata: Metadata,
  random: Random = randomBytes,
): Uint8Array {
  return authorWrap.seal(authorKey(fileKey), authorContext(authored), writeFrame(metadata), random);
}

/** The metadata of `sealForAuthor`. Raises wrong_key, malformed, limit_exceeded. */
export function openAsAuthor(fileKey: Uint8Array, authored: Authored, sealed: Uint8Array): Metadata {
  return readFrame(authorWrap.open(authorKey(fileKey), authorContext(authored), sealed));
}

/** A file's name as it may stand in metadata: last path part, nothing hidden, NFC, ≤ 255 UTF-8 bytes with its extension. */
export function cleanName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const cleaned = last.replace(HIDDEN_EVERYWHERE, '').normalize('NFC');
  if (cleaned === '' || cleaned === '.' || cleaned === '..') return NAMELESS;
  const dot = cleaned.lastIndexOf('.');
  const extension = dot > 0 ? cleaned.slice(dot) : '';
  const kept = utf8(extension).length <= MAX_EXTENSION_BYTES ? extension : '';
  const stem = cleaned.slice(0, cleaned.length - kept.length);
  return cut(stem, MAX_NAME_BYTES - utf8(kept).length) + kept;
}

/** A text of someone else's as a title: nothing hidden, NFC, at most 200 characters; may be empty. */
export function cleanTitle(title: string): string {
  return Array.from(title.replace(HIDDEN_EVERYWHERE, '').normalize('NFC')).slice(0, MAX_TITLE).join('');
}

/** `value` if it is a day that exists, YYYY-MM-DD. Raises malformed. */
export function checkDate(value: string): string {
  check(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value) && !value.startsWith('0000'), () =>
    malformed('not a date'),
  );
  const day = new Date(`${value}T00:00:00Z`);
  const exists = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
  check(exists, () => malformed('a day that does not exist'));
  return value;
}

/** `value` if it may stand as a file's name. Raises malformed, limit_exceeded. */
export function checkName(value: string): string {
  checkText(value, MAX_NAME_BYTES);
  check(utf8(value).length <= MAX_NAME_BYTES, () => limitExceeded('file name is too long'));
  check(!/[/\\]/.test(value) && value !== '.' && value !== '..', () => malformed('not a file name'));
  return value;
}

function readRecord(value: Json): Metadata {
  const versioned = typeof value === 'object' && !Array.isArray(value) && Object.hasOwn(value, 'version');
  const { version, ...rest } = versioned ? (value as JsonObject) : { version: undefined };
  check(!versioned || typeof version === 'number', () => malformed('not a version'));
  check(!versioned || version === VERSION, () => unsupportedVersion('metadata of another version'));
  const metadata = members.decode(versioned ? rest : value);
  const [wanted, other] = versioned
    ? [metadata.content, metadata.sha256]
    : [metadata.sha256, metadata.content];
  check(wanted !== undefined && other === undefined, () =>
    malformed("the hash of another version's metadata"),
  );
  return metadata;
}

function writeFrame(metadata: Metadata): Uint8Array {
  return frame(encodeAs(metadataShape, metadata, MAX_BYTES_LARGE), FLOOR);
}

function authorKey(fileKey: Uint8Array): Uint8Array {
  return derive(fileKey, labels.AUTHOR_METADATA);
}

function authorContext({ vault, document, version }: Authored): JsonObject {
  return { document, vault, version };
}

/** The longest start of the text that has at most `size` UTF-8 bytes. */
function cut(content: string, size: number): string {
  const data = utf8(content);
  let end = Math.min(size, data.length);
  // Continuation bytes (10xxxxxx) belong to a character that would be cut.
  while (end < data.length && ((data[end] ?? 0) & 0xc0) === 0x80) end--;
  return fromUtf8(data.subarray(0, end));
}
