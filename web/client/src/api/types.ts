/** What the server answers to each request, as it is read here (HTTP API v1). Nothing in it is verified yet. */
import {
  normaliseAddress,
  type AccountId,
  type DocumentId,
  type GrantId,
  type SectionId,
  type UploadId,
  type VaultId,
} from '../crypto/encoding.ts';
import { entryFromWire, pageFromWire, type Page } from '../crypto/journal.ts';
import { bytes, bytesBetween, checkedText, id, integer, list, oneOf, optional } from '../crypto/shapes.ts';
import { signedFromWire } from '../crypto/statements.ts';
import { answer, many, read, string, type Reader } from './answers.ts';

const MAX_KEYRING = 8 << 20;
const MAX_BUNDLE = 2 << 20;
const MAX_METADATA = 1 << 20;
const role = oneOf('patient', 'professional');
const address = checkedText(normaliseAddress);
const signed = read(signedFromWire);
const entry = read(entryFromWire);

/** What the host allows; sizes in bytes. */
export const readServer = answer({
  name: string(100),
  origin: string(300),
  public_key: bytes(32),
  directory_key: optional(bytes(32)),
  /** Whether signing up needs a code that was mailed to the address. */
  confirm_address: optional(read((value) => value === true)),
  /** Whom people write to, in the host's own words. */
  contact: optional(string(200)),
  time: integer(),
  limits: read(
    answer({
      max_document_bytes: integer(1),
      part_size: integer(1),
      share_max_bytes: integer(1),
      invitation_max_days: integer(1),
      grant_max_days: integer(1),
      share_max_days: integer(1),
    }),
  ),
});
export type ServerAnswer = ReturnType<typeof readServer>;

export const readCodeSent = answer({ seconds: integer() });
export const readCreated = answer({
  account: id<AccountId>(),
  vault: optional(id<VaultId>()),
  csrf: string(200),
});
export const readChallenge = answer({ challenge: bytes(32) });
export const readPasswordChallenge = answer({
  challenge: bytes(32),
  salt: bytes(16),
  m: integer(),
  t: integer(),
  p: integer(),
});

const sessionMembers = {
  account: id<AccountId>(),
  role,
  address,
  vault: optional(id<VaultId>()),
  csrf: string(200),
  deletion_due: optional(integer()),
} as const;
export const readSession = answer(sessionMembers);
export type SessionAnswer = ReturnType<typeof readSession>;
export const readSignedIn = answer({
  ...sessionMembers,
  keyring: bytesBetween(1, MAX_KEYRING),
  keyring_sequence: integer(1),
});
export type SignedInAnswer = ReturnType<typeof readSignedIn>;

/** Where the account is signed in: the server's word, shown as that. `current`: the session that asks. */
export const readSessions = answer({
  sessions: many(
    answer({
      id: string(32),
      created: integer(),
      expires: integer(),
      client: optional(string(32)),
      current: read((value) => value === true),
    }),
    1000,
  ),
});
export type SessionRow = ReturnType<typeof readSessions>['sessions'][number];
export const readStorage = answer({ stored: integer(), quota: optional(integer(1)) });

export const readKeyring = answer({ keyring: bytesBetween(1, MAX_KEYRING), sequence: integer(1) });
export const readSequence = answer({ sequence: integer(1) });

export const readVaults = answer({
  vaults: many(
    answer({
      vault: id<VaultId>(),
      role: oneOf('owner', 'grant'),
      grant: optional(id<GrantId>()),
      not_before: optional(integer()),
      not_after: optional(integer()),
      state: optional(string(20)),
      rights: optional(list(oneOf('add', 'read'))),
      sections: optional(list(id<SectionId>())),
    }),
  ),
});
export type VaultAnswer = ReturnType<typeof readVaults>['vaults'][number];

export const readPage: Reader<Page> = pageFromWire;
export const readAppended = answer({ entry });
export const readOpened = answer({
  opened: many(
    answer({
      entry,
      header: bytesBetween(1, 65_536),
      document: string(32),
      version: integer(1),
      author_metadata: optional(bytesBetween(1, MAX_METADATA)),
    }),
    50,
  ),
});
export type OpenedAnswer = ReturnType<typeof readOpened>['opened'][number];

const transfer = optional(oneOf('proxied', 'direct'));
export const readReserved = answer({
  upload: id<UploadId>(),
  part_size: integer(1),
  parts: integer(1),
  transfer,
});
export const readUpload = answer({
  upload: id<UploadId>(),
  length: integer(1),
  part_size: integer(1),
  parts: many(answer({ number: integer(1), sha256: bytes(32) }), 10_000),
  transfer,
});
/** The uploads of objects that went together, in their order. */
export const readObjects = answer({ uploads: list(id<UploadId>(), { max: 64 }) });
/** Where one part may go straight to the store. */
export const readPartUrl = answer({ url: string(8192) });

export const readInvitation = answer({
  vault: id<VaultId>(),
  grant: id<GrantId>(),
  bundle: bytesBetween(1, MAX_BUNDLE),
  entry,
  owner_card: signed,
  size: integer(1),
  head: bytes(32),
});
export type InvitationAnswer = ReturnType<typeof readInvitation>;
export const readBundle = answer({ bundle: bytesBetween(1, MAX_BUNDLE), vault: id<VaultId>() });

/** The owner's own words about the inbox, and the position for the next statement. */
export const readInbox = answer({
  vault: signed,
  rotation: optional(signed),
  size: integer(1),
  head: bytes(32),
});

/** The account's own deposits in a vault. */
export const readOwnDeposits = answer({
  deposits: many(
    answer({
      document: id<DocumentId>(),
      version: integer(1),
      section: id<SectionId>(),
      manifest: bytes(32),
      time: integer(1),
    }),
    10_000,
  ),
  size: integer(1),
  head: bytes(32),
});

/** Where a request for another term would stand. */
export const readAsking = answer({
  vault: id<VaultId>(),
  sequence: integer(1),
  size: integer(1),
  head: bytes(32),
});

/** Professionals with their cards, each of which verifies by itself, and what the operator signed about them. */
export const readDirectory = answer({
  professionals: many(answer({ card: signed, entry: optional(signed) }), 100),
});
export type DirectoryAnswer = ReturnType<typeof readDirectory>['professionals'][number];

/** Files of a share: each embedded, or at a location of its own. */
export const readShareFiles = answer({
  files: many(
    answer({
      contentType: string(100),
      embedded: optional(string(64 << 20)),
      location: optional(string(2000)),
    }),
    100,
  ),
});
