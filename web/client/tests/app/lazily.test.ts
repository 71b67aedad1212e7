/** Code that was lost on its way is asked for again. */
import { describe, expect, it, vi } from 'vitest';
import { again } from '../../src/app/lazily';

describe('what comes when it is first needed', () => {
  it('is asked for again where it was lost, and once where it was not', async () => {
    const lost = vi.fn(() => Promise.resolve('a page')).mockRejectedValueOnce(new TypeError('lost'));
    expect(await again(lost, [0, 0])).toBe('a page');
    expect(lost).toHaveBeenCalledTimes(2);
    const here = vi.fn(() => Promise.resolve('a page'));
    expect(await again(here, [0, 0])).toBe('a page');
    expect(here).toHaveBeenCalledOnce();
  });

  it('is given up after some tries, with what the last one said', async () => {
    let tries = 0;
    const gone = vi.fn(() => Promise.reject(new TypeError(`gone ${++tries}`)));
    await expect(again(gone, [0, 0])).rejects.toThrow('gone 3');
    expect(gone).toHaveBeenCalledTimes(3);
  });
});
