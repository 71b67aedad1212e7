/**
 * What a person reads in a patient summary, ours or another issuer's (spec chapter 10, "Reading").
 *
 * Owns how a FHIR `document` bundle becomes sections and lines of plain text. It believes nothing that it reads: texts are cleaned
 * and cut, references that lead nowhere are left out, markup becomes text.
 */
const MAX_SECTIONS = 100;
/** Entries that are looked at, of all sections together. */
const MAX_ITEMS = 1000;
const MAX_TEXT = 1000;
const MAX_LINES = 200;
const MAX_DETAILS = 50;
const MAX_LIST = 100;
const MAX_ENTRIES = 100_000;
const MAX_DEPTH = 4;
const MAX_MARKUP = 50_000;

const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/gu;
const BREAK = /<(?:br|\/p|\/li|\/tr|\/div|\/h[1-6])(?![A-Za-z0-9])[^<>]*>/gi;
const TAG = /<[^<>]*>/g;
const SPACE = /[ \t\r\n\u00a0]+/g;
const ENTITY = /&(?:(amp|lt|gt|quot|apos|nbsp)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));/g;
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};
const CONCEPTS = ['code', 'vaccineCode', 'medicationCodeableConcept', 'type', 'policyRule'];
const REFERENCES = ['medicationReference', 'device'];
const BEGINNINGS = [
  'onsetDateTime',
  'effectiveDateTime',
  'occurrenceDateTime',
  'occurrenceString',
  'performedDateTime',
  'timingDateTime',
  'dateTime',
];
const PERIODS = ['onsetPeriod', 'effectivePeriod', 'performedPeriod', 'timingPeriod'];
const DENIED = ['refuted', 'entered-in-error'];

type JsonRecord = Readonly<Record<string, unknown>>;
const NOTHING: JsonRecord = {};

/** One line of a section. `status` and `severity` are codes where there are any; dates are as written. Texts may be empty. */
export interface SummaryItem {
  readonly label: string;
  readonly value: string;
  readonly status: string;
  readonly severity: string;
  readonly since: string;
  readonly until: string;
  readonly details: readonly string[];
}

/** `code` is LOINC's, if any; `empty` the code of why there is no item; `narrative` the text in lines. */
export interface SummarySection {
  readonly code: string;
  readonly title: string;
  readonly empty: string;
  readonly items: readonly SummaryItem[];
  readonly narrative: readonly string[];
}

/** Somebody to call. */
export interface SummaryContact {
  readonly name: string;
  readonly relation: string;
  readonly phone: string;
}

/** A document that is made of sections. Texts may be empty; dates are as written. */
export interface Summary {
  readonly title: string;
  readonly date: string;
  readonly patient: string;
  readonly birthDate: string;
  readonly gender: string;
  readonly contacts: readonly SummaryContact[];
  readonly sections: readonly SummarySection[];
}

/** The summary in a parsed FHIR bundle; undefined when it is no document with a composition. */
export function readSummary(bundle: JsonRecord): Summary | undefined {
  const resources = new Resources(bundle);
  const composition = resources.ofType('Composition');
  if (bundle['type'] !== 'document' || composition === undefined) return undefined;
  const patient = resources.ofType('Patient') ?? NOTHING;
  return {
    title: textOf(composition, 'title'),
    date: textOf(composition, 'date') || textOf(bundle, 'timestamp'),
    patient: nameOf(patient),
    birthDate: textOf(patient, 'birthDate'),
    gender: textOf(patient, 'gender'),
    contacts: contactsOf(patient),
    sections: sectionsOf(composition, resources),
  };
}

/** A bundle's resources, found by what references say: a full address, or a type and an id. */
class Resources {
  private readonly all: JsonRecord[] = [];
  private readonly byName = new Map<string, JsonRecord>();

  constructor(bundle: JsonRecord) {
    for (const entry of records(bundle['entry'], MAX_ENTRIES)) {
      const { fullUrl, resource } = entry;
      if (!isRecord(resource)) continue;
      this.all.push(resource);
      const { resourceType, id } = resource;
      const plain = typeof resourceType === 'string' && typeof id === 'string';
      for (const name of [fullUrl, plain ? `${resourceType}/${id}` : undefined]) {
        if (typeof name === 'string' && !this.byName.has(name)) this.byName.set(name, resource);
      }
    }
  }

  ofType(type: string): JsonRecord | undefined {
    return this.all.find((resource) => resource['resourceType'] === type);
  }

  /** What a reference leads to. */
  find(reference: unknown): JsonRecord | undefined {
    const name = objectOf(reference)['reference'];
    return typeof name === 'string' ? this.byName.get(name) : undefined;
  }
}

function allSections(parent: JsonRecord, depth: number): readonly JsonRecord[] {
  return records(parent['section']).flatMap((section) => [
    section,
    ...(depth > 1 ? allSections(section, depth - 1) : []),
  ]);
}

function sectionsOf(composition: JsonRecord, resources: Resources): readonly SummarySection[] {
  let left = MAX_ITEMS;
  return allSections(composition, MAX_DEPTH)
    .slice(0, MAX_SECTIONS)
    .map((section) => {
      const entries = records(section['entry'], left);
      left -= entries.length;
      return sectionOf(section, entries, resources);
    });
}

function sectionOf(
  section: JsonRecord,
  entries: readonly JsonRecord[],
  resources: Resources,
): SummarySection {
  const items = entries
    .map((entry) => resources.find(entry))
    .filter((resource) => resource !== undefined)
    .map((resource) => itemOf(resource, resources));
  return {
    code: codeOf(section['code']),
    title: textOf(section, 'title') || conceptOf(section['code']),
    empty: codeOf(section['emptyReason']),
    items: items.filter(({ label }) => label !== ''),
    narrative: narrativeOf(section),
  };
}

function itemOf(resource: JsonRecord, resources: Resources): SummaryItem {
  const linked = REFERENCES.map((name) => resources.find(resource[name])).find(Boolean) ?? NOTHING;
  const narrative = narrativeOf(resource);
  const label = labelOf(resource) || labelOf(linked) || cut(narrative.join(' '));
  const details = detailsOf(resource, linked).filter(Boolean);
  if (textOf(objectOf(resource['text']), 'status') === 'additional') {
    details.push(...narrative.filter((line) => line !== label));
  }
  const periods = PERIODS.map((name) => objectOf(resource[name]));
  return {
    label,
    value: valueOf(resource),
    status: statusOf(resource),
    severity: textOf(resource, 'criticality') || conceptOf(resource['severity']),
    since: first([
      ...BEGINNINGS.map((name) => textOf(resource, name)),
      ...periods.map((period) => textOf(period, 'start')),
    ]),
    until: first([textOf(resource, 'abatementDateTime'), ...periods.map((period) => textOf(period, 'end'))]),
    details: details.slice(0, MAX_DETAILS),
  };
}

function statusOf(resource: JsonRecord): string {
  const clinical = codeOf(resource['clinicalStatus']);
  const verified = codeOf(resource['verificationStatus']);
  // What was found to be wrong says so, whatever else is said of it.
  const said = DENIED.includes(verified) ? verified : clinical || verified;
  return said || textOf(resource, 'status');
}

function labelOf(resource: JsonRecord): string {
  const names =
    resource['resourceType'] === 'Consent'
      ? [textOf(objectOf(resource['policyRule']), 'text'), ...records(resource['category']).map(conceptOf)]
      : CONCEPTS.map((name) => conceptOf(resource[name]));
  return first([...names, ...records(resource['deviceName']).map((one) => textOf(one, 'name'))]);
}

function detailsOf(resource: JsonRecord, linked: JsonRecord): string[] {
  const reactions = records(resource['reaction']).flatMap((one) => records(one['manifestation']));
  const dosages = ['dosage', 'dosageInstruction'].flatMap((name) => records(resource[name]));
  return [
    ...reactions.map(conceptOf),
    ...dosages.map((one) => textOf(one, 'text')),
    textOf(linked, 'modelNumber'),
    textOf(resource, 'conclusion'),
    ...records(resource['component']).map((one) => trimmed(`${conceptOf(one['code'])} ${valueOf(one)}`)),
    ...records(resource['note']).map((note) => textOf(note, 'text')),
  ];
}

function valueOf(resource: JsonRecord): string {
  const quantity = objectOf(resource['valueQuantity']);
  const number = quantity['value'];
  // Beyond these, languages write numbers each in its way.
  if (typeof number === 'number' && (number === 0 || (Math.abs(number) >= 1e-4 && Math.abs(number) < 1e15))) {
    return trimmed(`${String(number === 0 ? 0 : number)} ${textOf(quantity, 'unit')}`);
  }
  return conceptOf(resource['valueCodeableConcept']) || textOf(resource, 'valueString');
}

function nameOf(patient: JsonRecord): string {
  return first(
    records(patient['name']).map((name) => {
      const parts = [...listOf(name['given']), name['family']];
      return textOf(name, 'text') || clean(parts.filter((one) => typeof one === 'string').join(' '));
    }),
  );
}

function contactsOf(patient: JsonRecord): readonly SummaryContact[] {
  return records(patient['contact'], MAX_DETAILS)
    .map((contact) => ({
      name: nameOf({ name: [contact['name']] }),
      relation: first(records(contact['relationship']).map(conceptOf)),
      phone: first(records(contact['telecom']).map((one) => textOf(one, 'value'))),
    }))
    .filter(({ name }) => name !== '');
}

function narrativeOf(resource: JsonRecord): readonly string[] {
  const markup = objectOf(resource['text'])['div'];
  if (typeof markup !== 'string') return [];
  const head = Array.from(markup.slice(0, 2 * MAX_MARKUP))
    .slice(0, MAX_MARKUP)
    .join('');
  return head
    .replace(SPACE, ' ')
    .replace(BREAK, '\n')
    .replace(TAG, ' ')
    .split('\n')
    .map((line) => clean(trimmed(line.replace(ENTITY, character).replace(SPACE, ' '))))
    .filter((line) => line !== '')
    .slice(0, MAX_LINES);
}

function character(_entity: string, named?: string, decimal?: string, hex?: string): string {
  if (named !== undefined) return NAMED[named] ?? '';
  const number = decimal === undefined ? parseInt(hex ?? '', 16) : parseInt(decimal, 10);
  const exists = number <= 0x10ffff && !(number >= 0xd800 && number <= 0xdfff);
  return exists ? String.fromCodePoint(number) : '';
}

function conceptOf(value: unknown): string {
  const concept = objectOf(value);
  const codings = records(concept['coding']);
  return first([
    textOf(concept, 'text'),
    ...codings.map((one) => textOf(one, 'display')),
    ...codings.map((one) => textOf(one, 'code')),
  ]);
}

function codeOf(value: unknown): string {
  return first(records(objectOf(value)['coding']).map((one) => textOf(one, 'code')));
}

/** A text of someone else's: nothing hidden, NFC, at most 1,000 characters. */
function clean(text: string): string {
  return cut(text.replace(HIDDEN, '').normalize('NFC'));
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : Array.from(text).slice(0, MAX_TEXT).join('');
}

/** Without spaces around it, and no other characters: languages differ in what else is white space. */
function trimmed(text: string): string {
  return text.replace(/^ +| +$/g, '');
}

function first(texts: readonly string[]): string {
  return texts.find((text) => text !== '') ?? '';
}

function textOf(source: JsonRecord, name: string): string {
  const value = source[name];
  return typeof value === 'string' ? clean(value) : '';
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectOf(value: unknown): JsonRecord {
  return isRecord(value) ? value : NOTHING;
}

function listOf(value: unknown, limit = MAX_LIST): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]).slice(0, limit) : [];
}

function records(value: unknown, limit = MAX_LIST): readonly JsonRecord[] {
  return listOf(value, limit).filter(isRecord);
}
