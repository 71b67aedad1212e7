/**
 * The FHIR R4 bundle in a shared file (chapter 8): one document with its patient's name.
 *
 * Owns the shape that SMART Health Link receivers show. Knows neither link nor encryption.
 */
import { fromUtf8, hex, randomBytes, utf8, type Random } from './encoding.ts';
import { check, guard, limitExceeded, malformed } from './errors.ts';
import { cleanName, cleanTitle, type Metadata } from './metadata.ts';
import { sha1 } from './primitives.ts';

export const MAX_SHARED_SIZE = 20 << 20;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const LOINC = /^[0-9]{1,7}-[0-9]$/;

/** What a receiver reads in a bundle; `mime` decides how it is shown, `data` are the document's bytes. */
export interface SharedDocument {
  readonly title: string;
  readonly name: string;
  readonly mime: string;
  /** YYYY-MM-DD, or empty. */
  readonly date: string;
  readonly data: Uint8Array<ArrayBuffer>;
}

type JsonRecord = Readonly<Record<string, unknown>>;

/** The bundle's JSON for a document's bytes and metadata; `now` in seconds since 1970. Raises limit_exceeded over 20 MiB. */
export function writeFhirBundle(
  metadata: Metadata,
  data: Uint8Array,
  context: { readonly patient: string; readonly now: number },
  random: Random = randomBytes,
): Uint8Array {
  check(data.length <= MAX_SHARED_SIZE, () => limitExceeded('documents over 20 MiB cannot be shared'));
  const moment = new Date(context.now * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  const patientUrl = `urn:uuid:${uuid(random)}`;
  const reference = {
    resourceType: 'DocumentReference',
    status: 'current',
    ...(metadata.type === undefined ? {} : { type: typeOf(metadata.type) }),
    subject: { reference: patientUrl },
    date: moment,
    description: metadata.title,
    content: [{ attachment: attachmentOf(metadata, data) }],
  };
  const bundle = {
    resourceType: 'Bundle',
    type: 'collection',
    timestamp: moment,
    entry: [
      { fullUrl: patientUrl, resource: { resourceType: 'Patient', name: [{ text: context.patient }] } },
      { fullUrl: `urn:uuid:${uuid(random)}`, resource: reference },
    ],
  };
  return utf8(JSON.stringify(bundle));
}

/**
 * The documents in a bundle, also one made by others; what is not a document with its data inside is left out.
 * Raises malformed for what is no FHIR bundle, or whose attachment is not what its hash says.
 */
export function readFhirBundle(data: Uint8Array): readonly SharedDocument[] {
  const text = fromUtf8(data);
  const bundle = guard(
    () => JSON.parse(text) as unknown,
    () => malformed('not JSON'),
  );
  check(isRecord(bundle) && bundle['resourceType'] === 'Bundle', () => malformed('not a FHIR bundle'));
  return records(bundle['entry'])
    .map((entry) => entry['resource'])
    .filter(isRecord)
    .filter((resource) => resource['resourceType'] === 'DocumentReference')
    .flatMap((resource) =>
      records(resource['content'])
        .map((content) => content['attachment'])
        .filter(isRecord)
        .filter((attachment) => typeof attachment['data'] === 'string')
        .map((attachment) => readAttachment(resource, attachment)),
    );
}

/** The patient's name in a bundle, or empty. */
export function patientOf(data: Uint8Array): string {
  const text = fromUtf8(data);
  const bundle = guard(
    () => JSON.parse(text) as unknown,
    () => malformed('not JSON'),
  );
  const patient = records(isRecord(bundle) ? bundle['entry'] : undefined)
    .map((entry) => entry['resource'])
    .filter(isRecord)
    .find((resource) => resource['resourceType'] === 'Patient');
  const [name] = records(patient?.['name']);
  return name === undefined ? '' : textOf(name, 'text');
}

function attachmentOf(metadata: Metadata, data: Uint8Array): JsonRecord {
  return {
    contentType: metadata.mime,
    data: base64(data),
    size: data.length,
    hash: fhirHash(data),
    title: metadata.name,
    creation: metadata.date,
  };
}

function readAttachment(resource: JsonRecord, attachment: JsonRecord): SharedDocument {
  const encoded = textOf(attachment, 'data');
  // The platform reads base64 without its padding, too.
  check(encoded.length % 4 === 0 && BASE64.test(encoded), () => malformed('not base64'));
  const data = guard(
    () => {
      const binary = atob(encoded);
      const bytes = new Uint8Array(binary.length);
      for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
      return bytes;
    },
    () => malformed('not base64'),
  );
  const holds = !('hash' in attachment) || attachment['hash'] === fhirHash(data);
  check(holds, () => malformed('an attachment with another hash'));
  // Whoever made the link chose these: they may name a path, or hide what they say.
  const name = cleanName(textOf(attachment, 'title'));
  return {
    title: cleanTitle(textOf(resource, 'description')) || name,
    name,
    mime: cleanTitle(textOf(attachment, 'contentType')),
    date: cleanTitle(textOf(attachment, 'creation')),
    data,
  };
}

/** FHIR R4 fixes SHA-1 here; the JWE around the bundle is what authenticates the bytes. */
function fhirHash(data: Uint8Array): string {
  return base64(sha1(data));
}

function typeOf(code: string): JsonRecord {
  return LOINC.test(code) ? { coding: [{ system: 'http://loinc.org', code }] } : { text: code };
}

function uuid(random: Random): string {
  const data = Uint8Array.from(random(16));
  data[6] = ((data[6] ?? 0) & 0x0f) | 0x40;
  data[8] = ((data[8] ?? 0) & 0x3f) | 0x80;
  return hex(data).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Base64 with padding, in pieces that keep the argument lists short. */
function base64(data: Uint8Array): string {
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
