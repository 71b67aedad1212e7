import { beforeAll, expect, test } from 'vitest';
import { armor, armorChunks, dearmor, dearmorChunks } from '../../src/crypto/armor.ts';
import { gather } from '../../src/crypto/document.ts';
import { concat, randomBytes, utf8 } from '../../src/crypto/encoding.ts';
import { ready } from '../../src/crypto/primitives.ts';
import { codeOf, expectBytes } from './vectors.ts';

beforeAll(ready);

function* pieces(data: Uint8Array, step: number): Generator<Uint8Array> {
  for (let start = 0; start < data.length; start += step) yield data.subarray(start, start + step);
}

test.each([1, 7, 48, 64, 65, 1000])('in pieces of %d bytes as at once', async (step) => {
  for (const size of [0, 1, 47, 48, 49, 96, 1001]) {
    const data = randomBytes(size);
    const text = armor(data);
    expectBytes(await gather(armorChunks(pieces(data, step))), text);
    expectBytes(await gather(dearmorChunks(pieces(text, step))), data);
    const surrounded = concat(utf8(' \r\n'.repeat(300)), text, utf8('\r\n '.repeat(300)));
    expectBytes(await gather(dearmorChunks(pieces(surrounded, step))), data);
    expectBytes(dearmor(text.subarray(0, -1)), data);
  }
});

test('lines end in CRLF too, wherever the pieces end', async () => {
  const data = randomBytes(100);
  const text = utf8(new TextDecoder().decode(armor(data)).replaceAll('\n', '\r\n'));
  for (const step of [1, 2, 35, 36, 37, 1000]) {
    expectBytes(await gather(dearmorChunks(pieces(text, step))), data);
  }
});

test.each<[string, (text: string) => string]>([
  ['lower-case marker', (text) => text.replace('AGE', 'age')],
  ['cut', (text) => text.slice(0, text.length / 2)],
  ['cut in the last line', (text) => text.slice(0, -3)],
  ['followed by data', (text) => `${text}x`],
  ['preceded by data', (text) => `x${text}`],
  ['empty line', (text) => text.replace('\n', '\n\n')],
  ['much space before', (text) => '\n'.repeat(1025) + text],
  ['much space after', (text) => text + ' '.repeat(1025)],
  ['not base64', (text) => text.replace('A', '*')],
  ['not ASCII', (text) => text.replace('A', '\u00e9')],
  ['CR alone', (text) => text.replaceAll('\n', '\r')],
  ['CR at the end', (text) => `${text.slice(0, -1)}\r`],
  ['nothing', () => ''],
])('%s is malformed in pieces of any size', async (_, change) => {
  const text = utf8(change(new TextDecoder().decode(armor(new Uint8Array(100)))));
  expect(await codeOf(() => dearmor(text))).toBe('malformed');
  for (const step of [1, 10, 64, 5000]) {
    expect(await codeOf(() => gather(dearmorChunks(pieces(text, step))))).toBe('malformed');
  }
});

test('a line without end is not gathered in memory', async () => {
  let given = 0;
  function* endless(): Generator<Uint8Array> {
    for (;;) {
      given += 1000;
      yield new Uint8Array(1000).fill(65);
    }
  }
  expect(await codeOf(() => gather(dearmorChunks(endless())))).toBe('malformed');
  expect(given).toBeLessThan(10_000);
});
