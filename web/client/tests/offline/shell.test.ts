/** Which requests the app's own files on a device answer, and which never. */
import { describe, expect, it } from 'vitest';
import { fileFor, readList } from '../../src/offline/shell.ts';

const ORIGIN = 'https://coffre.example';
const FILES = readList('assets/index-1.js=aa|assets/a=b.js=cc|index.html=bb');
const asked = (path: string, mode = 'cors', method = 'GET') =>
  fileFor({ method, mode, url: new URL(path, ORIGIN).href }, ORIGIN, FILES);

describe('the list', () => {
  it('is read with names that hold an equals sign', () => {
    expect([...FILES]).toEqual([
      ['assets/index-1.js', 'aa'],
      ['assets/a=b.js', 'cc'],
      ['index.html', 'bb'],
    ]);
  });
});

describe('the files of the app', () => {
  it.each(['/', '/vault', '/settings/devices', '/vault/0a/documents/1?x=1'])(
    'give the page at %s',
    (path) => {
      expect(asked(path, 'navigate')).toBe('index.html');
    },
  );

  it('give scripts by their names', () => {
    expect(asked('/assets/index-1.js')).toBe('assets/index-1.js');
    expect(asked('/assets/another.js')).toBeUndefined();
  });

  it.each([
    ['/api/v1/server', 'cors'],
    ['/api/v1/openapi.json', 'navigate'],
    ['/downloads/0-1-2', 'navigate'],
    ['/preview.html', 'navigate'],
    ['/relay.html', 'navigate'],
    ['/robots.txt', 'navigate'],
    ['https://elsewhere.example/assets/index-1.js', 'cors'],
    ['/vault', 'cors'],
  ])('never answer %s (%s)', (path, mode) => {
    expect(asked(path, mode)).toBeUndefined();
  });

  it('never answer what changes something', () => {
    expect(asked('/assets/index-1.js', 'cors', 'POST')).toBeUndefined();
  });
});
