/** Messages in English: deleting one's account, or keeping it. */
import type {
  leaving as french,
  leavingErrors as frenchErrors,
  leavingNotices as frenchNotices,
} from './fr-leaving';

type Strings<T> = { readonly [K in keyof T]: T[K] extends string ? string : Strings<T[K]> };

export const leaving: Strings<typeof french> = {
  title: 'Delete my account',
  link: 'Delete my account',
  linkText: 'Erase everything at this host, with time to change your mind',
  goes: 'What goes',
  stays: 'What stays elsewhere',
  patient: {
    goes: 'Your account and all of your vault: documents and versions, health profile, authorisations, shares, deposits and journal.',
    stays:
      'What professionals or others have already downloaded, printed or written down stays with them: nobody can take it back.',
    meanwhile:
      'Until then nobody else reaches your vault, and nothing can be added to it. You can read everything and take it along.',
  },
  professional: {
    goes: 'Your account: address, keyring, place in the directory. The authorisations that patients gave you open nothing any more.',
    stays:
      'What you opened and deposited stays in your patients’ journals, with your name, your RPPS number and your key: it is theirs.',
    meanwhile: 'Until then you can read, and add nothing.',
  },
  here: 'What you keep on your devices stays there until you erase it.',
  backups: 'The host’s backups still hold it, encrypted, until they run out. Ask your host how long that is.',
  wait_one: 'The account is deleted {{count}} day after you ask. Until then you can keep it.',
  wait_other: 'The account is deleted {{count}} days after you ask. Until then you can keep it.',
  atOnce: 'This host deletes the account at once: there is no time to change your mind.',
  export: 'Take everything with you first',
  password: 'Your password',
  passwordHint: 'It has to be typed again: an unlocked screen must not be enough.',
  ask: 'Delete my account',
  asking: 'Asking…',
  until: 'Your account will be deleted on {{until}}.',
  banner: 'Your account will be deleted on {{until}}. Until then nothing can be added to it.',
  keep: 'Keep my account',
  receipt: 'Proof of the deletion',
  receiptText:
    'Once the account is erased, the host gives a signed receipt at this address, for one year. It does not say who you are: keep it, nobody can give it to you again.',
  receiptAddress: 'Address of the receipt',
  save: 'Save these details',
  file: 'coffre-deletion.txt',
  fileText:
    'Deletion of your Coffre account, due on {{until}}.\n\nThe signed receipt, afterwards and for one year:\n{{receipt}}\n\nTo verify it with the coffre command:\n{{verify}}\n',
};

export const leavingErrors: Strings<typeof frenchErrors> = {
  leaving: 'This account is to be deleted: keep it first to change anything in it.',
};

export const leavingNotices: Strings<typeof frenchNotices> = {
  deletion_asked: 'The deletion of your account was asked for',
  deletion_kept: 'Your account is kept: its deletion was called off',
  reader_left: 'A professional whom you authorised has deleted their account',
};
