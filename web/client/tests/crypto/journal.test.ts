import { beforeAll, describe, expect, test } from 'vitest';
import { equalBytes } from '../../src/crypto/encoding.ts';
import {
  entryFromWire,
  entryHash,
  entryToWire,
  makeEntry,
  parseEntryHeader,
  readBody,
  startHead,
  writeEntryHeader,
  type ChainedStatement,
  type Entry,
} from '../../src/crypto/journal.ts';
import { ready } from '../../src/crypto/primitives.ts';
import { chainOf, sign } from '../../src/crypto/statements.ts';
import { everyKind, NOW, person, signerOf, type Person } from './samples.ts';
import { codeOf } from './vectors.ts';

let patient: Person;
let professional: Person;
let samples: readonly ChainedStatement[];

beforeAll(async () => {
  await ready();
  patient = person('patient');
  professional = person('professional');
  samples = everyKind(patient, professional).filter(
    (statement): statement is ChainedStatement => chainOf(statement.kind) !== null,
  );
});

function entryOf(statement: ChainedStatement): Entry {
  const place = 'seq' in statement ? statement : { seq: 0, prev: startHead(statement.vault, 'accesses') };
  const signed = sign(statement, signerOf(statement, patient, professional));
  return makeEntry(statement, signed, { prev: place.prev, seq: place.seq, time: NOW + 1 });
}

describe('entries', () => {
  test('of every kind come back from the wire, and their body holds', () => {
    for (const statement of samples) {
      const received = entryFromWire(JSON.parse(JSON.stringify(entryToWire(entryOf(statement)))));
      const header = parseEntryHeader(received.header);
      expect(readBody(received, header)).toEqual(statement);
      expect(header.kind).toBe(statement.kind);
    }
  });

  test('are refused when the header says something else than the body', async () => {
    for (const statement of samples) {
      const entry = entryOf(statement);
      const header = parseEntryHeader(entry.header);
      const changes: Partial<typeof header>[] = [
        { actor: person('patient').card.author },
        { body: new Uint8Array(32) },
        { vault: '00'.repeat(16) as typeof header.vault },
        { sections: ['ff'.repeat(16) as (typeof header.sections)[number]] },
        ...('seq' in statement ? [{ seq: header.seq + 1 }, { prev: new Uint8Array(32) }] : []),
      ];
      for (const change of changes) {
        const forged = { ...header, ...change };
        expect(await codeOf(() => readBody({ ...entry, header: writeEntryHeader(forged) }, forged))).toBe(
          'tampered',
        );
      }
    }
  });

  test('are refused with another salt, or half a body', async () => {
    const entry = entryOf(samples[0] as ChainedStatement);
    const header = parseEntryHeader(entry.header);
    const salted = { ...entry, body: { salt: new Uint8Array(16), signed: entry.body?.signed as never } };
    expect(await codeOf(() => readBody(salted, header))).toBe('tampered');
    expect(await codeOf(() => readBody({ header: entry.header }, header))).toBe('tampered');
    const { salt: _salt, ...half } = entryToWire(entry) as { salt: string };
    expect(await codeOf(() => entryFromWire(half))).toBe('malformed');
  });

  test('a withheld entry keeps its hash', () => {
    const entry = entryOf(samples[0] as ChainedStatement);
    const withheld = entryFromWire({ header: entryToWire(entry)['header'] });
    expect(withheld.body).toBeUndefined();
    expect(equalBytes(entryHash(withheld.header), entryHash(entry.header))).toBe(true);
  });

  test('a kind of another chain is refused', async () => {
    const entry = entryOf(samples[0] as ChainedStatement);
    const header = parseEntryHeader(entry.header);
    expect(await codeOf(() => writeEntryHeader({ ...header, chain: 'accesses' }))).toBe('malformed');
  });
});
