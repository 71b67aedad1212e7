/** Messages in English: what a link gave, to be kept in a vault, and health cards of other issuers. */
import type { received as french } from './fr-received';

type Strings<T> = { readonly [K in keyof T]: T[K] extends string ? string : Strings<T[K]> };

export const received: Strings<typeof french> = {
  name: {
    ask: 'Ask who opens it for their name',
    askHint: 'They write what they like; the name stands in your journal.',
    none: 'The person who shares will see that their documents were opened.',
    said: 'said to be “{{name}}”',
    unnamed: 'no name asked',
    openings: 'Openings',
  },
  clients: {
    android: 'Android phone or tablet',
    ios: 'iPhone or iPad',
    linux: 'Linux computer',
    macos: 'Mac',
    other: 'other device or software',
    windows: 'Windows computer',
  },
  keep: {
    title: 'Keep these documents',
    text: 'They are encrypted anew, for that vault. You choose which ones, their titles and sections in the next step.',
    vault: 'Patient’s record',
    own: 'Add to my vault',
    patient: 'Deposit in this record',
    byLink: 'Deposit for another patient, by their deposit link',
    none: 'No vault lets you add documents.',
    large: 'Documents over 20 MB do not come along: save them, then add them.',
    check: 'Make sure that it is this person: the link comes from elsewhere.',
    signIn:
      'A professional, or a patient with a vault? Sign in, then open this link from your patients or your shares to keep the documents.',
  },
  card: {
    unverified: 'The signature of this card was not verified: only its issuer can confirm it.',
    issuer: 'Issuer, as the card says',
    issued: 'Issued on',
    holder: 'Holder',
    holds: 'Contents',
    kinds: {
      AllergyIntolerance: 'Allergy',
      Condition: 'Health problem',
      DiagnosticReport: 'Report',
      Immunization: 'Vaccination',
      MedicationRequest: 'Medication',
      MedicationStatement: 'Medication',
      Observation: 'Result',
      Procedure: 'Procedure',
    },
  },
};
