/** A CDA R2 document as what a reader wants of it: who, when, by whom, and its sections or the file that it carries. Pure. */
import type { CdaWords } from '../words';
import { base64Of, narrativeOf, type Piece } from './narrative';
import { at, childrenOf, isNode, textOf, type XmlNode } from './tree';

export interface CdaDocument {
  readonly title: string;
  readonly facts: readonly { readonly term: string; readonly text: string }[];
  readonly confidential: boolean;
  readonly sections: readonly CdaSection[];
  /** What it carries instead of sections. */
  readonly carried?: { readonly mime: string; readonly bytes: Uint8Array<ArrayBuffer> } | undefined;
}

export interface CdaSection {
  readonly title: string;
  readonly pieces: readonly Piece[];
  readonly sections: readonly CdaSection[];
}

const MAX_SECTION_DEPTH = 5;
/** Registers of the French national health identity (INS): social security numbers, temporary ones, and of tests. */
const INS = /^1\.2\.250\.1\.213\.1\.4\.(?:8|9|10|11)$/;

export function readCda(root: XmlNode, words: CdaWords, locale: string): CdaDocument {
  const body = at(root, 'component', 'nonXMLBody', 'text');
  const bytes = body && base64Of(body);
  const title = textOf(at(root, 'title')) || (at(root, 'code')?.attributes['displayName'] ?? '');
  return {
    title: title || words.untitled,
    facts: factsOf(root, words, locale),
    confidential: ['R', 'V'].includes(at(root, 'confidentialityCode')?.attributes['code'] ?? ''),
    sections: sectionsOf(at(root, 'component', 'structuredBody'), 0),
    carried: bytes && { mime: body.attributes['mediaType'] ?? '', bytes },
  };
}

function sectionsOf(parent: XmlNode | undefined, depth: number): readonly CdaSection[] {
  if (depth > MAX_SECTION_DEPTH) return [];
  return childrenOf(parent, 'component').flatMap((component) =>
    childrenOf(component, 'section').map((section) => ({
      title: textOf(at(section, 'title')),
      pieces: narrativeOf(section),
      sections: sectionsOf(section, depth + 1),
    })),
  );
}

function factsOf(root: XmlNode, words: CdaWords, locale: string): CdaDocument['facts'] {
  const role = at(root, 'recordTarget', 'patientRole');
  const patient = at(role, 'patient');
  const gender = at(patient, 'administrativeGenderCode')?.attributes['code'] ?? '';
  const event = at(root, 'documentationOf', 'serviceEvent');
  const signer = at(root, 'legalAuthenticator');
  const facts = [
    { term: words.patient, text: personName(at(patient, 'name')) },
    { term: words.born, text: momentText(at(patient, 'birthTime'), locale) },
    { term: words.gender, text: words.genders[gender] ?? '' },
    { term: words.identifiers, text: childrenOf(role, 'id').map(identifier).filter(Boolean).join(', ') },
    { term: words.type, text: at(root, 'code')?.attributes['displayName'] ?? '' },
    { term: words.date, text: momentText(at(root, 'effectiveTime'), locale) },
    ...childrenOf(root, 'author').map((author) => ({
      term: words.author,
      text: entityName(at(author, 'assignedAuthor')),
    })),
    { term: words.signedBy, text: entityName(at(signer, 'assignedEntity')) },
    {
      term: words.event,
      text: joined([
        at(event, 'code')?.attributes['displayName'] ?? '',
        momentText(at(event, 'effectiveTime', 'low') ?? at(event, 'effectiveTime'), locale),
        entityName(at(event, 'performer', 'assignedEntity')),
      ]),
    },
    {
      term: words.custodian,
      text: textOf(at(root, 'custodian', 'assignedCustodian', 'representedCustodianOrganization', 'name')),
    },
  ];
  return facts.filter(({ text }) => text !== '');
}

function identifier({ attributes: { root = '', extension = '' } }: XmlNode): string {
  if (extension === '' || extension.length > 80) return '';
  return INS.test(root) ? `INS ${extension}` : extension;
}

function entityName(entity: XmlNode | undefined): string {
  return joined([
    personName(at(entity, 'assignedPerson', 'name')),
    at(entity, 'code')?.attributes['displayName'] ?? '',
    textOf(at(entity, 'representedOrganization', 'name')),
  ]);
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(', ');
}

/** Prefix, given and family names; of two family names the one in use, with the one of birth behind it. */
function personName(name: XmlNode | undefined): string {
  if (name === undefined) return '';
  if (!name.children.some(isNode)) return textOf(name);
  const texts = (part: string, of: (qualifier: string) => boolean) =>
    childrenOf(name, part)
      .filter(({ attributes }) => of(attributes['qualifier'] ?? ''))
      .map(textOf);
  const any = () => true;
  const isBirth = (qualifier: string) => qualifier.split(/\s+/).includes('BR');
  const given = [...new Set(texts('given', any).flatMap((text) => text.split(' ')))].join(' ');
  const [inUse] = texts('family', (qualifier) => !isBirth(qualifier));
  const [birth] = texts('family', isBirth);
  const family =
    inUse !== undefined && birth !== undefined && inUse !== birth ? `${inUse} (${birth})` : inUse;
  return [...texts('prefix', any), given, family ?? birth ?? ''].filter((part) => part !== '').join(' ');
}

/** HL7's time stamps, `YYYYMMDDhhmmss±zzzz` cut anywhere; times as they stand where they were written. */
export function momentText(node: XmlNode | undefined, locale: string): string {
  const value = node?.attributes['value'] ?? '';
  const [, year, month, day, hour, minute] = /^(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?/.exec(value) ?? [];
  if (year === undefined) return '';
  const [y, m, d] = [Number(year), Number(month ?? 1) - 1, Number(day ?? 1)];
  const date = new Date(Date.UTC(y, m, d, Number(hour ?? 0), Number(minute ?? 0)));
  const style: Intl.DateTimeFormatOptions =
    day === undefined
      ? { year: 'numeric', ...(month === undefined ? {} : { month: 'long' as const }) }
      : { dateStyle: 'long', ...(minute === undefined ? {} : { timeStyle: 'short' as const }) };
  return new Intl.DateTimeFormat(locale, { ...style, timeZone: 'UTC' }).format(date);
}
