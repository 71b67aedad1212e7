/** The host's maintenance, from an answer's header to the pages that show it. */
import { afterEach, expect, test, vi } from 'vitest';
import { Api } from '../../src/api/client.ts';
import { hostStateOf, HostStates, watchHostState, type HostState } from '../../src/api/host_state.ts';
import { patiently } from '../../src/vault/patience.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function heard(): HostState[] {
  const found: HostState[] = [];
  ends.push(watchHostState((state) => found.push(state)));
  return found;
}

test.each([
  [null, { open: true }],
  ['0', { open: false }],
  ['1800000000', { open: false, until: 1_800_000_000 }],
  ['1800000000 still', { open: false, until: 1_800_000_000, still: true }],
  ['0 still', { open: false, still: true }],
  ['tomorrow', { open: false }],
  ['-5', { open: false }],
  ['1e99', { open: false }],
])('a header of %s', (header, state) => {
  expect(hostStateOf(header)).toEqual(state);
});

test('pages hear what is new, and who came late asks', async () => {
  const early = heard();
  const states = new HostStates();
  ends.push(() => states.note(null));
  states.note('0');
  states.note('0');
  await vi.waitFor(() => expect(early).toEqual([{ open: false }]));
  const late = heard();
  await vi.waitFor(() => expect(late).toEqual([{ open: false }]));
  states.note(null);
  await vi.waitFor(() => expect(late.at(-1)).toEqual({ open: true }));
  // An engine that was started since says so with its first answer.
  new HostStates().note(null);
  await vi.waitFor(() => expect(late).toHaveLength(3));
});

test('what is under way waits for the end of the maintenance, and a page is told', async () => {
  const pages = heard();
  const answers = [
    new Response(JSON.stringify({ error: { code: 'read_only', message: '' } }), {
      status: 503,
      headers: { 'Coffre-Read-Only': '1800000000', 'Retry-After': '600' },
    }),
    new Response('{"done": true}', { status: 200 }),
  ];
  const api = new Api('https://coffre.test', () => Promise.resolve(answers.shift() as Response));
  const waits: number[] = [];
  const patience = { wait: (milliseconds: number) => Promise.resolve(void waits.push(milliseconds)) };
  const done = await patiently(patience, new AbortController().signal, () =>
    api.post('/vaults', {}, (value) => value, { again: true }),
  );
  expect(done).toEqual({ done: true });
  expect(waits).toEqual([1000]);
  await vi.waitFor(() => expect(pages).toEqual([{ open: false, until: 1_800_000_000 }, { open: true }]));
});
