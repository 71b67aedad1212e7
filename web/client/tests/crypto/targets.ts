/**
 * One target per parser, with the names of tests/crypto/fuzz/targets.py: hostile bytes give a value or one typed error, the same
 * in both languages. What a target returns is compared as well; most return what they read, written again.
 */
import { parseHeader, writeHeader } from '../../src/crypto/age_header.ts';
import { openFile } from '../../src/crypto/age_file.ts';
import { parseIdentity, parseIdentityFile, parseRecipient } from '../../src/crypto/age_recipients.ts';
import { dearmor } from '../../src/crypto/armor.ts';
import * as bech32 from '../../src/crypto/bech32.ts';
import { depositLinkOf, depositLinkText } from '../../src/crypto/deposits.ts';
import {
  canonical,
  hex,
  MAX_BYTES,
  normaliseAddress,
  parseCanonical,
  unb64u,
  utf8,
} from '../../src/crypto/encoding.ts';
import { readDocumentBundle, writeDocumentBundle } from '../../src/crypto/document_bundle.ts';
import { readFhirBundle } from '../../src/crypto/fhir.ts';
import { bundleShape, Invitation } from '../../src/crypto/grants.ts';
import { readHeadCode, writeHeadCode } from '../../src/crypto/head_code.ts';
import { readCards } from '../../src/crypto/health_card.ts';
import * as journal from '../../src/crypto/journal.ts';
import { keyringShape, passwordParameters } from '../../src/crypto/keyring.ts';
import { openCheckpoint, readLeaf, readLeafProof, writeLeaf } from '../../src/crypto/checkpoints.ts';
import { cleanName, cleanTitle, metadataShape, readFrame } from '../../src/crypto/metadata.ts';
import { readProfile, writeProfile } from '../../src/crypto/profile.ts';
import { readVersioned, Secret, writeVersioned } from '../../src/crypto/records.ts';
import { RECEIPT } from '../../src/crypto/receipts.ts';
import { Kit } from '../../src/crypto/recovery.ts';
import { readName } from '../../src/crypto/sections.ts';
import type { Shape } from '../../src/crypto/shapes.ts';
import * as share from '../../src/crypto/share.ts';
import { readLines, verifiedLines } from '../../src/crypto/signed_lines.ts';
import { SigningKey, verify as verifySignature } from '../../src/crypto/signing.ts';
import type { Summary } from '../../src/crypto/summaries.ts';
import { kindOf, parse, SHAPES, verifyCard, type Statement } from '../../src/crypto/statements.ts';

export type Target = (data: Uint8Array) => unknown;

/** The server whose checkpoints are read. */
const log = (): SigningKey => SigningKey.fromSeed(Uint8Array.from({ length: 32 }, (_, index) => index));

const ORIGIN = 'https://coffre.example';
/** The identity that the age files of the corpus are for: a seed of zeros would be refused by nobody. */
const IDENTITY = 'AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX';

/** UTF-8 as Python's `surrogateescape` reads it: a byte that belongs to no character becomes a lone surrogate. */
export function lenientText(data: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  for (let at = 0; at < data.length;) {
    const lead = data[at] ?? 0;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    try {
      text += decoder.decode(data.subarray(at, at + length));
      at += length;
    } catch {
      text += String.fromCharCode(0xdc00 + lead);
      at++;
    }
  }
  return text;
}

function versioned<T>(described: Shape<T>): Target {
  return (data) => hex(writeVersioned(described, readVersioned(described, data, MAX_BYTES), MAX_BYTES));
}

/** Fields whose names the languages write each in its way are told by their place. */
function summaryFields({ title, date, patient, birthDate, gender, contacts, sections }: Summary): unknown {
  const said = contacts.map(({ name, relation, phone }) => [name, relation, phone]);
  return [title, date, patient, birthDate, gender, said, sections];
}

export const TARGETS: Readonly<Record<string, Target>> = {
  address: (data) => normaliseAddress(lenientText(data)),
  'age-file': (data) => hex(openFile(data, [parseIdentity(IDENTITY)])),
  'age-header': (data) => {
    const { stanzas, mac, length } = parseHeader(data);
    return [length, hex(writeHeader(stanzas, mac))];
  },
  armor: (data) => hex(dearmor(data)),
  base64url: (data) => hex(unb64u(lenientText(data))),
  bech32: (data) => {
    const { prefix, data: inside } = bech32.decode(lenientText(data));
    return [prefix, hex(inside)];
  },
  bundle: versioned(bundleShape),
  'document-bundle': (data) => hex(writeDocumentBundle(readDocumentBundle(data))),
  'canonical-json': (data) => hex(canonical(parseCanonical(data))),
  card: (data) => verifyCard({ signature: new Uint8Array(64), statement: data }).author,
  checkpoint: (data) => {
    const { size, root } = openCheckpoint(data, log().public);
    return [size, hex(root)];
  },
  'checkpoint-leaf': (data) => hex(writeLeaf(readLeaf(data))),
  'checkpoint-proof': (data) => {
    const { index, leaf, note, proof } = readLeafProof(data);
    return [index, hex(leaf), proof.map(hex), hex(note)];
  },
  'clean-name': (data) => cleanName(lenientText(data)),
  'clean-title': (data) => cleanTitle(lenientText(data)),
  'deposit-link': (data) => depositLinkText(depositLinkOf(lenientText(data)), ORIGIN),
  entry: (data) => hex(canonical(journal.entryToWire(journal.entryFromWire(parseCanonical(data))))),
  'entry-header': (data) => hex(journal.writeEntryHeader(journal.parseEntryHeader(data))),
  'fhir-bundle': (data) =>
    readFhirBundle(data).map(({ title, name, mime, date, data: document, summary }) => [
      ...[title, name, mime, date],
      hex(document),
      summary === undefined ? null : summaryFields(summary),
    ]),
  'head-code': (data) => {
    const { chain, size, start } = readHeadCode(lenientText(data));
    return writeHeadCode(chain, size, start);
  },
  'health-cards': async (data) => readCards(data),
  'identity-file': (data) => parseIdentityFile(lenientText(data)).map((identity) => identity.text()),
  'invitation-link': (data) => Invitation.fromLink(lenientText(data)).link(ORIGIN),
  jwe: async (data) => hex(await share.openShareFile(new Secret(new Uint8Array(32)), asciiText(data))),
  keyring: versioned(keyringShape),
  'keyring-stanza': (data) => {
    const { salt, parameters } = passwordParameters(data);
    return [hex(salt), parameters.m, parameters.t, parameters.p];
  },
  'kit-qr': (data) => Kit.fromQr(lenientText(data)).qrText(ORIGIN),
  'kit-words': async (data) => (await Kit.fromWords(lenientText(data))).qrText(ORIGIN),
  metadata: (data) => metadataShape.encode(readFrame(data)),
  page: (data) => {
    const { cards, entries, head, size } = journal.pageFromWire(parseCanonical(data));
    return [cards.length, entries.length, hex(head), size];
  },
  profile: (data) => hex(writeProfile(readProfile(data))),
  recipient: (data) => parseRecipient(lenientText(data)).toString(),
  'section-name': (data) => {
    const { kind, name = '' } = readName(data);
    return [kind, name];
  },
  'share-details': (data) => {
    const { label, link } = share.readDetails(data);
    return [label, link];
  },
  'share-link': (data) => share.ShareLink.parse(lenientText(data)).text(ORIGIN),
  signature: (data) => {
    verifySignature(data.subarray(0, 32), 'label', utf8('message'), data.subarray(32));
    return 'holds';
  },
  'signed-lines': (data) => {
    const found = readLines(RECEIPT, data);
    return [hex(found.key), [...verifiedLines(found, [found.key]).values()]];
  },
  statement: (data) => {
    const statement: Statement = parse(kindOf(data), data);
    return hex(canonical((SHAPES[statement.kind] as Shape<Statement>).encode(statement)));
  },
};

/** A JWE is bytes in Python and text here; every byte is a character, as it came over the wire. */
function asciiText(data: Uint8Array): string {
  return Array.from(data, (byte) => String.fromCharCode(byte)).join('');
}
