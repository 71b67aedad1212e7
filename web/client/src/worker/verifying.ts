/** The second thread: verifies signatures that it is sent (vault/second_thread.ts). Holds nothing between two requests. */
import { verifyMany } from '../crypto/platform_ed25519.ts';
import { unpacked, type VerifyAnswer, type VerifyRequest } from '../vault/second_thread.ts';

self.onmessage = async ({ data }: MessageEvent<VerifyRequest>) => {
  const good = await verifyMany(data.key, unpacked(data));
  self.postMessage({ id: data.id, good } satisfies VerifyAnswer);
};
