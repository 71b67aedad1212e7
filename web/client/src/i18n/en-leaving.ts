/** Messages in English: deleting one's account, or keeping it. */
import type {
  leaving as french,
  leavingErrors as frenchErrors,
  leavingNotices as frenchNotices,
  receipt as frenchReceipt,
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
  ask: 'Delete my account',
  asking: 'Asking…',
  until: 'Your account will be deleted on {{until}}.',
  banner: 'Your account will be deleted on {{until}}. Until then nothing can be added to it.',
  keep: 'Keep my account',
  receipt: 'Proof of the deletion',
  receiptText:
    'Once the account is erased, the host gives a signed receipt, for one year. This page verifies it, without an account. Its address does not say who you are: keep it, nobody can give it to you again.',
  receiptAddress: 'Page of the receipt',
  save: 'Save these details',
  file: 'coffre-deletion.txt',
  fileText:
    'Deletion of your Coffre account, due on {{until}}.\n\nThe signed receipt, afterwards and for one year, verified by this page:\n{{receipt}}\n\nOr by the coffre command:\n{{verify}}\n',
};

export const receipt: Strings<typeof frenchReceipt> = {
  title: 'Receipt of a deletion',
  lead: 'What the host signed after erasing an account. The receipt does not say whose.',
  holds:
    'The receipt is genuine: it is signed by the key that the server had when the deletion was asked for, or by one that followed it.',
  none: 'No receipt',
  noneText:
    'The account is not erased yet, or was erased more than a year ago: receipts are kept for one year.',
  refused: 'This receipt does not hold',
  refusedText:
    'It is not signed by the expected key, or is about another request. Make sure that the link is complete; else ask the host to explain.',
  role: 'Account',
  roles: { patient: 'Patient, with the vault', professional: 'Professional' },
  requested: 'Deletion asked for on',
  erased: 'Account erased on',
  objects: 'Files erased',
  rows: 'Rows erased from the database',
  proves:
    'The receipt proves that the host says so, and cannot deny it later. It does not prove that no copy exists: backups go later.',
  save: 'Save the receipt',
  file: 'coffre-receipt.txt',
  incomplete: 'This link is not complete',
  incompleteText:
    'A part of the address is missing or was changed. Take the whole of it from where you kept it when you asked for the deletion.',
};

export const leavingErrors: Strings<typeof frenchErrors> = {
  leaving: 'This account is to be deleted: keep it first to change anything in it.',
};

export const leavingNotices: Strings<typeof frenchNotices> = {
  deletion_asked: 'The deletion of your account was asked for',
  deletion_kept: 'Your account is kept: its deletion was called off',
  reader_left: 'A professional whom you authorised has deleted their account',
};
