/** Messages in English: the directory, comparing keys, authorising a known professional. */
import type { directory as french } from './fr-directory';

type Strings<T> = { readonly [K in keyof T]: T[K] extends string ? string : Strings<T[K]> };

export const directory: Strings<typeof french> = {
  title: 'Give a professional access',
  lead: 'You are with them, or you know their RPPS number.',
  scanTitle: 'Scan their code',
  scanText: 'In their app, the professional opens “My key”.',
  number: 'RPPS number, or the fifteen words of their key',
  numberHint: 'Eleven digits, on their prescriptions.',
  find: 'Look up',
  finding: 'Looking in the directory…',
  other: 'Look up someone else',
  verified: 'Verified by the directory',
  unverified: 'Not verified',
  refused: 'Refused by the host',
  refusedText: 'The host refused this professional: they cannot be given access.',
  compareTitle: 'Compare their key',
  compareText:
    'Ask them to open “My key” and read these words together. If they differ, go no further: someone is posing as them.',
  compared: 'The fifteen words are the same as on their screen',
  confirmed: 'Key confirmed',
  unverifiedText:
    'The directory does not vouch for their identity. Go on only if you met them and know who they are.',
  met: 'I met them and know who they are',
  submit: 'Open my vault to {{name}}',
  needed: 'First confirm what stands above.',
  mine: 'My key',
  mineLead: 'Show this code to the patient: they give you access by scanning it, or by comparing the words.',
  words: 'The key’s words',
  fingerprint: 'Fingerprint',
  link: 'Link',
  byDirectory: 'By their code or RPPS number',
  changedTitle: 'The directory’s key has changed',
  changedText:
    'The directory signed with another key until now. Ask your host by another way for the new one’s identifier, and enter it here.',
  keyId: 'Identifier of the new key',
  accept: 'Pin this key',
};
