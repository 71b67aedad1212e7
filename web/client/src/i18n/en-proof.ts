/** Messages in English about what proves the journal: checkpoints, and heads compared between two devices. */
import type { journalProof as french } from './fr-proof';

type Strings<T> = { readonly [K in keyof T]: T[K] extends string ? string : Strings<T[K]> };

export const journalProof: Strings<typeof french> = {
  none: 'The server has not sealed this journal together with the others yet.',
  checkpoint: 'Sealed by the server together with those of all vaults (checkpoint {{size}}).',
  since: 'What happened since {{time}} is not in it yet.',
  key: 'The server’s signing key was replaced in due form: a new one signs since {{time}}.',
  late: 'For more than a day the server has not sealed this journal. Tell the host.',
  compare: 'Proof, and comparing with another device',
  how: 'Open this page on the other device and type one of the codes that it shows. If they differ, the server shows two histories.',
  other: 'Code shown by the other device',
  check: 'Compare',
  results: {
    same: 'It is the same history.',
    fork: 'These are two different histories: the server does not show both devices the same. Keep both codes and tell the host.',
    shorter:
      'The other device has seen more. Reload this page; if nothing changes, the server holds back a part of the history here.',
    malformed: 'That is no code of a journal.',
  },
};
