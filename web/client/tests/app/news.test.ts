/** What tabs tell each other. */
import { expect, it } from 'vitest';
import { News } from '../../src/app/news';

it('is heard by other tabs, of any vault, and not by the one that tells; other words are no news', async () => {
  const [here, there] = [new BroadcastChannel('test-news'), new BroadcastChannel('test-news')];
  const heard: string[] = [];
  const [first, second] = [new News(here), new News(there)];
  first.hear((vault) => heard.push(`first ${vault}`));
  const arrived = new Promise<void>((resolve) => {
    second.hear((vault) => {
      heard.push(`second ${vault}`);
      if (vault === 'w') resolve();
    });
  });
  const leave = second.hear((vault) => heard.push(`gone ${vault}`));
  leave();
  first.tell('v');
  here.postMessage({ vault: 'x' });
  first.tell('w');
  await arrived;
  expect(heard).toEqual(['second v', 'second w']);
  here.close();
  there.close();
});
