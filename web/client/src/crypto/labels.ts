/** Every domain-separation label of chapter 0, each with one use. Nothing else in `src/crypto` spells a label. */

export const KEY_ID = 'coffre/v1/key-id';
export const SERVER_KEY_ID = 'coffre/v1/server-key-id';
export const DIRECTORY_KEY_ID = 'coffre/v1/directory-key-id';
export const PW_SALT = 'coffre/v1/password-salt';
export const PW_UNLOCK = 'coffre/v1/password-unlock';
export const PW_LOGIN = 'coffre/v1/password-login';
export const PW_STANZA = 'coffre/v1/password-stanza';
export const KIT_IDENTITY = 'coffre/v1/kit-identity';
export const KIT_LOGIN = 'coffre/v1/kit-login';
export const PASSKEY_PRF = 'coffre/v1/passkey-prf';
export const PASSKEY_IDENTITY = 'coffre/v1/passkey-identity';
export const DEVICE_KEY = 'coffre/v1/device-key';
export const DEVICE_RECORD = 'coffre/v1/device-record';
export const SECTION_WRAP = 'coffre/v1/section/wrap';
export const SECTION_META = 'coffre/v1/section/meta';
export const SECTION_DROP = 'coffre/v1/section/drop';
export const SECTION_STANZA = 'coffre/v1/section-stanza';
export const SECTION_NAME = 'coffre/v1/section-name';
export const SECTION_LADDER = 'coffre/v1/section-ladder';
export const METADATA = 'coffre/v1/metadata';
export const AUTHOR_METADATA = 'coffre/v1/author-metadata';
export const AUTHOR_METADATA_BLOCK = 'coffre/v1/author-metadata-block';
export const HASH_HEADER = 'coffre/v1/hash/header';
export const HASH_METADATA = 'coffre/v1/hash/metadata';
export const HASH_AUTHOR_METADATA = 'coffre/v1/hash/author-metadata';
export const HASH_PARTS = 'coffre/v1/hash/parts';
export const HASH_CONTENT = 'coffre/v1/hash/content';
export const HASH_BUNDLE = 'coffre/v1/hash/bundle';
export const HASH_STATEMENT = 'coffre/v1/hash/statement';
export const INVITATION_UNLOCK = 'coffre/v1/invitation/unlock';
export const INVITATION_REDEEM = 'coffre/v1/invitation/redeem';
export const INVITATION_STANZA = 'coffre/v1/invitation-stanza';
export const REDEEM = 'coffre/v1/redeem';
export const OWNER_SHARE = 'coffre/v1/owner/share';
export const SHARE_DETAILS = 'coffre/v1/share-details';
export const JOURNAL_START = 'coffre/v1/journal/start';
export const JOURNAL_BODY = 'coffre/v1/journal/body';
export const JOURNAL_ENTRY = 'coffre/v1/journal/entry';
export const CHECKPOINT_VAULT = 'coffre/v1/checkpoint/vault';
export const SUCCESSION = 'coffre/v1/succession';

/** Followed by the statement's kind. */
export const STATEMENT_PREFIX = 'coffre/v1/statement/';
