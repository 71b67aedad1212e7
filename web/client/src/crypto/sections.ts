/**
 * Sections: their keys, sealed names, ladder, and the stanza that wraps a document's file key (chapter 3).
 *
 * Owns what a section secret gives. Knows no document's contents and not who holds the secret.
 */
import type { Stanza } from './age_header.ts';
import { HybridIdentity } from './age_recipients.ts';
import {
  checkId,
  randomBytes,
  type DocumentId,
  type JsonObject,
  type Random,
  type SectionId,
  type VaultId,
} from './encoding.ts';
import { check, limitExceeded, malformed, wrongKey } from './errors.ts';
import * as labels from './labels.ts';
import { frame, unframe } from './padding.ts';
import { derive, Wrap } from './primitives.ts';
import { secretOf, Secret } from './records.ts';
import {
  decodeAs,
  encodeAs,
  id,
  integer,
  oneOf,
  optional,
  record,
  shape,
  table,
  text,
  type Shape,
} from './shapes.ts';
import { MAX_EPOCH, MAX_SECTIONS } from './statement_kinds.ts';

export const STANZA_TYPE = 'coffre.section/v1';
export const SECRET_LENGTH = 32;
export const MAX_NAME = 100;
/** What every vault starts with. */
export const SECTION_KINDS = [
  ...([
    'summary',
    'prescriptions',
    'imaging',
    'laboratory',
    'reports',
    'prevention',
    'certificates',
  ] as const),
  ...([
    'administrative',
    'directives',
    'questionnaires',
    'vaccinations',
    'rights',
    'reimbursements',
  ] as const),
  ...(['dental', 'vision', 'mental_health', 'emergency', 'other', 'masked', 'inbox'] as const),
] as const;
export type SectionKind = (typeof SECTION_KINDS)[number];
export const CUSTOM = 'custom';

const NAME_FLOOR = 256;
const stanzaWrap = new Wrap(labels.SECTION_STANZA);
const nameWrap = new Wrap(labels.SECTION_NAME);
const ladderWrap = new Wrap(labels.SECTION_LADDER);

/** What a section is: one of SECTION_KINDS, or `custom` with a name of 1 to 100 characters. */
export interface SectionName {
  readonly kind: SectionKind | typeof CUSTOM;
  readonly name?: string | undefined;
}
export const sectionNameShape: Shape<SectionName> = record(
  { kind: oneOf(...SECTION_KINDS, CUSTOM), name: optional(text(MAX_NAME)) },
  ({ kind, name }) => check((kind === CUSTOM) === (name !== undefined), () => malformed('name of a section')),
);

/** A section's secret (32 bytes) of one epoch, and the keys that it gives. Hides itself when printed or serialised. */
export class SectionSecret {
  readonly epoch: number;
  readonly #secret: Uint8Array;
  // Derived once: thousands of wraps are made and opened under one secret.
  #wrapKey: Uint8Array | undefined;
  #metaKey: Uint8Array | undefined;

  constructor(epoch: number, secret: Uint8Array) {
    this.epoch = checkEpoch(epoch);
    check(secret.length === SECRET_LENGTH, () => malformed('a section secret has 32 bytes'));
    this.#secret = Uint8Array.from(secret);
  }

  /** A fresh secret for an epoch. */
  static generate(epoch = 1, random: Random = randomBytes): SectionSecret {
    return new SectionSecret(epoch, random(SECRET_LENGTH));
  }

  /** The 32 bytes, for keyrings, bundles and ladders alone. */
  get secret(): Uint8Array {
    return Uint8Array.from(this.#secret);
  }

  /** Wraps file keys and the ladder. */
  wrapKey(): Uint8Array {
    return (this.#wrapKey ??= derive(this.#secret, labels.SECTION_WRAP));
  }

  /** Seals metadata and the section's name. */
  metaKey(): Uint8Array {
    return (this.#metaKey ??= derive(this.#secret, labels.SECTION_META));
  }

  /** Opens what was deposited; only the inbox's recipient is published. */
  dropIdentity(): HybridIdentity {
    return new HybridIdentity(derive(this.#secret, labels.SECTION_DROP));
  }

  toJSON(): string {
    return '[section secret]';
  }

  toString(): string {
    return '[section secret]';
  }
}

/** `{SECTION: {"epoch", "secret"}}` in sealed records. */
export type SectionSecrets = Readonly<Record<SectionId, SectionSecret>>;
// An epoch over the limit is SectionSecret's to refuse.
const secretEntry = record({
  epoch: integer(1),
  secret: secretOf(
    SECRET_LENGTH,
    (data) => new Secret(data),
    (secret) => secret.reveal(),
  ),
});
const secretShape: Shape<SectionSecret> = shape(
  (value) => {
    const { epoch, secret } = secretEntry.decode(value);
    return new SectionSecret(epoch, secret.reveal());
  },
  (value) => secretEntry.encode({ epoch: value.epoch, secret: new Secret(value.secret) }),
);
export function sectionSecrets(min = 0): Shape<SectionSecrets> {
  return table(id<SectionId>(), secretShape, { min, max: MAX_SECTIONS });
}

/** A section of a vault. */
export interface SectionPlace {
  readonly vault: VaultId;
  readonly section: SectionId;
}

/** Where one version of a document is filed: what every wrap of it is bound to. */
export interface Filing extends SectionPlace {
  readonly epoch: number;
  readonly document: DocumentId;
  readonly version: number;
}

/** The associated data of a version's wraps. */
export function filingContext({ vault, section, epoch, document, version }: Filing): JsonObject {
  return { document, epoch, section, vault, version };
}

/** The epoch if it is 1 to 10,000. Raises malformed, limit_exceeded. */
export function checkEpoch(epoch: number): number {
  check(Number.isSafeInteger(epoch) && epoch >= 1, () => malformed('epochs count from 1'));
  check(epoch <= MAX_EPOCH, () => limitExceeded('epoch'));
  return epoch;
}

/** The stanza `coffre.section/v1 SECTION EPOCH` of a version's header. Raises malformed if the epochs differ. */
export function wrapFileKey(
  secret: SectionSecret,
  filing: Filing,
  fileKey: Uint8Array,
  random: Random = randomBytes,
): Stanza {
  check(secret.epoch === filing.epoch, () => malformed("a filing under another epoch than the secret's"));
  const body = stanzaWrap.seal(secret.wrapKey(), filingContext(filing), fileKey, random);
  return { type: STANZA_TYPE, args: [checkId<SectionId>(filing.section), String(filing.epoch)], body };
}

/**
 * The file key, from the stanza of the filing's section and epoch.
 * Raises malformed for a section stanza off the grammar, wrong_key if none is of this section and epoch, or it does not open.
 */
export function unwrapFileKey(secret: SectionSecret, filing: Filing, stanzas: readonly Stanza[]): Uint8Array {
  check(secret.epoch === filing.epoch, () => wrongKey('the secret of another epoch'));
  const found = stanzas.filter((stanza) => {
    if (stanza.type !== STANZA_TYPE) return false;
    const [section, epoch] = placeOf(stanza);
    return section === filing.section && epoch === filing.epoch;
  });
  const [first] = found;
  check(first !== undefined, () => wrongKey('no stanza for this section and epoch'));
  return stanzaWrap.open(secret.wrapKey(), filingContext(filing), first.body);
}

/** The sealed name: 296 bytes for one of SECTION_KINDS. */
export function sealName(
  secret: SectionSecret,
  name: SectionName,
  place: SectionPlace,
  random: Random = randomBytes,
): Uint8Array {
  const framed = frame(encodeAs(sectionNameShape, name), NAME_FLOOR);
  return nameWrap.seal(secret.metaKey(), epochContext(place, secret.epoch), framed, random);
}

/** Raises wrong_key, malformed, limit_exceeded for a custom name that is too long. */
export function openName(secret: SectionSecret, sealed: Uint8Array, place: SectionPlace): SectionName {
  return readName(nameWrap.open(secret.metaKey(), epochContext(place, secret.epoch), sealed));
}

/** The name in what was sealed. Raises malformed, limit_exceeded. */
export function readName(framed: Uint8Array): SectionName {
  return decodeAs(sectionNameShape, unframe(framed, NAME_FLOOR));
}

/** The older epoch's secret under the next one's wrap key, 72 bytes. Raises malformed if they are not neighbours. */
export function makeLadder(
  newer: SectionSecret,
  older: SectionSecret,
  place: SectionPlace,
  random: Random = randomBytes,
): Uint8Array {
  check(newer.epoch === older.epoch + 1, () => malformed('a ladder joins neighbouring epochs'));
  return ladderWrap.seal(newer.wrapKey(), epochContext(place, newer.epoch), older.secret, random);
}

/** The secret of the epoch before. Raises wrong_key; malformed below epoch 1. */
export function climbDown(newer: SectionSecret, ladder: Uint8Array, place: SectionPlace): SectionSecret {
  const secret = ladderWrap.open(newer.wrapKey(), epochContext(place, newer.epoch), ladder);
  return new SectionSecret(newer.epoch - 1, secret);
}

/**
 * The secret of an epoch, walked down from the newest one held; `ladders` by the newer epoch.
 * Raises wrong_key if the epoch is newer than the one held, or a ladder is missing or does not open.
 */
export function secretOfEpoch(
  newest: SectionSecret,
  epoch: number,
  ladders: ReadonlyMap<number, Uint8Array>,
  place: SectionPlace,
): SectionSecret {
  check(checkEpoch(epoch) <= newest.epoch, () => wrongKey('an epoch newer than the secret at hand'));
  let secret = newest;
  while (secret.epoch > epoch) {
    const ladder = ladders.get(secret.epoch);
    check(ladder !== undefined, () => wrongKey('a ladder is missing'));
    secret = climbDown(secret, ladder, place);
  }
  return secret;
}

function epochContext({ vault, section }: SectionPlace, epoch: number): JsonObject {
  return { epoch, section, vault };
}

function placeOf(stanza: Stanza): readonly [SectionId, number] {
  const [section = '', epoch = ''] = stanza.args;
  const shaped = stanza.args.length === 2 && /^[1-9][0-9]{0,8}$/.test(epoch);
  check(shaped, () => malformed('section stanza off the grammar'));
  return [checkId<SectionId>(section), checkEpoch(Number(epoch))];
}
