/** `vitest` as far as the tests use it: suites are collected when a test file is loaded, and run by `runSuites`. */
import { JestChaiExpect } from '@vitest/expect';
import * as chai from 'chai';

chai.use(JestChaiExpect);

export const expect = (value: unknown): Chai.Assertion => chai.expect(value);

type Action = () => unknown;
type Each = (...row: readonly unknown[]) => unknown;
interface Case {
  readonly name: string;
  readonly run: Action;
}

const cases: Case[] = [];
const before: Action[] = [];
let path: readonly string[] = [];

export function describe(name: string, body: () => void): void {
  const outer = path;
  path = [...outer, name];
  body();
  path = outer;
}

export function beforeAll(action: Action): void {
  before.push(action);
}

export function test(name: string, run: Action): void {
  cases.push({ name: [...path, name].join(' > '), run });
}
describe.each = test.each =
  (rows: readonly unknown[]) =>
  (name: string, body: Each): void => {
    rows.forEach((row, index) => {
      const { name: own = '' } = row as { readonly name?: string };
      test(`${name.replace('$name', own)} [${index}]`, () =>
        body(...(Array.isArray(row) ? (row as readonly unknown[]) : [row])));
    });
  };

export interface Outcome {
  readonly passed: number;
  readonly failed: readonly string[];
}

/** Runs what was collected, one after the other. */
export async function runSuites(): Promise<Outcome> {
  for (const action of before) await action();
  const failed: string[] = [];
  for (const { name, run } of cases) {
    try {
      await run();
    } catch (thrown) {
      failed.push(`${name}: ${String(thrown)}`);
    }
  }
  return { passed: cases.length - failed.length, failed };
}
