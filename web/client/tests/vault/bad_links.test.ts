/** What is wrong with a share's link is said, in both languages, and before anything was asked of a server where that is possible. */
import { beforeAll, describe, expect, test } from 'vitest';
import { ApiError } from '../../src/api/errors.ts';
import { b64u, randomBytes, unb64u, utf8 } from '../../src/crypto/encoding.ts';
import { ready } from '../../src/crypto/primitives.ts';
import { sealShareFile, ShareLink } from '../../src/crypto/share.ts';
import { en } from '../../src/i18n/en.ts';
import { fr } from '../../src/i18n/fr.ts';
import type { ErrorCode } from '../../src/ui/models';
import { faultOf } from '../../src/worker/outcome.ts';
import { shareCalls } from '../../src/worker/shares.ts';
import type { Workplace } from '../../src/worker/workplace.ts';

const ORIGIN = 'https://coffre.example';
const NOW = 1_800_000_000;
const link = () => ShareLink.generate(ORIGIN, { exp: NOW + 900 });

beforeAll(ready);

function changed(text: string, members: Readonly<Record<string, unknown>>): string {
  const [viewer = '', code = ''] = text.split('shlink:/');
  const content = JSON.parse(new TextDecoder().decode(unb64u(code))) as Readonly<Record<string, unknown>>;
  return `${viewer}shlink:/${b64u(utf8(JSON.stringify({ ...content, ...members })))}`;
}

/** The page's calls at a server that answers a share's address with `answer`. */
function calls(answer: () => unknown) {
  const api = { origin: ORIGIN, post: () => Promise.resolve().then(answer) };
  return shareCalls({ parts: { api, now: () => NOW } } as unknown as Workplace);
}

async function codeOf(action: () => Promise<unknown>): Promise<ErrorCode | 'ok'> {
  try {
    await action();
    return 'ok';
  } catch (thrown) {
    return faultOf(thrown).code;
  }
}

const NONE = () => {
  throw new Error('nothing may be asked of the server');
};

const BROKEN: readonly (readonly [string, (text: string) => string, ErrorCode, RegExp, RegExp])[] = [
  ['cut short', (text) => text.slice(0, -30), 'link_incomplete', /Scan the code again/, /Scannez le code/],
  ['nothing', () => `${ORIGIN}/view#shlink:/`, 'link_incomplete', /not complete/, /pas complet/],
  ['another version', (text) => changed(text, { v: 2 }), 'link_newer', /another version/, /autre version/],
  [
    'an unknown flag',
    (text) => changed(text, { flag: 'X' }),
    'link_newer',
    /does not know/,
    /ne connaît pas/,
  ],
  ['too long', (text) => text + 'A'.repeat(5000), 'link_incomplete', /not complete/, /pas complet/],
];

describe('a link', () => {
  test.each(BROKEN)('%s', async (_, spoil, code, english, french) => {
    expect(await codeOf(() => calls(NONE).ask(spoil(link().text(ORIGIN))))).toBe(code);
    expect(await codeOf(() => calls(NONE).open(spoil(link().text(ORIGIN))))).toBe(code);
    expect(en.errors[code]).toMatch(english);
    expect(fr.errors[code]).toMatch(french);
  });

  test('whose end has passed', async () => {
    const text = changed(link().text(ORIGIN), { exp: NOW });
    expect((await calls(NONE).ask(text)).ended).toBe(true);
    expect(await codeOf(() => calls(NONE).open(text))).toBe('ended');
  });

  test('with a character of its key changed', async () => {
    const made = link();
    const embedded = await sealShareFile(made.key, utf8('{"resourceType":"Bundle","entry":[]}'));
    const text = changed(made.text(ORIGIN), { key: b64u(randomBytes(32)) });
    const answer = () => ({ files: [{ contentType: 'application/fhir+json', embedded }] });
    expect(await codeOf(() => calls(answer).open(text))).toBe('link_key');
    expect(en.errors.link_key).toMatch(/a character of it was changed/);
    expect(fr.errors.link_key).toMatch(/l’un de ses caractères a été modifié/);
    expect(en.errors.link_key).toMatch(/Nothing is shown/);
  });

  test('that is unknown, ended or used up, and a code that was tried too often', async () => {
    for (const error of [
      new ApiError('not_found', 404),
      new ApiError('credentials', 401, { remainingAttempts: 0 }),
    ]) {
      const refuse = () => {
        throw error;
      };
      expect(await codeOf(() => calls(refuse).open(link().text(ORIGIN)))).toBe('ended');
    }
  });

  test('that asks no name', async () => {
    const quiet = ShareLink.generate(ORIGIN, { exp: NOW + 900, nameAsked: false }).text(ORIGIN);
    expect((await calls(NONE).ask(quiet)).nameAsked).toBe(false);
    expect((await calls(NONE).ask(link().text(ORIGIN))).nameAsked).toBe(true);
  });
});
