/** Which requests the app's own files on a device answer, and which never. */
import { describe, expect, it } from 'vitest';
import { fileFor, KEPT_FRAME, KEPT_FRAME_POLICY, readList } from '../../src/offline/shell.ts';
import { FRAMES } from '../../src/ui/frames.ts';

const ORIGIN = 'https://coffre.example';
const FILES = readList('assets/index-1.js=aa|assets/a=b.js=cc|index.html=bb|preview-kept.html=dd');
const asked = (path: string, mode = 'cors', method = 'GET') =>
  fileFor({ method, mode, url: new URL(path, ORIGIN).href }, ORIGIN, FILES);

describe('the list', () => {
  it('is read with names that hold an equals sign', () => {
    expect([...FILES]).toEqual([
      ['assets/index-1.js', 'aa'],
      ['assets/a=b.js', 'cc'],
      ['index.html', 'bb'],
      ['preview-kept.html', 'dd'],
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

  it('give the frame that stands for itself, in an opaque origin without a network', () => {
    expect(asked(FRAMES.kept.src, 'navigate')).toBe(KEPT_FRAME);
    const directives = KEPT_FRAME_POLICY.split('; ');
    expect(directives).toContain('sandbox allow-scripts');
    expect(directives).toContain("connect-src 'none'");
    expect(FRAMES.server.sandbox).toBe('allow-scripts');
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
