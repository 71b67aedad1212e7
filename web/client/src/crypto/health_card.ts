/**
 * SMART Health Cards in shares of other issuers (spec chapter 8): what they hold, unverified.
 *
 * Owns which kind of file a share's plaintext is, and what of a card is shown. A card's signature is its issuer's, whose keys are
 * at an address that the card itself names: nobody is asked, and nothing here says that a card is true.
 */
import { parseForeign, strip, unb64u } from './encoding.ts';
import { check, CoffreError, malformed, unsupportedVersion } from './errors.ts';
import { patientOf, readFhirBundle, type SharedDocument } from './fhir.ts';
import { inflate } from './inflate.ts';
import { cleanTitle } from './metadata.ts';

export const CARD_TYPE = 'application/smart-health-card';
export const CARD_NAME = 'health-card.smart-health-card';
export const MAX_CARDS = 100;
export const MAX_PAYLOAD = 1 << 20;

const TITLE = 'SMART Health Card';
const JWS = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{86})$/;
const LATEST = 253_402_300_799;
const CONCEPTS = ['vaccineCode', 'medicationCodeableConcept', 'code', 'type'];
const DATES = [
  'occurrenceDateTime',
  'effectiveDateTime',
  'authoredOn',
  'recordedDate',
  'onsetDateTime',
  'date',
];

/** A resource of a card, as a line: FHIR's type, what it is about, its date; texts may be empty. */
export interface CardLine {
  readonly kind: string;
  readonly text: string;
  readonly date: string;
}

/** What a card says of itself. `issued` is a day (UTC), YYYY-MM-DD. */
export interface HealthCard {
  readonly issuer: string;
  readonly issued: string;
  readonly holder: string;
  readonly lines: readonly CardLine[];
}

type JsonRecord = Readonly<Record<string, unknown>>;

/** An opened file of a share. `patient`: the name that it gives, or empty. */
export interface SharedFile {
  readonly patient: string;
  readonly documents: readonly SharedDocument[];
}

/**
 * An opened file of a share, parsed once: a bundle's documents, or one that holds cards. Raises malformed, unsupported_version,
 * limit_exceeded.
 */
export async function readSharedFile(data: Uint8Array): Promise<SharedFile> {
  const bundle = parseForeign(data);
  const patient = patientOf(bundle);
  if (!('verifiableCredential' in bundle)) return { patient, documents: readFhirBundle(data, bundle) };
  return { patient, documents: [await documentOfCards(data)] };
}

async function documentOfCards(data: Uint8Array): Promise<SharedDocument> {
  const [first] = await readCards(data);
  const date = first?.issued ?? '';
  return { title: TITLE, name: CARD_NAME, mime: CARD_TYPE, date, data: Uint8Array.from(data) };
}

/** The cards of a document that is a file of them; none for any other, also one that only says so. */
export async function cardsIn({ mime, data }: SharedDocument): Promise<readonly HealthCard[]> {
  if (mime !== CARD_TYPE) return [];
  try {
    return await readCards(data);
  } catch (thrown) {
    if (thrown instanceof CoffreError) return [];
    throw thrown;
  }
}

/**
 * What the cards in a file hold; their signatures are not verified. Raises malformed, unsupported_version (another algorithm, or
 * not compressed), limit_exceeded.
 */
export async function readCards(data: Uint8Array): Promise<readonly HealthCard[]> {
  const credentials = parseForeign(data)['verifiableCredential'];
  check(Array.isArray(credentials) && credentials.length > 0 && credentials.length <= MAX_CARDS, () =>
    malformed('not a file of health cards'),
  );
  const cards: HealthCard[] = [];
  for (const credential of credentials as readonly unknown[]) cards.push(await readCard(credential));
  return cards;
}

async function readCard(credential: unknown): Promise<HealthCard> {
  const parts = typeof credential === 'string' ? JWS.exec(credential) : null;
  check(parts !== null, () => malformed('not a compact JWS'));
  const [, head = '', body = '', signature = ''] = parts;
  const header = parseForeign(unb64u(head));
  check(header['alg'] === 'ES256' && header['zip'] === 'DEF', () =>
    unsupportedVersion('health card with another algorithm'),
  );
  unb64u(signature);
  const payload = parseForeign(await inflate(Uint8Array.from(unb64u(body)), MAX_PAYLOAD));
  const { iss: issuer, nbf: since } = payload;
  const bundle = bundleOf(payload['vc']);
  check(typeof issuer === 'string' && typeof since === 'number', () =>
    malformed('a health card without issuer or time'),
  );
  check(since >= 0 && since <= LATEST, () => malformed('not a time'));
  const resources = resourcesOf(bundle);
  const patient = resources.find((one) => one['resourceType'] === 'Patient');
  return {
    issuer: cleanTitle(issuer),
    issued: new Date(Math.trunc(since) * 1000).toISOString().slice(0, 10),
    holder: patient === undefined ? '' : holderOf(patient),
    lines: resources.filter((one) => one['resourceType'] !== 'Patient').map(lineOf),
  };
}

function bundleOf(credential: unknown): JsonRecord {
  const types = isRecord(credential) ? credential['type'] : undefined;
  const subject = isRecord(credential) ? credential['credentialSubject'] : undefined;
  const named = Array.isArray(types) && types.every((one) => typeof one === 'string');
  const bundle = isRecord(subject) ? subject['fhirBundle'] : undefined;
  check(named && isRecord(bundle), () => malformed('a health card without a bundle'));
  return bundle;
}

function resourcesOf(bundle: JsonRecord): readonly JsonRecord[] {
  const entries = bundle['entry'];
  check(Array.isArray(entries), () => malformed('a bundle without entries'));
  return (entries as readonly unknown[])
    .filter(isRecord)
    .map((entry) => entry['resource'])
    .filter(isRecord);
}

function holderOf(patient: JsonRecord): string {
  const name = firstOf(patient['name']);
  const given = name['given'];
  const words = Array.isArray(given)
    ? (given as readonly unknown[]).filter((one) => typeof one === 'string')
    : [];
  return cleanTitle(textOf(name, 'text') || strip([...words, textOf(name, 'family')].join(' ')));
}

function lineOf(resource: JsonRecord): CardLine {
  const concept = CONCEPTS.map((name) => resource[name]).find(isRecord) ?? {};
  const coding = firstOf(concept['coding']);
  const text = textOf(concept, 'text') || textOf(coding, 'display') || codeOf(coding);
  const date = DATES.map((name) => textOf(resource, name)).find((one) => one !== '') ?? '';
  return {
    kind: cleanTitle(textOf(resource, 'resourceType')),
    text: cleanTitle(text),
    date: cleanTitle(date),
  };
}

/** Many cards leave the words out: the code, after the short name of its system. */
function codeOf(coding: JsonRecord): string {
  const system = textOf(coding, 'system');
  return strip(`${system.slice(system.lastIndexOf('/') + 1)} ${textOf(coding, 'code')}`);
}

function firstOf(value: unknown): JsonRecord {
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  return isRecord(first) ? first : {};
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(source: JsonRecord, name: string): string {
  const value = source[name];
  return typeof value === 'string' ? value : '';
}
