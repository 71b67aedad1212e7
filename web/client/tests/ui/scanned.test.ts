/** Where a code that a professional scans leads. */
import { expect, it } from 'vitest';
import { pathOfScanned } from '../../src/app/scanned';

const HOME = 'https://coffre.example';

it.each([
  [`${HOME}/redeem#abc`, '/redeem'],
  [` ${HOME}/deposit#abc\n`, '/deposit'],
  [`${HOME}/view?recipient=none#shlink:/eyJ1`, '/view'],
  ['shlink:/eyJ1', '/view'],
  ['https://other.example/viewer#shlink:/eyJ1', '/view'],
  ['https://other.example/redeem#abc', undefined],
  [`${HOME}/redeem`, undefined],
  [`${HOME}/settings#abc`, undefined],
  ['3400930000001', undefined],
])('%s leads to %s', (text, path) => {
  expect(pathOfScanned(text, HOME)).toBe(path);
});
