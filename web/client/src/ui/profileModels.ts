/**
 * View models of the health profile, of patient summaries and of the emergency card.
 *
 * Texts are empty where nothing was said. Dates of a profile are YYYY, YYYY-MM or YYYY-MM-DD.
 */
export const PROFILE_LISTS = [
  'allergies',
  'treatments',
  'problems',
  'vaccinations',
  'implants',
  'directives',
] as const;
export type ProfileList = (typeof PROFILE_LISTS)[number];
export const MAY_BE_NONE: readonly ProfileList[] = ['allergies', 'treatments', 'problems'];
export const BLOOD_GROUPS = ['A+', 'A-', 'AB+', 'AB-', 'B+', 'B-', 'O+', 'O-'] as const;
export type BloodGroup = (typeof BLOOD_GROUPS)[number];
export type Gender = 'female' | 'male' | 'other';

export interface ProfileEntryView {
  readonly label: string;
  readonly detail: string;
  readonly note: string;
  readonly since: string;
  readonly until: string;
  readonly past: boolean;
  /** Of allergies. */
  readonly severity?: 'high' | 'low' | undefined;
  /** Kept as it came: the app does not show codes. */
  readonly code?: { readonly code: string; readonly system: string } | undefined;
}

export interface ProfileContactView {
  readonly name: string;
  readonly relation: string;
  readonly phone: string;
}

export interface ProfileView {
  readonly birthDate: string;
  readonly bloodGroup?: BloodGroup | undefined;
  readonly gender?: Gender | undefined;
  readonly lists: Readonly<Record<ProfileList, readonly ProfileEntryView[]>>;
  readonly contacts: readonly ProfileContactView[];
  readonly noneKnown: readonly ProfileList[];
  /** A version was saved, so that there is something to share. */
  readonly saved: boolean;
}

export interface SummaryItemView {
  readonly label: string;
  readonly value: string;
  readonly status: string;
  readonly severity: string;
  readonly since: string;
  readonly until: string;
  readonly details: readonly string[];
}

export interface SummarySectionView {
  /** LOINC's, if any. */
  readonly code: string;
  readonly title: string;
  /** Code of why there is no item. */
  readonly empty: string;
  readonly items: readonly SummaryItemView[];
  /** What the issuer wrote, in lines. */
  readonly narrative: readonly string[];
}

/** A patient summary, of ours or of another issuer's. Texts may be empty, dates are as written. */
export interface SummaryView {
  readonly title: string;
  readonly date: string;
  readonly patient: string;
  readonly birthDate: string;
  readonly gender: string;
  readonly contacts: readonly ProfileContactView[];
  readonly sections: readonly SummarySectionView[];
}

/** Those of `crypto/card.ts`, which says in which order they stand. */
export type CardField =
  | 'name'
  | 'birth_date'
  | 'blood_group'
  | 'allergies'
  | 'treatments'
  | 'problems'
  | 'implants'
  | 'directives'
  | 'contacts';

/** What a card can say, and of what was chosen its text; `tooLong` when a code does not hold that. */
export interface CardView {
  readonly available: readonly CardField[];
  readonly text: string;
  readonly tooLong: boolean;
}
