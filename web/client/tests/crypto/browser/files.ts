/** `node:fs` and `node:path` as far as the tests use them, over the vectors that the page was given. */
import { MARK, type Listing } from './protocol.ts';

const files = new Map<string, Uint8Array>();

export async function loadFiles(url: string): Promise<void> {
  const listing = (await (await fetch(url)).json()) as Listing;
  for (const [path, base64] of Object.entries(listing)) {
    files.set(
      path,
      Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)),
    );
  }
}

export function join(...parts: readonly string[]): string {
  return parts.join('/');
}

export function readdirSync(folder: string): string[] {
  const start = `${below(folder)}/`;
  const inside = [...files.keys()].filter((path) => path.startsWith(start));
  return [...new Set(inside.map((path) => path.slice(start.length).split('/')[0] ?? ''))];
}

export function readFileSync(path: string): Uint8Array;
export function readFileSync(path: string, encoding: 'utf8'): string;
export function readFileSync(path: string, encoding?: 'utf8'): Uint8Array | string {
  const data = files.get(below(path));
  if (data === undefined) throw new Error('no such file');
  return encoding === undefined ? data : new TextDecoder().decode(data);
}

function below(path: string): string {
  return path.slice(path.indexOf(MARK) + MARK.length);
}
