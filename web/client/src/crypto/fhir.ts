/**
 * The FHIR R4 bundle in a shared file (chapter 8): one document with its patient's name.
 *
 * Owns the shape that SMART Health Link receivers show, the place of a file among the share's, and where a large document is found.
 * Knows neither link nor encryption.
 */
import { fromUtf8, hex, parseForeign, randomBytes, utf8, type Random } from './encoding.ts';
import { check, guard, limitExceeded, malformed, tampered } from './errors.ts';
import { cleanName, cleanTitle, MAX_TITLE, type Metadata } from './metadata.ts';
import { sha1 } from './primitives.ts';
import {
  bytes,
  decodeAs,
  encodeAs,
  integer,
  list,
  optional,
  record,
  text as textShape,
  type Of,
} from './shapes.ts';
import { MAX_PART_SIZE, MAX_PARTS, MIN_PART_SIZE } from './statement_kinds.ts';
import { readSummary, type Summary } from './summaries.ts';

export const MAX_SHARED_SIZE = 20 << 20;
export const PLACE_SYSTEM = 'urn:coffre:share-file';
const SUMMARY_NAME = 'summary.json';
export const SUMMARY_MIME = 'application/fhir+json';
const SEALED_EXTENSION = 'urn:coffre:sealed-document';
const LONGEST_EXTENSION = 1 << 20;
const PLACE = /^([0-9a-f]{32})\/([1-9][0-9]{0,2})\/([1-9][0-9]{0,2})$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const LOINC = /^[0-9]{1,7}-[0-9]$/;

/** Where a file stands in its share: `number` of `count`, from 1; `set` (32 hex digits) is the statement's. */
export interface FilePlace {
  readonly set: string;
  readonly number: number;
  readonly count: number;
}

/** A document too large for a bundle: its object's facts (chapter 5), its file key, its size and hash. */
export const sealedElsewhereShape = record(
  {
    content: optional(bytes(32)),
    digest: bytes(32),
    file_key: bytes(16),
    length: integer(1),
    part_size: integer(MIN_PART_SIZE, MAX_PART_SIZE),
    parts: list(bytes(32), { min: 1, max: MAX_PARTS }),
    sha256: optional(bytes(32)),
    size: integer(1),
    title: textShape(MAX_TITLE),
  },
  ({ content, sha256 }) => {
    check((content === undefined) !== (sha256 === undefined), () => malformed('a document has one hash'));
  },
);
export type SealedElsewhere = Of<typeof sealedElsewhereShape>;

/** Around a document: the patient's name, the time in seconds since 1970, the file's place in its share. */
export interface BundleContext {
  readonly patient: string;
  readonly now: number;
  readonly place?: FilePlace | undefined;
}

/**
 * What a receiver reads in a bundle; `mime` decides how it is shown. `data` are the document's bytes, or empty with `elsewhere`;
 * `place` is absent in bundles by others. With a `summary` it is the bundle itself (chapter 10), and `data` its bytes.
 */
export interface SharedDocument {
  readonly title: string;
  readonly name: string;
  readonly mime: string;
  /** YYYY-MM-DD, or empty. */
  readonly date: string;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly elsewhere?: SealedElsewhere | undefined;
  readonly place?: FilePlace | undefined;
  readonly summary?: Summary | undefined;
}

type JsonRecord = Readonly<Record<string, unknown>>;

/**
 * Whether a share's files are all there, each once: one place for each file that was answered. Raises tampered.
 * Files by others, none of which has a place, pass.
 */
export function checkComplete(places: readonly (FilePlace | undefined)[]): void {
  const found = places.filter((place) => place !== undefined);
  const [first] = found;
  if (first === undefined) return;
  const alike = found.every(({ set, count }) => set === first.set && count === first.count);
  const numbers = new Set(found.map((place) => place.number));
  const whole = alike && found.length === places.length && numbers.size === found.length;
  check(whole && found.length === first.count, () =>
    tampered('files of a share left out, repeated or mixed'),
  );
}

/** The bundle's JSON for a document's bytes and metadata. Raises limit_exceeded over 20 MiB. */
export function writeFhirBundle(
  metadata: Metadata,
  data: Uint8Array,
  context: BundleContext,
  random: Random = randomBytes,
): Uint8Array {
  check(data.length <= MAX_SHARED_SIZE, () =>
    limitExceeded('documents over 20 MiB do not fit into a bundle'),
  );
  const attachment = {
    contentType: metadata.mime,
    data: base64(data),
    size: data.length,
    hash: fhirHash(data),
    title: metadata.name,
    creation: metadata.date,
  };
  return write(metadata, { description: metadata.title, attachment }, context, random);
}

/** The bundle's JSON of a document that is fetched apart; `note` tells people with other readers. */
export function writeLargeBundle(
  metadata: Metadata,
  elsewhere: SealedElsewhere,
  context: BundleContext & { readonly note: string },
  random: Random = randomBytes,
): Uint8Array {
  const written = fromUtf8(encodeAs(sealedElsewhereShape, elsewhere, LONGEST_EXTENSION));
  const attachment = {
    extension: [{ url: SEALED_EXTENSION, valueString: written }],
    contentType: metadata.mime,
    title: metadata.name,
    creation: metadata.date,
  };
  const description = `${metadata.title} (${context.note})`;
  return write(metadata, { description, attachment }, context, random);
}

function write(
  metadata: Metadata,
  { description, attachment }: { readonly description: string; readonly attachment: JsonRecord },
  { patient, now, place }: BundleContext,
  random: Random,
): Uint8Array {
  const moment = new Date(now * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  const patientUrl = `urn:uuid:${uuid(random)}`;
  const reference = {
    resourceType: 'DocumentReference',
    status: 'current',
    ...(metadata.type === undefined ? {} : { type: typeOf(metadata.type) }),
    subject: { reference: patientUrl },
    date: moment,
    description,
    content: [{ attachment }],
  };
  const value = place === undefined ? '' : `${place.set}/${place.number}/${place.count}`;
  const bundle = {
    resourceType: 'Bundle',
    ...(place === undefined ? {} : { identifier: { system: PLACE_SYSTEM, value } }),
    type: 'collection',
    timestamp: moment,
    entry: [
      { fullUrl: patientUrl, resource: { resourceType: 'Patient', name: [{ text: patient }] } },
      { fullUrl: `urn:uuid:${uuid(random)}`, resource: reference },
    ],
  };
  return utf8(JSON.stringify(bundle));
}

/**
 * The documents in a bundle, also one made by others; what is not a document with its data inside, or sealed elsewhere, is left
 * out. A patient summary is one of them. `bundle`: the same, if it was parsed already. Raises malformed for what is no FHIR bundle,
 * or whose attachment is not what its hash says.
 */
export function readFhirBundle(
  data: Uint8Array,
  bundle: JsonRecord = parseForeign(data),
): readonly SharedDocument[] {
  check(bundle['resourceType'] === 'Bundle', () => malformed('not a FHIR bundle'));
  const place = placeOf(bundle['identifier']);
  const documents = records(bundle['entry'])
    .map((entry) => entry['resource'])
    .filter(isRecord)
    .filter((resource) => resource['resourceType'] === 'DocumentReference')
    .flatMap((resource) =>
      records(resource['content'])
        .map((content) => content['attachment'])
        .filter(isRecord)
        .flatMap((attachment) => readAttachment(resource, attachment, place)),
    );
  return [...summaryOf(bundle, data, place), ...documents];
}

function summaryOf(
  bundle: JsonRecord,
  data: Uint8Array,
  place: FilePlace | undefined,
): readonly SharedDocument[] {
  const summary = readSummary(bundle);
  if (summary === undefined) return [];
  const shown = { name: SUMMARY_NAME, mime: SUMMARY_MIME, data: Uint8Array.from(data), place, summary };
  return [
    {
      ...shown,
      title: cleanTitle(summary.title) || SUMMARY_NAME,
      date: Array.from(summary.date).slice(0, 10).join(''),
    },
  ];
}

function placeOf(identifier: unknown): FilePlace | undefined {
  if (!isRecord(identifier) || identifier['system'] !== PLACE_SYSTEM) return undefined;
  const [, set = '', number = '', count = ''] = PLACE.exec(textOf(identifier, 'value')) ?? [];
  check(set !== '' && Number(number) <= Number(count), () => malformed('not the place of a file'));
  return { set, number: Number(number), count: Number(count) };
}

/** The patient's name in a parsed bundle, or empty. */
export function patientOf(bundle: JsonRecord): string {
  const patient = records(bundle['entry'])
    .map((entry) => entry['resource'])
    .filter(isRecord)
    .find((resource) => resource['resourceType'] === 'Patient');
  const [name] = records(patient?.['name']);
  return name === undefined ? '' : textOf(name, 'text');
}

function readAttachment(
  resource: JsonRecord,
  attachment: JsonRecord,
  place: FilePlace | undefined,
): readonly SharedDocument[] {
  // Whoever made the link chose these: they may name a path, or hide what they say.
  const name = cleanName(textOf(attachment, 'title'));
  const shown = {
    name,
    mime: cleanTitle(textOf(attachment, 'contentType')),
    date: cleanTitle(textOf(attachment, 'creation')),
    place,
  };
  const found: SharedDocument[] = [];
  if (typeof attachment['data'] === 'string') {
    const title = cleanTitle(textOf(resource, 'description')) || name;
    found.push({ ...shown, title, data: decoded(attachment) });
  }
  for (const extension of records(attachment['extension'])) {
    if (extension['url'] !== SEALED_EXTENSION) continue;
    const written = textOf(extension, 'valueString');
    check(!/\p{Surrogate}/u.test(written), () => malformed('not a text'));
    const elsewhere = decodeAs(sealedElsewhereShape, utf8(written), LONGEST_EXTENSION);
    found.push({ ...shown, title: cleanTitle(elsewhere.title), data: new Uint8Array(0), elsewhere });
  }
  return found;
}

function decoded(attachment: JsonRecord): Uint8Array<ArrayBuffer> {
  const encoded = textOf(attachment, 'data');
  // The platform reads base64 without its padding, too.
  check(encoded.length % 4 === 0 && BASE64.test(encoded), () => malformed('not base64'));
  const data = guard(
    () => {
      const binary = atob(encoded);
      const made = new Uint8Array(binary.length);
      for (let i = 0; i < made.length; i++) made[i] = binary.charCodeAt(i);
      return made;
    },
    () => malformed('not base64'),
  );
  const holds = !('hash' in attachment) || attachment['hash'] === fhirHash(data);
  check(holds, () => malformed('an attachment with another hash'));
  return data;
}

/** FHIR R4 fixes SHA-1 here; the JWE around the bundle is what authenticates the bytes. */
function fhirHash(data: Uint8Array): string {
  return base64(sha1(data));
}

function typeOf(code: string): JsonRecord {
  return LOINC.test(code) ? { coding: [{ system: 'http://loinc.org', code }] } : { text: code };
}

/** A fresh UUID of version 4. */
export function uuid(random: Random): string {
  const data = Uint8Array.from(random(16));
  data[6] = ((data[6] ?? 0) & 0x0f) | 0x40;
  data[8] = ((data[8] ?? 0) & 0x3f) | 0x80;
  return hex(data).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

interface NativeBase64 {
  toBase64?(): string;
}

/** Base64 with padding: by newer platforms themselves, twenty times as fast; else in pieces that keep the argument lists short. */
function base64(data: Uint8Array): string {
  const native = (data as NativeBase64).toBase64?.();
  if (native !== undefined) return native;
  const step = 3 << 12;
  let text = '';
  for (let start = 0; start < data.length; start += step) {
    text += btoa(String.fromCharCode(...data.subarray(start, start + step)));
  }
  return text;
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function records(value: unknown): readonly JsonRecord[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function textOf(source: JsonRecord, name: string): string {
  const value = source[name];
  return typeof value === 'string' ? value : '';
}
