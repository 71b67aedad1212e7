/**
 * Reads the vectors that both languages share (tests/vectors at the repository's root).
 *
 * The tests of this folder run in Node by vitest, and in Chromium by browser/, where `node:fs` is a list that the page loaded.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { equalBytes, unb64u } from '../../src/crypto/encoding.ts';
import { CoffreError } from '../../src/crypto/errors.ts';

export const ROOT = join(import.meta.dirname, '../../../../tests/vectors');

export type Fields = Readonly<Record<string, unknown>>;
export interface Vector {
  readonly name: string;
  readonly fields: Fields;
}

/** Every `*.json` of these folders, sorted. */
export function vectorsOf(folders: readonly string[]): readonly Vector[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => ({
        name: `${folder}/${name}`,
        fields: JSON.parse(readFileSync(join(ROOT, folder, name), 'utf8')) as Fields,
      })),
  );
}

export function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw new TypeError(`${name} is no text`);
  return value;
}

export function number(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number') throw new TypeError(`${name} is no number`);
  return value;
}

export function binary(fields: Fields, name: string): Uint8Array<ArrayBuffer> {
  return unb64u(text(fields, name));
}

export function object(fields: Fields, name: string): Fields {
  const value = fields[name];
  if (typeof value !== 'object' || value === null) throw new TypeError(`${name} is no object`);
  return value as Fields;
}

export function list<T>(fields: Fields, name: string): readonly T[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw new TypeError(`${name} is no list`);
  return value as readonly T[];
}

/** Runs `operation`: it must succeed for `ok`, else fail with that one code. */
export async function expectOutcome(outcome: string, operation: () => void | Promise<void>): Promise<void> {
  if (outcome === 'ok') {
    await operation();
    return;
  }
  expect(await codeOf(operation)).toBe(outcome);
}

/** The code of the CoffreError that `operation` throws; anything else that it does is a failure. */
export async function codeOf(operation: () => unknown): Promise<string> {
  try {
    await operation();
  } catch (thrown) {
    if (thrown instanceof CoffreError) return thrown.code;
    throw thrown;
  }
  return 'ok';
}

/** Compares large buffers; `toEqual` walks them element by element, which takes seconds per megabyte. */
export function expectBytes(actual: Uint8Array, expected: Uint8Array): void {
  expect(equalBytes(actual, expected)).toBe(true);
}
