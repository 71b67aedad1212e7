/** The age community's own vectors (C2SP CCTV, tests/vectors/age/cctv), whole and streamed. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openFile, openHeader } from '../../src/crypto/age_file.ts';
import { parseIdentity, ScryptIdentity, type Identity } from '../../src/crypto/age_recipients.ts';
import { openChunks } from '../../src/crypto/age_stream.ts';
import { dearmor, dearmorChunks } from '../../src/crypto/armor.ts';
import { gather } from '../../src/crypto/document.ts';
import { fromUtf8, hex } from '../../src/crypto/encoding.ts';
import { ready, sha256 } from '../../src/crypto/primitives.ts';
import { codeOf, ROOT } from './vectors.ts';

const FOLDER = join(ROOT, 'age/cctv');
const NEWLINE = 0x0a;
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

async function read(
  name: string,
): Promise<{ fields: Map<string, string>; identities: Identity[]; data: Uint8Array }> {
  const file = readFileSync(join(FOLDER, name));
  const end = file.findIndex((byte, at) => byte === NEWLINE && file[at + 1] === NEWLINE);
  const lines = fromUtf8(file.subarray(0, end))
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
    data: fields.get('compressed') === 'zlib' ? await inflate(body) : body,
  };
}

/** zlib's format, by the platform. */
function inflate(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const inflated = new Blob([data]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Response(inflated).arrayBuffer().then((buffer) => new Uint8Array(buffer));
}

function* trickle(data: Uint8Array, step: number): Generator<Uint8Array> {
  for (let start = 0; start < data.length; start += step) yield data.subarray(start, start + step);
}

async function openStreamed(
  data: Uint8Array,
  identities: readonly Identity[],
  step: number,
): Promise<Uint8Array> {
  const header = openHeader(data, identities);
  return gather(openChunks(header.fileKey, trickle(data.subarray(header.length), step)));
}

test.each(NAMES)('%s', async (name) => {
  const { fields, identities, data } = await read(name);
  const armored = fields.get('armored') === 'yes';
  const inside = async (step: number): Promise<Uint8Array> =>
    armored ? gather(dearmorChunks(trickle(data, step))) : data;
  const ways = [
    () => openFile(armored ? dearmor(data) : data, identities),
    async () => openStreamed(await inside(997), identities, 1013),
    // Longer ones would take minutes in steps of one byte, and show nothing more.
    async () => openStreamed(await inside(1), identities, data.length > 300_000 ? 7919 : 1),
  ];
  const expected = fields.get('expect') ?? '';
  for (const open of ways) {
    if (expected === 'success') {
      const plaintext = await open();
      expect(hex(sha256(plaintext))).toBe(fields.get('payload'));
    } else {
      const codes = CODES[IN_PAYLOAD.includes(name) ? 'payload failure' : expected];
      expect(codes).toContain(await codeOf(open));
    }
  }
});

test('all vectors are here', () => {
  expect(NAMES).toHaveLength(143);
});
