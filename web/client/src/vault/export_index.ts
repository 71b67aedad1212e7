/**
 * What an export says of itself: `index.json` for programs, `index.html` for people (as `vault/client/export.py`).
 *
 * The page has no script and asks for nothing from elsewhere: it opens by a double click, also in many years. Every text in it is
 * escaped. Words are given by who calls, in the reader's language.
 */
import { b64u } from '../crypto/encoding.ts';
import type { OpenVault } from './vaults.ts';

/** One version of a document. `path`: below the export's folder. */
export interface ExportRow {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly name: string;
  readonly type: string | null;
  readonly mime: string;
  /** The kind of the section, or its own name. */
  readonly section: string;
  readonly date: string;
  readonly author: string;
  readonly size: number;
  /** Hexadecimal; null where nothing was decrypted and the metadata do not say. */
  readonly sha256: string | null;
  readonly added: string;
  readonly path: string;
}

const COLUMNS = ['date', 'title', 'section', 'author', 'size', 'path'] as const;

/** The page's words. `sections`: names of the kinds. `made`: the sentence with the moment. */
export interface ExportWords {
  readonly language: string;
  readonly heading: string;
  readonly made: string;
  readonly missing: string;
  readonly journal: string;
  readonly profile: string;
  readonly columns: Readonly<Record<(typeof COLUMNS)[number], string>>;
  readonly sections: Readonly<Record<string, string>>;
}

/** What the page leads to besides the documents. */
export interface ExportPlaces {
  readonly missing: readonly string[];
  /** Paths of the journal's table and of the profile; absent when there is none. */
  readonly journal?: string | undefined;
  readonly profile?: string | undefined;
}

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#16323a}' +
  'table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .6rem;' +
  'border-bottom:1px solid #cdd8da;overflow-wrap:anywhere}a{color:#0b5a66}' +
  '@media(max-width:40rem){thead{display:none}td{display:block;border:0;padding:.1rem 0}' +
  'tr{display:block;padding:.6rem 0;border-bottom:1px solid #cdd8da}}';

export function exportIndex(vault: OpenVault, rows: readonly ExportRow[], journal: unknown): string {
  const { client, state } = vault;
  const index = {
    vault: vault.id,
    exported: moment(vault.now()),
    server: client.api.origin,
    ledger: { size: state.size, head: b64u(state.head) },
    documents: rows,
    journal,
  };
  return JSON.stringify(index, null, 1);
}

export function exportPage(rows: readonly ExportRow[], words: ExportWords, places: ExportPlaces): string {
  const title = escaped(words.heading);
  const head = COLUMNS.map((name) => `<th>${escaped(words.columns[name])}</th>`).join('');
  const body = rows.map((row) => `<tr>${COLUMNS.map((name) => cell(row, name, words)).join('')}</tr>`);
  const missing = places.missing.map((one) => `<li>${escaped(one)}</li>`).join('');
  return (
    `<!doctype html><html lang="${escaped(words.language)}"><head><meta charset="utf-8"><title>${title}</title>` +
    '<meta name="viewport" content="width=device-width,initial-scale=1">' +
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">` +
    `<style>${STYLE}</style></head><body><h1>${title}</h1><p>${escaped(words.made)}</p>` +
    (places.profile === undefined ? '' : `<p>${link(places.profile, words.profile)}</p>`) +
    (places.journal === undefined ? '' : `<p>${link(places.journal, words.journal)}</p>`) +
    (missing === '' ? '' : `<h2>${escaped(words.missing)}</h2><ul>${missing}</ul>`) +
    `<table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></body></html>\n`
  );
}

/** Seconds since 1970 as ISO 8601, without fractions. */
export function moment(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000', '');
}

function cell(row: ExportRow, name: (typeof COLUMNS)[number], words: ExportWords): string {
  if (name === 'path') return `<td>${link(row.path, row.path)}</td>`;
  const value = String(row[name]);
  return `<td>${escaped(name === 'section' ? (words.sections[value] ?? value) : value)}</td>`;
}

/** Each part of a path was made by `safeName`; quoted all the same, for `#`, `%` and spaces. */
function link(path: string, text: string): string {
  const quoted = path.split('/').map(encodeURIComponent).join('/');
  return `<a href="./${escaped(quoted)}">${escaped(text)}</a>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
