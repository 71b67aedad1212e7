/**
 * What an emergency card says of a profile, in as few words as a QR code holds (spec chapter 10, "Card").
 *
 * Plain text: any telephone's camera shows it without network or program. Nothing in it is encrypted, which is the point. Owns its
 * lines and their limit; how the card looks is the business of who prints it.
 */
import { checkText, utf8 } from './encoding.ts';
import { check, limitExceeded, malformed } from './errors.ts';
import type { Profile, ProfileContact, ProfileEntry } from './profile.ts';

export const CARD_FIELDS = [
  'name',
  'birth_date',
  'blood_group',
  'allergies',
  'treatments',
  'problems',
  'implants',
  'directives',
  'contacts',
] as const;
export type CardField = (typeof CARD_FIELDS)[number];
/** Bytes: a QR code of level M, version 19 at most, that a telephone reads at 45 mm. */
export const MAX_CARD = 600;

const HEAD = 'URGENCE / EMERGENCY';
const NONE_KNOWN = 'aucun connu / none known';
const SEVERE = ' [GRAVE / SEVERE]';
const LISTS = {
  allergies: 'Allergies',
  treatments: 'Traitements / Medication',
  problems: 'Maladies / Conditions',
  implants: 'Implants',
  directives: 'Directives',
} as const;

/** Whose card it is, and the day (YYYY-MM-DD) on which it was made. */
export interface CardContext {
  readonly patient: string;
  readonly day: string;
}

/**
 * The card's lines, in the order of `CARD_FIELDS`. What the profile says nothing of has no line; entries that are past are left
 * out. Raises malformed for a card that says nothing; limit_exceeded for more than a code holds: nothing is left out to make it fit.
 */
export function cardText(
  profile: Profile,
  wanted: readonly CardField[],
  { patient, day }: CardContext,
): string {
  check(
    wanted.every((name) => CARD_FIELDS.includes(name)),
    () => malformed('not a field of the card'),
  );
  const lines = CARD_FIELDS.filter((name) => wanted.includes(name)).flatMap((name) =>
    linesOf(profile, name, patient),
  );
  check(lines.length > 0, () => malformed('a card that says nothing'));
  const text = [HEAD, ...lines, `Déclaré par le patient / Stated by the patient ${day}`].join('\n');
  check(utf8(text).length <= MAX_CARD, () => limitExceeded("more than a card's code holds"));
  return text;
}

/** The fields that the profile says something of. */
export function cardFieldsOf(profile: Profile): readonly CardField[] {
  return CARD_FIELDS.filter((name) => linesOf(profile, name, 'x').length > 0);
}

function linesOf(profile: Profile, name: CardField, patient: string): readonly string[] {
  switch (name) {
    case 'name':
      return [checkText(patient, 200)];
    case 'birth_date':
      return profile.birth_date === undefined ? [] : [`Né(e) / Born: ${profile.birth_date}`];
    case 'blood_group':
      return profile.blood_group === undefined ? [] : [`Groupe / Blood: ${profile.blood_group}`];
    case 'contacts':
      return (profile.contacts ?? []).map((contact) => `Contact: ${contactText(contact)}`);
    case 'allergies':
    case 'treatments':
    case 'problems':
    case 'implants':
    case 'directives':
      return listLines(profile, name);
  }
}

function listLines(profile: Profile, name: keyof typeof LISTS): readonly string[] {
  const none = (profile.none_known ?? []).some((one) => one === name);
  if (none) return [`${LISTS[name]}: ${NONE_KNOWN}`];
  const said = (profile[name] ?? []).filter(({ status }) => status === 'active').map(entryText);
  return said.length === 0 ? [] : [`${LISTS[name]}: ${said.join('; ')}`];
}

function entryText({ label, detail, severity }: ProfileEntry): string {
  return `${label}${detail === undefined ? '' : ` (${detail})`}${severity === 'high' ? SEVERE : ''}`;
}

function contactText({ name, relation, phone }: ProfileContact): string {
  const who = relation === undefined ? name : `${name} (${relation})`;
  return phone === undefined ? who : `${who} ${phone}`;
}
