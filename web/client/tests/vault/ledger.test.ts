/** The folds of ledger and accesses on the vectors that Python folds too, and what a fold keeps when it refuses. */
import { beforeAll, describe, expect, it } from 'vitest';
import { b64u, type KeyId, type SectionId, type VaultId } from '../../src/crypto/encoding.ts';
import { entryHash, pageFromWire, type Page } from '../../src/crypto/journal.ts';
import { ready } from '../../src/crypto/primitives.ts';
import { signedFromWire, versionOrder, type NamedVersion } from '../../src/crypto/statements.ts';
import { verifiedKeys } from '../../src/crypto/successions.ts';
import { AccessLog } from '../../src/vault/ledger_accesses.ts';
import { dueSections, grantState, maySeal, remainingGrants } from '../../src/vault/ledger_state.ts';
import { Ledger, type Viewer } from '../../src/vault/ledger.ts';
import { wantedTerms } from '../../src/vault/section_terms.ts';
import { binary, codeOf, list, number, object, text, vectorsOf, type Fields } from '../crypto/vectors.ts';

beforeAll(ready);

const vectors = vectorsOf(['ledger']);

function named(name: string): Fields {
  const found = vectors.find((vector) => vector.name === `ledger/${name}.json`);
  if (found === undefined) throw new Error(`no vector ${name}`);
  return found.fields;
}

function viewerOf(fields: Fields): Viewer {
  const viewer = object(fields, 'viewer');
  const named = 'documents' in viewer ? list<NamedVersion>(viewer, 'documents') : [];
  return {
    key: text(viewer, 'key') as KeyId,
    sections: new Set(list<SectionId>(viewer, 'sections')),
    documents: new Set(named.map(versionOrder)),
  };
}

function emptyOf(fields: Fields): Ledger {
  const pin = 'pin' in fields ? object(fields, 'pin') : undefined;
  return Ledger.empty(text(fields, 'vault') as VaultId, {
    owner: text(fields, 'owner') as KeyId,
    ...(pin === undefined ? {} : { pin: { size: number(pin, 'size'), head: binary(pin, 'head') } }),
  });
}

function pagesOf(fields: Fields, name: string): readonly Page[] {
  return list<unknown>(fields, name).map(pageFromWire);
}

/** Everything that a state says, to compare two of them. */
function told(ledger: Ledger): string {
  return JSON.stringify(ledger.state, (_, value: unknown) => {
    if (value instanceof Map) return [...(value as Map<unknown, unknown>)];
    return value instanceof Uint8Array ? b64u(value) : value;
  });
}

/** Folds all pages but the last, which must be taken; then the last. */
async function foldLedger(fields: Fields): Promise<{ readonly ledger: Ledger; readonly code: string }> {
  const viewer = viewerOf(fields);
  const wire = list<unknown>(fields, 'pages');
  let ledger = emptyOf(fields);
  for (const page of wire.slice(0, -1)) ledger = ledger.appendPage(pageFromWire(page), viewer);
  const before = told(ledger);
  const last = ledger;
  const code = await codeOf(() => {
    ledger = last.appendPage(pageFromWire(wire.at(-1)), viewer);
  });
  if (code !== 'ok') expect(told(ledger)).toBe(before);
  return { ledger, code };
}

describe('vectors of the ledger', () => {
  const ledgers = vectors.filter(({ fields }) => fields['stage'] === 'ledger');
  it.each(ledgers.map(({ name, fields }) => [name, fields] as const))('%s', async (_, fields) => {
    const { ledger, code } = await foldLedger(fields);
    expect(code).toBe(text(fields, 'expect'));
    if (code !== 'ok') return;
    const { size, head, documents, grants, shares } = ledger.state;
    expect({
      size,
      head: b64u(head),
      documents: documents.size,
      grants: grants.size,
      shares: shares.size,
    }).toEqual(object(fields, 'result'));
  });
});

describe('vectors of the accesses', () => {
  const accesses = vectors.filter(({ fields }) => fields['stage'] === 'accesses');
  it.each(accesses.map(({ name, fields }) => [name, fields] as const))('%s', async (_, fields) => {
    let ledger = emptyOf(fields);
    for (const page of pagesOf(fields, 'pages')) ledger = ledger.appendPage(page, viewerOf(fields));
    const pages = pagesOf(fields, 'accesses');
    let log = AccessLog.empty(ledger.state.vault);
    const chain = 'server_keys' in fields ? list(fields, 'server_keys').map(signedFromWire) : [];
    const keys = verifiedKeys('server_key', ledger.state.server ?? new Uint8Array(32), chain);
    for (const page of pages.slice(0, -1)) log = log.appendPage(page, ledger.state, { keys });
    const { size } = log.tip;
    const code = await codeOf(() => {
      const last = pages.at(-1);
      if (last !== undefined) log = log.appendPage(last, ledger.state, { keys });
    });
    expect(code).toBe(text(fields, 'expect'));
    expect(log.tip.size).toBe(code === 'ok' ? number(fields, 'size') : size);
  });
});

describe('vectors of what is in force', () => {
  const found = vectors.filter(({ fields }) => fields['stage'] === 'in-force');
  it.each(found.map(({ name, fields }) => [name, fields] as const))('%s', async (_, fields) => {
    const { state } = (await foldLedger(fields)).ledger;
    const all = new Set(state.sections.keys());
    for (const moment of list<Fields>(fields, 'moments')) {
      const now = number(moment, 'now');
      const at = Math.max(now, state.time);
      const states = [...state.grants.values()].map((grant) => [grant.grant, grantState(state, grant, now)]);
      expect({
        now,
        due: [...dueSections(state, now)].sort(),
        remaining: [...remainingGrants(state, all, at)].sort(),
        states: Object.fromEntries(states) as unknown,
        terms: Object.fromEntries(wantedTerms(state, at)),
      }).toEqual(moment);
    }
  });
  it('are not none', () => expect(found.length).toBeGreaterThan(0));
});

describe('a fold', () => {
  const story = () => named('story-for-the-doctor');

  it('gives the same state for pages of any size', () => {
    const fields = story();
    const viewer = viewerOf(fields);
    const [page] = pagesOf(fields, 'pages');
    expect(page).toBeDefined();
    if (page === undefined) return;
    const whole = emptyOf(fields).appendPage(page, viewer);
    let piecemeal = emptyOf(fields);
    for (const entry of page.entries) piecemeal = piecemeal.appendPage({ ...page, entries: [entry] }, viewer);
    expect(told(piecemeal)).toBe(told(whole));
    expect(whole.news).toHaveLength(page.entries.length);
  });

  it('refuses a page whose end another entry would take', async () => {
    const fields = story();
    const [page] = pagesOf(fields, 'pages');
    if (page === undefined) throw new Error('a story without pages');
    const cut = { ...page, entries: page.entries.slice(0, -1), size: page.size - 1 };
    expect(await codeOf(() => emptyOf(fields).appendPage(cut, viewerOf(fields)))).toBe('tampered');
  });

  it('refuses a shorter chain than the one it holds, and stays as it was', async () => {
    const fields = story();
    const viewer = viewerOf(fields);
    const [page] = pagesOf(fields, 'pages');
    if (page === undefined) throw new Error('a story without pages');
    const ledger = emptyOf(fields).appendPage(page, viewer);
    const before = told(ledger);
    expect(await codeOf(() => ledger.appendPage({ ...page, size: page.size - 1, entries: [] }, viewer))).toBe(
      'stale',
    );
    expect(told(ledger)).toBe(before);
  });

  it('lets authors follow their own versions out of their sections, and no others', () => {
    const fields = named('author-follows-own-document');
    const [page] = pagesOf(fields, 'pages');
    if (page === undefined) throw new Error('a story without pages');
    const viewer = viewerOf(fields);
    const { state } = emptyOf(fields).appendPage(page, viewer);
    const [document] = [...state.documents.values()];
    if (document === undefined) throw new Error('no document');
    expect(document.versions.map((one) => one.manifest.version)).toEqual([1, 3]);
    expect(document.versions.map((one) => one.filing.sealed)).toEqual([undefined, undefined]);
    expect(document.author).toBe(viewer.key);
    expect(document.removed).toBeDefined();
  });

  it('misses the metadata of any entry, whatever it verified before', async () => {
    const fields = named('later-story-for-the-owner');
    const viewer = viewerOf(fields);
    const pages = pagesOf(fields, 'pages');
    const cards = pages.flatMap((page) => page.cards);
    let ledger = emptyOf(fields);
    const missed: string[] = [];
    for (const entry of pages.flatMap((page) => page.entries)) {
      const size = ledger.state.size + 1;
      const page = { cards, entries: [entry], head: entryHash(entry.header), size };
      const bare = { ...page, entries: [{ ...entry, metadata: undefined }] };
      const before = ledger;
      ledger = before.appendPage(page, viewer);
      const kind = ledger.news[0]?.header.kind ?? '';
      if (entry.metadata === undefined || kind === 'restoral') continue;
      expect(await codeOf(() => before.appendPage(bare, viewer))).toBe('tampered');
      missed.push(kind);
    }
    expect(missed).toEqual(['manifest', 'refile', 'refile']);
  });

  it('must be done again for a viewer who may see more', async () => {
    const fields = story();
    const viewer = viewerOf(fields);
    const [page] = pagesOf(fields, 'pages');
    if (page === undefined) throw new Error('a story without pages');
    const ledger = emptyOf(fields).appendPage(page, viewer);
    const more = { ...viewer, sections: new Set([...viewer.sections, 'f'.repeat(32) as SectionId]) };
    const less = { ...viewer, sections: new Set<SectionId>() };
    expect(ledger.needsRefold(more)).toBe(true);
    expect(ledger.needsRefold(less)).toBe(false);
    expect(await codeOf(() => ledger.append([], [], more))).toBe('stale');
  });
});

describe('sealing by others than the owner', () => {
  const page = () => {
    const fields = named('later-story-for-the-owner');
    return { fields, pages: pagesOf(fields, 'pages') };
  };

  it('follows the published term, the clock, ends of grants and masking', () => {
    const { fields, pages } = page();
    const [first, second] = pages;
    if (first === undefined || second === undefined) throw new Error('a story of two pages');
    const entries = [...first.entries, ...second.entries];
    const cards = [...first.cards, ...second.cards];
    const allowed: Record<string, boolean> = {};
    let ledger = emptyOf(fields);
    for (const entry of entries) {
      ledger = ledger.append([entry], cards, viewerOf(fields));
      const { state, news } = ledger;
      const section = [...state.sections.keys()].sort()[0];
      const { kind, seq } = news[0]?.header ?? { kind: '', seq: 0 };
      if (section !== undefined) allowed[`${String(seq)} ${kind}`] = maySeal(state, section, 0);
      if (kind === 'section_terms' && section !== undefined) {
        expect(maySeal(state, section, state.time + 99 * 86_400)).toBe(true);
        expect(maySeal(state, section, state.time + 101 * 86_400)).toBe(false);
      }
    }
    const order = Object.entries(allowed);
    expect(order.find(([, may]) => may)?.[0]).toContain('section_terms');
    const masked = order.filter(([name]) => name.endsWith('settings')).map(([, may]) => may);
    expect(masked).toEqual([false, true]);
    const at = order.findIndex(([name]) => name.endsWith(' block'));
    expect(order.slice(at - 1, at + 1).map(([, may]) => may)).toEqual([true, false]);
    expect(order.at(-1)?.[1]).toBe(false);
  });
});
