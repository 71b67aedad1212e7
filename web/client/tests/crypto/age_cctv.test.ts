/** The age community's own vectors (C2SP CCTV, tests/vectors/age/cctv), whole and streamed. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { openFile, openHeader } from '../../src/crypto/age_file.ts';
import { parseIdentity, ScryptIdentity, type Identity } from '../../src/crypto/age_recipients.ts';
import { openChunks } from '../../src/crypto/age_stream.ts';
import { dearmor } from '../../src/crypto/armor.ts';
import { gather } from '../../src/crypto/document.ts';
import { ready } from '../../src/crypto/primitives.ts';
import { codeOf, ROOT } from './vectors.ts';

const FOLDER = join(ROOT, 'age/cctv');
const NAMES = readdirSync(FOLDER).sort();
const CODES: Readonly<Record<string, readonly string[]>> = {
  'no match': ['wrong_key'],
  'HMAC failure': ['tampered'],
  'header failure': ['malformed', 'unsupported_version', 'limit_exceeded'],
  'payload failure': ['tampered'],
  'armor failure': ['malformed'],
};
// The reference reads the payload's nonce with the header; here it is the payload's first bytes.
const IN_PAYLOAD = ['stream_no_nonce', 'stream_short_nonce'];

beforeAll(ready);

function read(name: string): { fields: Map<string, string>; identities: Identity[]; data: Uint8Array } {
  const file = readFileSync(join(FOLDER, name));
  const end = file.indexOf('\n\n');
  const lines = file
    .subarray(0, end)
    .toString('utf8')
    .split('\n')
    .map((line) => line.split(': ', 2) as [string, string]);
  const fields = new Map(lines);
  const identities: Identity[] = [
    ...lines.filter(([key]) => key === 'identity').map(([, value]) => parseIdentity(value)),
    ...lines.filter(([key]) => key === 'passphrase').map(([, value]) => new ScryptIdentity(value)),
  ];
  const body = Uint8Array.from(file.subarray(end + 2));
  return {
    fields,
    identities,
    data: fields.get('compressed') === 'zlib' ? Uint8Array.from(inflateSync(body)) : body,
  };
}

function* trickle(data: Uint8Array, step: number): Generator<Uint8Array> {
  for (let start = 0; start < data.length; start += step) yield data.subarray(start, start + step);
}

async function openStreamed(data: Uint8Array, identities: readonly Identity[]): Promise<Uint8Array> {
  const header = openHeader(data, identities);
  return gather(openChunks(header.fileKey, trickle(data.subarray(header.length), 1013)));
}

test.each(NAMES)('%s', async (name) => {
  const { fields, identities, data } = read(name);
  const armored = fields.get('armored') === 'yes';
  const ways = [
    () => openFile(armored ? dearmor(data) : data, identities),
    () => openStreamed(armored ? dearmor(data) : data, identities),
  ];
  const expected = fields.get('expect') ?? '';
  for (const open of ways) {
    if (expected === 'success') {
      const plaintext = await open();
      expect(createHash('sha256').update(plaintext).digest('hex')).toBe(fields.get('payload'));
    } else {
      const codes = CODES[IN_PAYLOAD.includes(name) ? 'payload failure' : expected];
      expect(codes).toContain(await codeOf(open));
    }
  }
});

test('all vectors are here', () => {
  expect(NAMES).toHaveLength(143);
});
