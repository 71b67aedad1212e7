/**
 * The patient's health profile: what they say of themselves (spec chapter 10, "Record").
 *
 * Owns the record and its grammar. It is the content of a document like any other; how it is written as a patient summary is `ips`,
 * what a card of it says `card`. Knows neither vault nor key.
 */
import { canonical, parseCanonical, type Json, type JsonObject } from './encoding.ts';
import { check, malformed, unsupportedVersion } from './errors.ts';
import { checkedText, list, oneOf, optional, record, shape, text, type Of } from './shapes.ts';
import { ascii } from './statement_grammar.ts';

/** By which the document is known among the vault's. */
export const PROFILE_MIME = 'application/vnd.coffre.profile+json';
export const PROFILE_TYPE = '60591-5';
export const PROFILE_NAME = 'profile.json';
export const MAX_PROFILE = 256 << 10;
export const PROFILE_LISTS = [
  'allergies',
  'directives',
  'implants',
  'problems',
  'treatments',
  'vaccinations',
] as const;
export type ProfileList = (typeof PROFILE_LISTS)[number];
export const BLOOD_GROUPS = ['A+', 'A-', 'AB+', 'AB-', 'B+', 'B-', 'O+', 'O-'] as const;
/** The lists of which somebody may say that there is nothing in them. */
export const MAY_BE_NONE = ['allergies', 'problems', 'treatments'] as const;

const VERSION = 1;
const MAX_ENTRIES = 100;
const DATE = /^(?:18|19|20|21)[0-9]{2}(?:-(?:0[1-9]|1[0-2])(?:-[0-3][0-9])?)?$/;

const day = checkedText(checkPartialDate);
/** What a label is in a code system (an URI, as FHIR has them). */
const codeShape = record({ code: ascii(64), system: ascii(200) });
/**
 * One allergy, problem, treatment, vaccination, implant or directive. `detail` is of an allergy the reaction, of a treatment the
 * dosage, of a vaccination the dose or batch, of an implant the model, of a directive where it is kept.
 */
const entryShape = record({
  code: optional(codeShape),
  detail: optional(text(200)),
  label: text(200),
  note: optional(text(500)),
  severity: optional(oneOf('high', 'low')),
  since: optional(day),
  status: optional(oneOf('active', 'past')),
  until: optional(day),
});
const contactShape = record({
  name: text(200),
  phone: optional(text(50)),
  relation: optional(text(100)),
});
const entries = optional(list(entryShape, { min: 1, max: MAX_ENTRIES }));

const members = record(
  {
    allergies: entries,
    birth_date: optional(day),
    blood_group: optional(oneOf(...BLOOD_GROUPS)),
    contacts: optional(list(contactShape, { min: 1, max: MAX_ENTRIES })),
    directives: entries,
    gender: optional(oneOf('female', 'male', 'other')),
    implants: entries,
    none_known: optional(list(oneOf(...MAY_BE_NONE), { min: 1, max: 3, order: (name) => name })),
    problems: entries,
    treatments: entries,
    vaccinations: entries,
  },
  (profile) => {
    const contradicts = profile.none_known?.some((name) => profile[name] !== undefined) === true;
    check(!contradicts, () => malformed('entries of what is said to be none'));
    for (const name of PROFILE_LISTS) for (const entry of profile[name] ?? []) checkEntry(name, entry);
  },
);

/** Everything the patient said. A list that is absent says nothing, unless `none_known` names it. Dates are YYYY, YYYY-MM or YYYY-MM-DD. */
export type Profile = Of<typeof members>;
export type ProfileEntry = Of<typeof entryShape>;
export type ProfileContact = Of<typeof contactShape>;

export const profileShape = shape<Profile>(
  (value) => {
    check(typeof value === 'object' && !Array.isArray(value), () => malformed('not an object'));
    const { version, ...rest } = value as JsonObject & { readonly version?: Json };
    check(typeof version === 'number', () => malformed('not a version'));
    check(version === VERSION, () => unsupportedVersion('a profile of another version'));
    return members.decode(rest);
  },
  (profile) => ({ ...(members.encode(profile) as JsonObject), version: VERSION }),
);

/** The document's bytes. Raises malformed, limit_exceeded for a profile that a reader would refuse. */
export function writeProfile(profile: Profile): Uint8Array {
  return canonical(profileShape.encode(profile), MAX_PROFILE);
}

/** The profile in a document's bytes. Raises limit_exceeded, malformed, unsupported_version. */
export function readProfile(data: Uint8Array): Profile {
  return profileShape.decode(parseCanonical(data, MAX_PROFILE));
}

/** A year, a month or a day: YYYY, YYYY-MM, YYYY-MM-DD. Raises malformed. */
export function checkPartialDate(value: string): string {
  check(DATE.test(value), () => malformed('not a date'));
  if (value.length === 10) {
    const parsed = new Date(`${value}T00:00:00Z`);
    const exists = !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(value);
    check(exists, () => malformed('a day that does not exist'));
  }
  return value;
}

function checkEntry(name: ProfileList, { severity, since, status, until }: ProfileEntry): void {
  const expected = (status === undefined) === (name === 'vaccinations');
  check(expected, () => malformed('a status where none belongs, or none'));
  const severe = severity !== undefined && name !== 'allergies';
  check(!severe, () => malformed('a severity of something else than an allergy'));
  check(until === undefined || status === 'past', () => malformed('an end of what goes on'));
  if (since === undefined || until === undefined) return;
  const shared = Math.min(since.length, until.length);
  const inOrder = since.slice(0, shared) <= until.slice(0, shared);
  check(inOrder, () => malformed('an end before the beginning'));
}
