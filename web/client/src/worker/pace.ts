/**
 * How often a page is told of bytes that were verified: as somebody sees it, not as they come.
 *
 * Each telling is a message to the page and its answer, and the page draws; a GiB has 16,384 chunks.
 */

/** Milliseconds. */
const PAUSE = 100;

/** Tells of the first bytes, of what came after a while, and of the last where it is known which these are. */
export function paced(
  tell: (done: number) => void,
  total = Infinity,
  now: () => number = () => performance.now(),
): (done: number) => void {
  let last = -Infinity;
  return (done) => {
    const at = now();
    if (at - last < PAUSE && done < total) return;
    last = at;
    tell(done);
  };
}
