/** Runs every vector of the blind part but the ledger's, which the fold's tests run (shapes: tests/vectors/README.md). */
import { beforeAll, describe, expect, test } from 'vitest';
import { b64, parseHeader, writeHeader } from '../../src/crypto/age_header.ts';
import {
  openCheckpoint,
  openLeafProof,
  readLeaf,
  readLeafProof,
  signCheckpoint,
  vaultHash,
  writeLeaf,
  writeLeafProof,
} from '../../src/crypto/checkpoints.ts';
import {
  b64u,
  canonical,
  checkId,
  checkKeyId,
  checkRpps,
  checkText,
  hex,
  normaliseAddress,
  parseCanonical,
  unb64u,
  type GrantId,
  type Json,
  type KeyId,
  type VaultId,
} from '../../src/crypto/encoding.ts';
import { readHeadCode, writeHeadCode } from '../../src/crypto/head_code.ts';
import { entryFromWire, entryHash, parseEntryHeader, readBody, startHead } from '../../src/crypto/journal.ts';
import { leafHash, verifyConsistency, verifyInclusion } from '../../src/crypto/merkle.ts';
import { ready } from '../../src/crypto/primitives.ts';
import { openReceipt, writeReceipt } from '../../src/crypto/receipts.ts';
import {
  fingerprint,
  keyId,
  serverKeyId,
  SigningKey,
  verify as verifySignature,
} from '../../src/crypto/signing.ts';
import {
  authorMetadataHash,
  bundleHash,
  headerHash,
  KINDS,
  metadataHash,
  partsDigest,
  sign,
  signedFromWire,
  statementHash,
  verify,
  verifyCard,
  verifyRedemption,
  type Chain,
  type Kind,
  type Signed,
} from '../../src/crypto/statements.ts';
import {
  acceptedKeys,
  directoryKeys,
  directorySigner,
  keyAt,
  pinOf,
  verifiedKeys,
  type Keys,
  type SuccessionKind,
} from '../../src/crypto/successions.ts';
import {
  binary,
  codeOf,
  expectOutcome,
  list,
  number,
  object,
  text,
  vectorsOf,
  type Fields,
} from './vectors.ts';

const VECTORS = vectorsOf([
  ...['encoding', 'age_header', 'statements', 'journal', 'checkpoints', 'successions', 'receipts'],
]);

beforeAll(ready);

const STAGES: Readonly<Record<string, (v: Fields) => void | Promise<void>>> = {
  'canonical-json': (v) => {
    const limit = 'limit' in v ? number(v, 'limit') : undefined;
    expect(b64u(canonical(parseCanonical(binary(v, 'data'), limit), limit))).toBe(text(v, 'data'));
  },
  base64url: (v) => {
    expect(hex(unb64u(text(v, 'text')))).toBe(text(v, 'hex'));
    expect(b64u(unb64u(text(v, 'text')))).toBe(text(v, 'text'));
  },
  address: (v) => {
    expect(normaliseAddress(text(v, 'text'))).toBe(text(v, 'address'));
  },
  text: (v) => {
    checkText(text(v, 'text'), number(v, 'maximum'));
  },
  identifier: (v) => {
    checkId(text(v, 'text'));
  },
  'key-id': (v) => {
    checkKeyId(text(v, 'text'));
  },
  rpps: (v) => {
    checkRpps(text(v, 'text'));
  },
  'key-ids': (v) => {
    const id = keyId(binary(v, 'signing'), binary(v, 'recipient'));
    const found = {
      key_id: id,
      fingerprint: fingerprint(id),
      server_key_id: serverKeyId(binary(v, 'server')),
    };
    expect(found).toEqual(object(v, 'result'));
  },
  sign: (v) => {
    const key = SigningKey.fromSeed(binary(v, 'seed'));
    expect(b64u(key.public)).toBe(text(v, 'public'));
    expect(b64u(key.sign(text(v, 'label'), binary(v, 'message')))).toBe(text(v, 'signature'));
  },
  signature: (v) => {
    verifySignature(binary(v, 'public'), text(v, 'label'), binary(v, 'message'), binary(v, 'signature'));
  },
  'age-header': (v) => {
    const data = binary(v, 'data');
    const { stanzas, mac, length } = parseHeader(data);
    const found = {
      stanzas: stanzas.map(({ type, args, body }) => ({ type, args, body: b64u(body) })),
      mac: b64u(mac),
      length,
    };
    expect(found).toEqual(object(v, 'result'));
    expect(b64(writeHeader(stanzas, mac))).toBe(b64(data.subarray(0, length)));
  },
  statement: (v) => {
    const signed = signedFromWire(v['signed']);
    const found = verify(signed, text(v, 'kind') as Kind, binary(v, 'public'));
    expect(b64u(statementHash(signed.statement))).toBe(text(v, 'hash'));
    expect(b64u(sign(found, SigningKey.generate()).statement)).toBe(b64u(signed.statement));
  },
  card: (v) => {
    expect(verifyCard(signedFromWire(v['signed'])).author).toBe(text(v, 'key_id'));
  },
  redemption: (v) => {
    verifyRedemption(binary(v, 'public'), binary(v, 'proof'), {
      grant: text(v, 'grant') as GrantId,
      professional: text(v, 'professional') as KeyId,
      vault: text(v, 'vault') as VaultId,
    });
  },
  hashes: (v) => {
    const data = binary(v, 'data');
    const found = {
      author_metadata: b64u(authorMetadataHash(data)),
      bundle: b64u(bundleHash(data)),
      header: b64u(headerHash(data)),
      metadata: b64u(metadataHash(data)),
      parts: b64u(partsDigest(list<string>(v, 'parts').map((part) => unb64u(part)))),
      statement: b64u(statementHash(data)),
    };
    expect(found).toEqual(object(v, 'result'));
  },
  start: (v) => {
    expect(b64u(startHead(text(v, 'vault') as VaultId, text(v, 'chain') as Chain))).toBe(text(v, 'head'));
  },
  entry: (v) => {
    const entry = entryFromWire(v['entry']);
    const header = parseEntryHeader(entry.header);
    readBody(entry, header);
    expect(b64u(entryHash(entry.header))).toBe(text(v, 'head'));
    expect(header.sections).toEqual(list(v, 'sections'));
  },
  'vault-hash': (v) => {
    expect(b64u(vaultHash(text(v, 'vault') as VaultId, binary(v, 'entry')))).toBe(text(v, 'hash'));
  },
  leaf: (v) => {
    expect(b64u(writeLeaf(readLeaf(binary(v, 'data'))))).toBe(text(v, 'data'));
    expect(b64u(leafHash(binary(v, 'data')))).toBe(text(v, 'hash'));
  },
  inclusion: (v) => {
    const place = { index: number(v, 'index'), size: number(v, 'size') };
    verifyInclusion(binary(v, 'leaf'), place, hashes(v, 'proof'), binary(v, 'root'));
  },
  consistency: (v) => {
    const older = { size: number(v, 'old'), root: binary(v, 'old_root') };
    const newer = { size: number(v, 'new'), root: binary(v, 'new_root') };
    verifyConsistency(older, newer, hashes(v, 'proof'));
  },
  checkpoint: (v) => {
    const found = openCheckpoint(binary(v, 'note'), binary(v, 'public'));
    expect({ size: found.size, root: b64u(found.root) }).toEqual(object(v, 'result'));
    if ('seed' in v) {
      const note = signCheckpoint(found, [SigningKey.fromSeed(binary(v, 'seed'))]);
      expect(b64u(note)).toBe(text(v, 'note'));
    }
  },
  'leaf-proof': (v) => {
    const proof = readLeafProof(binary(v, 'text'));
    const signer = 'signer' in v ? binary(v, 'signer') : undefined;
    const { checkpoint, leaf } = openLeafProof(proof, binary(v, 'public'), signer);
    expect(b64u(writeLeafProof(proof))).toBe(text(v, 'text'));
    const { index, leaf: known, size } = object(v, 'result');
    expect([proof.index, checkpoint.size]).toEqual([index, size]);
    expect(b64u(writeLeaf(leaf))).toBe(b64u(canonical(known as Json)));
  },
  successions: (v) => {
    const pin = 'pin' in v ? object(v, 'pin') : undefined;
    const seen = pin && { sequence: Number(pin['sequence']), head: unb64u(String(pin['head'])) };
    const kind = text(v, 'kind') as SuccessionKind;
    expectKeys(v, verifiedKeys(kind, binary(v, 'first'), chainOf(v), seen));
  },
  'directory-keys': (v) => {
    expectKeys(v, directoryKeys(binary(v, 'present'), chainOf(v)));
  },
  'directory-signer': (v) => {
    const entry = signedFromWire(v['entry']);
    const keys = directoryKeys(binary(v, 'present'), chainOf(v));
    const key = directorySigner(keys, entry, number(v, 'now'));
    verify(entry, 'directory_entry', key);
    expect(b64u(key)).toBe(text(v, 'result'));
  },
  'succeeded-checkpoint': (v) => {
    const log = binary(v, 'log');
    const found = openCheckpoint(binary(v, 'note'), log, binary(v, 'signer'));
    expect({ size: found.size, root: b64u(found.root) }).toEqual(object(v, 'result'));
    if ('seed' in v) {
      const note = signCheckpoint(found, [SigningKey.fromSeed(binary(v, 'seed'))], log);
      expect(b64u(note)).toBe(text(v, 'note'));
    }
  },
  receipt: (v) => {
    const request = binary(v, 'request');
    const keys = list<string>(v, 'keys').map((key) => unb64u(key));
    const found = openReceipt(binary(v, 'text'), request, keys);
    expect(found).toEqual(object(v, 'result'));
    const again = writeReceipt(found, request, SigningKey.fromSeed(binary(v, 'seed')));
    expect(b64u(again)).toBe(text(v, 'text'));
  },
  'head-code': (v) => {
    const { chain, size, start } = readHeadCode(text(v, 'text'));
    const found = { chain, size, start: b64u(start), text: writeHeadCode(chain, size, start) };
    expect(found).toEqual(object(v, 'result'));
  },
};

function hashes(fields: Fields, name: string): readonly Uint8Array[] {
  return list<string>(fields, name).map((member) => unb64u(member));
}

function chainOf(fields: Fields): readonly Signed[] {
  return list(fields, 'chain').map(signedFromWire);
}

function expectKeys(fields: Fields, keys: Keys): void {
  const result = object(fields, 'result');
  const times = list<{ readonly time: number }>(result, 'moments');
  const head = pinOf(keys)?.head;
  expect({
    head: head === undefined ? '' : b64u(head),
    present: b64u(keys.present),
    moments: times.map(({ time }) => ({
      time,
      key: b64u(keyAt(keys, time)),
      accepted: acceptedKeys(keys, time).map((key) => b64u(key)),
    })),
  }).toEqual(result);
}

async function confusion(v: Fields): Promise<void> {
  const statements = Object.entries(object(v, 'statements'));
  expect(statements).toHaveLength(KINDS.length);
  for (const [own, wire] of statements) {
    const signed = signedFromWire(wire);
    for (const kind of KINDS) {
      const code = await codeOf(() => verify(signed, kind, binary(v, 'public')));
      expect(code).toBe(kind === own ? 'ok' : text(v, 'expect'));
    }
  }
}

describe('vectors of the blind part', () => {
  test.each(VECTORS)('$name', async ({ fields }) => {
    if (text(fields, 'stage') === 'confusion') {
      await confusion(fields);
      return;
    }
    const stage = STAGES[text(fields, 'stage')];
    if (stage === undefined) throw new TypeError(`no stage ${text(fields, 'stage')}`);
    await expectOutcome(text(fields, 'expect'), () => stage(fields));
  });

  test('there are vectors', () => {
    expect(VECTORS.length).toBeGreaterThan(300);
  });
});
