/** What a page takes from the frame in which a hostile document is drawn. */
import { afterEach, expect, test, vi } from 'vitest';
import { FRAMES, listenTo } from '../../src/ui/frames';

afterEach(() => vi.unstubAllGlobals());

test('a message counts if it is of the frame itself, and of opaque origin', () => {
  const page = new EventTarget();
  vi.stubGlobal('window', page);
  const [frame, other] = [{}, {}] as unknown as readonly [Window, Window];
  const heard: unknown[] = [];
  const end = listenTo(
    () => frame,
    (reply, from) => heard.push(reply, from),
  );
  const say = (source: Window | null, origin: string, data: unknown = { type: 'ready' }) =>
    page.dispatchEvent(Object.assign(new Event('message'), { source, origin, data }));
  say(other, 'null');
  say(null, 'null');
  // The frame without its policy would be of the app's origin; the one with the attribute never is.
  say(frame, 'https://coffre.test');
  say(frame, '');
  say(frame, 'null', { type: 'ready?' });
  expect(heard).toEqual([]);
  say(frame, 'null');
  expect(heard).toEqual([{ type: 'ready' }, frame]);
  end();
  say(frame, 'null');
  expect(heard).toHaveLength(2);
  expect(FRAMES.server.sandbox).toBe('allow-scripts');
});
