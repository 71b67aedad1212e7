/** How often a page is told of progress. */
import { expect, it } from 'vitest';
import { paced } from '../../src/worker/pace.ts';

function told(total?: number) {
  const said: number[] = [];
  const clock = { now: 0 };
  const tell = paced(
    (done) => said.push(done),
    total,
    () => clock.now,
  );
  return { said, clock, tell };
}

it('the first bytes are told at once, then one telling for all that came within a tenth of a second', () => {
  const { said, clock, tell } = told();
  for (clock.now = 0; clock.now < 1000; clock.now++) tell(clock.now + 1);
  expect(said).toEqual([1, 101, 201, 301, 401, 501, 601, 701, 801, 901]);
});

it('the last bytes are told whenever they come', () => {
  const { said, tell } = told(3);
  for (const done of [1, 2, 3]) tell(done);
  expect(said).toEqual([1, 3]);
});
