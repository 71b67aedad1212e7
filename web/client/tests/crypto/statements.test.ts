import { beforeAll, describe, expect, test } from 'vitest';
import {
  canonical,
  parseCanonical,
  utf8,
  type Json,
  type KeyId,
  type SectionId,
} from '../../src/crypto/encoding.ts';
import { ready } from '../../src/crypto/primitives.ts';
import {
  directoryKeyId,
  fingerprint,
  SigningKey,
  verify as verifySignature,
} from '../../src/crypto/signing.ts';
import * as labels from '../../src/crypto/labels.ts';
import {
  kindOf,
  KINDS,
  parse,
  sign,
  signedFromWire,
  signedToWire,
  verify,
  verifyByCard,
  verifyCard,
  verifyDirectoryEntry,
  type DirectoryEntry,
  type Statement,
} from '../../src/crypto/statements.ts';
import { everyKind, NOW, person, signerOf, type Person } from './samples.ts';
import { codeOf } from './vectors.ts';

let patient: Person;
let professional: Person;
let samples: readonly Statement[];

beforeAll(async () => {
  await ready();
  patient = person('patient');
  professional = person('professional');
  samples = everyKind(patient, professional);
});

function sample<K extends Statement['kind']>(kind: K): Extract<Statement, { kind: K }> {
  return samples.find((statement) => statement.kind === kind) as Extract<Statement, { kind: K }>;
}

const wire = (statement: Statement): Record<string, Json> =>
  parseCanonical(sign(statement, signerOf(statement, patient, professional)).statement) as Record<
    string,
    Json
  >;

describe('every kind', () => {
  test('comes back from its wire form as it was', () => {
    expect(samples.map((statement) => statement.kind).sort()).toEqual([...KINDS].sort());
    for (const statement of samples) {
      const key = signerOf(statement, patient, professional);
      const received = signedFromWire(JSON.parse(JSON.stringify(signedToWire(sign(statement, key)))));
      expect(kindOf(received.statement)).toBe(statement.kind);
      expect(verify(received, statement.kind, key.public)).toEqual(statement);
    }
  });

  test('is refused as any other kind', async () => {
    for (const statement of samples) {
      const key = signerOf(statement, patient, professional);
      const signed = sign(statement, key);
      for (const kind of KINDS.filter((other) => other !== statement.kind)) {
        expect(await codeOf(() => verify(signed, kind, key.public))).toBe('tampered');
        expect(await codeOf(() => parse(kind, signed.statement))).toBe('malformed');
      }
    }
  });

  test('is refused with a member more or less, and with one of another type', async () => {
    for (const statement of samples) {
      const content = wire(statement);
      expect(await codeOf(() => parse(statement.kind, canonical({ ...content, zz: 1 })))).toBe('malformed');
      for (const name of Object.keys(content)) {
        const { [name]: dropped, ...rest } = content;
        expect(await codeOf(() => parse(statement.kind, canonical(rest)))).toBe('malformed');
        const other = typeof dropped === 'number' ? 'x' : 7;
        expect(await codeOf(() => parse(statement.kind, canonical({ ...rest, [name]: other })))).toBe(
          'malformed',
        );
      }
    }
  });

  test('is refused when one byte of it or of its signature changed', async () => {
    for (const statement of samples) {
      const key = signerOf(statement, patient, professional);
      const signed = sign(statement, key);
      for (const at of [0, Math.floor(signed.statement.length / 2), signed.statement.length - 1]) {
        const changed = signed.statement.map((byte, index) => (index === at ? byte ^ 1 : byte));
        expect(
          await codeOf(() => verify({ ...signed, statement: changed }, statement.kind, key.public)),
        ).toBe('tampered');
      }
      for (const at of [0, 31, 32, 63]) {
        const changed = signed.signature.map((byte, index) => (index === at ? byte ^ 1 : byte));
        expect(
          await codeOf(() => verify({ ...signed, signature: changed }, statement.kind, key.public)),
        ).toBe('tampered');
      }
    }
  });
});

describe('rules inside a statement', () => {
  const day = 86_400;
  const section = '00'.repeat(16) as SectionId;
  test.each<[string, () => Statement, string]>([
    ['a grant of 400 days', () => ({ ...sample('grant'), not_after: NOW + 400 * day }), 'limit_exceeded'],
    [
      'a grant that ends before it starts',
      () => ({ ...sample('grant'), not_before: NOW + 366 * day }),
      'malformed',
    ],
    ['a grant without sections', () => ({ ...sample('grant'), sections: [] }), 'malformed'],
    ['a grant without rights', () => ({ ...sample('grant'), rights: [] }), 'malformed'],
    ['rights out of order', () => ({ ...sample('grant'), rights: ['read', 'add'] }), 'malformed'],
    ['a grant for nobody', () => ({ ...sample('grant'), card: undefined }), 'malformed'],
    ['a grant to a patient', () => ({ ...sample('grant'), card: patient.signedCard }), 'malformed'],
    [
      'an invitation of 31 days',
      () => ({
        ...sample('grant'),
        card: undefined,
        redeem: { key: new Uint8Array(32), not_after: NOW + 31 * day },
      }),
      'limit_exceeded',
    ],
    [
      'a manifest with another digest',
      () => ({ ...sample('manifest'), digest: new Uint8Array(32) }),
      'tampered',
    ],
    ['a manifest with a part too many', () => ({ ...sample('manifest'), length: 1 }), 'malformed'],
    [
      'a manifest with an odd part size',
      () => ({ ...sample('manifest'), part_size: (8 << 20) + 1 }),
      'malformed',
    ],
    [
      'a first version with a previous',
      () => ({ ...sample('manifest'), previous: new Uint8Array(32) }),
      'malformed',
    ],
    ['a second version without one', () => ({ ...sample('manifest'), version: 2 }), 'malformed'],
    ['a vault at position 1', () => ({ ...sample('vault'), seq: 1 }), 'malformed'],
    ['an inbox that is no section', () => ({ ...sample('vault'), inbox: section }), 'malformed'],
    [
      'a vault with the card of another',
      () => ({ ...sample('vault'), card: person('patient').signedCard }),
      'tampered',
    ],
    ['an access by grant without one', () => ({ ...sample('access'), mode: 'grant' }), 'malformed'],
    ['a share with a file too few', () => ({ ...sample('share'), files: [] }), 'malformed'],
    ['a share of 400 days', () => ({ ...sample('share'), not_after: NOW + 400 * day }), 'limit_exceeded'],
    ['a deposit with a part too many', () => ({ ...sample('deposit'), length: 8 << 24 }), 'malformed'],
    [
      'a deposit with another digest',
      () => ({ ...sample('deposit'), digest: new Uint8Array(32) }),
      'tampered',
    ],
    [
      'a deposit with the card of another',
      () => ({ ...sample('deposit'), author: patient.card.author }),
      'tampered',
    ],
    ['sections of nothing', () => ({ ...sample('sections'), added: [], renamed: [] }), 'malformed'],
    [
      'a section both added and renamed',
      () => ({ ...sample('sections'), renamed: [...sample('sections').added] }),
      'malformed',
    ],
    ['a request for the past', () => ({ ...sample('renewal_request'), not_after: NOW }), 'malformed'],
    [
      'a request for 400 days',
      () => ({ ...sample('renewal_request'), not_after: NOW + 400 * day }),
      'limit_exceeded',
    ],
    [
      'a section term of 400 days',
      () => ({
        ...sample('section_terms'),
        terms: [{ epoch: 1, not_after: NOW + 400 * day, section }],
      }),
      'limit_exceeded',
    ],
    ['a time in 2019', () => ({ ...sample('revocation'), time: 1_577_836_799 }), 'malformed'],
    ['a time in 2200', () => ({ ...sample('revocation'), time: 7_258_118_400 }), 'malformed'],
    ['an address that is not normal', () => ({ ...sample('login'), address: 'A@b.c' as never }), 'malformed'],
    ['a patient with a name on the card', () => ({ ...patient.card, name: 'x' }), 'malformed'],
    ['a professional without RPPS', () => ({ ...professional.card, rpps: undefined }), 'malformed'],
    [
      'a profession that may not be granted',
      () => ({ ...professional.card, profession: '99' as never }),
      'malformed',
    ],
    ['a card of another key', () => ({ ...patient.card, author: professional.card.author }), 'tampered'],
  ])('%s is refused', async (_name, make, code) => {
    expect(await codeOf(() => sign(make(), patient.key))).toBe(code);
  });
});

describe('cards and signatures', () => {
  test('a card verifies by itself, and not with another signature', async () => {
    expect(verifyCard(professional.signedCard)).toEqual(professional.card);
    const forged = { ...professional.signedCard, signature: patient.signedCard.signature };
    expect(await codeOf(() => verifyCard(forged))).toBe('tampered');
  });

  test('a statement must be by the owner of the card', async () => {
    const signed = sign(sample('revocation'), patient.key);
    expect(verifyByCard(signed, 'revocation', patient.card).kind).toBe('revocation');
    expect(await codeOf(() => verifyByCard(signed, 'revocation', professional.card))).toBe('tampered');
    const stolen = sign({ ...sample('revocation'), author: professional.card.author }, patient.key);
    expect(await codeOf(() => verifyByCard(stolen, 'revocation', patient.card))).toBe('tampered');
  });

  test('small-order keys and non-canonical S are refused', async () => {
    const message = utf8('x');
    const signature = patient.key.sign(labels.REDEEM, message);
    // y = 1 (the neutral element) and y = 0: signatures with R = key and S = 0 would verify under a careless verifier.
    for (const first of [1, 0]) {
      const small = new Uint8Array(32);
      small[0] = first;
      const trivial = new Uint8Array(64);
      trivial.set(small);
      expect(await codeOf(() => verifySignature(small, labels.REDEEM, message, trivial))).toBe('tampered');
    }
    const order = BigInt('0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed');
    const s = signature.slice(32).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n) + order;
    const malleable = signature.slice();
    for (let i = 0; i < 32; i++) malleable[32 + i] = Number((s >> BigInt(8 * i)) & 255n);
    expect(await codeOf(() => verifySignature(patient.key.public, labels.REDEEM, message, malleable))).toBe(
      'tampered',
    );
    for (const length of [0, 63, 65]) {
      const wrong = new Uint8Array(length);
      expect(await codeOf(() => verifySignature(patient.key.public, labels.REDEEM, message, wrong))).toBe(
        'tampered',
      );
    }
  });

  test('a signing key shows nothing of itself', () => {
    expect(JSON.stringify({ key: patient.key })).toBe('{"key":"[signing key]"}');
    expect(String(patient.key)).toBe('[signing key]');
  });

  test('a fingerprint is ten groups of four', () => {
    const id = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8' as KeyId;
    expect(fingerprint(id)).toBe('0001 0203 0405 0607 0809 0A0B 0C0D 0E0F 1011 1213');
  });
});

describe('directory entries', () => {
  let directory: SigningKey;
  beforeAll(() => {
    directory = SigningKey.generate();
  });

  const entry = (changes: Partial<DirectoryEntry> = {}): DirectoryEntry => ({
    ...sample('directory_entry'),
    author: directoryKeyId(directory.public),
    sequence: 3,
    ...changes,
  });
  const read = (changes: Partial<DirectoryEntry>, seen = 0): DirectoryEntry =>
    verifyDirectoryEntry(sign(entry(changes), directory), directory.public, professional.card, seen);

  test('say what the operator found out about a card', () => {
    expect(read({}, 3).state).toBe('verified');
    expect(read({ state: 'refused' }).state).toBe('refused');
  });

  test('of other keys, particulars or another operator are refused, and older ones', async () => {
    const other = person('professional').card;
    const changes: readonly Partial<DirectoryEntry>[] = [
      { key: other.author },
      { account: other.account },
      { name: 'Dr Martin' },
      { profession: '21' },
      { author: other.author },
    ];
    for (const change of changes) expect(await codeOf(() => read(change))).toBe('tampered');
    expect(await codeOf(() => read({}, 4))).toBe('stale');
    const signed = sign(entry(), SigningKey.generate());
    const code = await codeOf(() => verifyDirectoryEntry(signed, directory.public, professional.card));
    expect(code).toBe('tampered');
  });
});
