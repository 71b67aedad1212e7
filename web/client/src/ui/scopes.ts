/**
 * What a grant proposes for a profession, and who is given none (vault/data/profession_sections.tsv and not_grantable.tsv,
 * sources named there). Pure tables; the command line reads the same files.
 */
import refusals from '../../../../vault/data/not_grantable.tsv?raw';
import table from '../../../../vault/data/profession_sections.tsv?raw';
import type { Language, ProfessionCode, Right, SectionKind } from './models';

export interface Scope {
  readonly sections: readonly SectionKind[];
  readonly rights: readonly Right[];
}

/** Someone to whom nobody can give access, with the reason that is shown. */
export interface NotGrantable {
  readonly kind: string;
  readonly label: Readonly<Record<Language, string>>;
  readonly why: Readonly<Record<Language, string>>;
}

/** Of the table of scopes. */
export const SCOPE_VERSION = /version (\d+)/.exec(table)?.[1] ?? '';

const SCOPES: ReadonlyMap<string, Scope> = new Map(
  rowsOf(table).map(([profession = '', sections = '', rights = '']) => [
    profession,
    { sections: sections.split(',') as SectionKind[], rights: rights.split(',') as Right[] },
  ]),
);

export const NOT_GRANTABLE: readonly NotGrantable[] = rowsOf(refusals).map(
  ([kind = '', fr = '', en = '', whyFr = '', whyEn = '']) => ({
    kind,
    label: { fr, en },
    why: { fr: whyFr, en: whyEn },
  }),
);

/** What is proposed for a profession; without one, for whoever comes by an invitation. */
export function scopeOf(profession?: ProfessionCode): Scope {
  const none: Scope = { sections: [], rights: ['read'] };
  return SCOPES.get(profession ?? 'invitation') ?? SCOPES.get('invitation') ?? none;
}

/** The lines after the comments and the columns' names. */
function rowsOf(text: string): readonly (readonly string[])[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.slice(1).map((line) => line.split('\t'));
}
