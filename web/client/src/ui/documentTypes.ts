/**
 * The document types of the French record (vault/data/document_types.tsv, source named there), grouped under the plain
 * words that patients file under. The grouping is ours: by class, then by the few codes that stand apart.
 */
import table from '../../../../vault/data/document_types.tsv?raw';
import { ENGLISH_TYPE_LABELS } from './documentTypeLabels';
import type { Language, SectionKind } from './models';

export interface DocumentType {
  readonly code: string;
  readonly french: string;
  /** Section that it is proposed for. */
  readonly section: SectionKind;
}

const SECTION_OF_CLASS: Readonly<Record<string, SectionKind>> = {
  '10': 'reports',
  '11': 'summary',
  '31': 'imaging',
  '42': 'prescriptions',
  '43': 'prescriptions',
  '44': 'prescriptions',
  '45': 'prescriptions',
  '52': 'certificates',
  '60': 'reimbursements',
  '90': 'other',
  '95': 'administrative',
};

const SECTION_OF_CODE: Readonly<Record<string, SectionKind>> = {
  '11502-2': 'laboratory',
  DOCPAT05: 'laboratory',
  DOCPAT06: 'prevention',
  '75482-0': 'prevention',
  '75492-9': 'prevention',
  '83869-8': 'prevention',
  '68817-6': 'prevention',
  '96173-0': 'laboratory',
  '11369-6': 'vaccinations',
  '87273-9': 'vaccinations',
  '96874-3': 'vaccinations',
  '74465-6': 'questionnaires',
  EXPPAT_1: 'rights',
  EXPPAT_3: 'directives',
};

/** Order in which people look for them. */
export const PLAIN_CLASSES: readonly SectionKind[] = [
  'prescriptions',
  'laboratory',
  'imaging',
  'reports',
  'summary',
  'vaccinations',
  'prevention',
  'certificates',
  'administrative',
  'directives',
  'rights',
  'questionnaires',
  'reimbursements',
  'other',
];

export const DOCUMENT_TYPES: readonly DocumentType[] = parse(table);
const BY_CODE: ReadonlyMap<string, DocumentType> = new Map(DOCUMENT_TYPES.map((type) => [type.code, type]));

/** The label in the reader's language; `lang` is set when only the French one exists. Unknown codes show as they are. */
export function documentTypeLabel(
  code: string,
  language: Language,
): { readonly text: string; readonly lang?: 'fr' } {
  const type = BY_CODE.get(code);
  if (!type) return { text: code };
  if (language === 'fr') return { text: type.french };
  const english = ENGLISH_TYPE_LABELS[code];
  return english === undefined ? { text: type.french, lang: 'fr' } : { text: english };
}

/** The section proposed for a type. */
export function sectionForType(code: string): SectionKind {
  return BY_CODE.get(code)?.section ?? 'other';
}

export function typesOf(section: SectionKind): readonly DocumentType[] {
  return DOCUMENT_TYPES.filter((type) => type.section === section);
}

function parse(text: string): readonly DocumentType[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('code\t'))
    .map((line) => {
      const [code = '', group = '', , label = ''] = line.split('\t');
      const french = label.replaceAll("'", '’');
      return { code, french, section: SECTION_OF_CODE[code] ?? SECTION_OF_CLASS[group] ?? 'other' };
    });
}
