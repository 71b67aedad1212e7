/**
 * What an upload costs a browser beyond the network, each by itself and as the app does it, over as many bytes as the file has; and
 * bodies alone, with and without what the app does for their memory (tests/bench/browser_causes.py prints both).
 */
import { drain, seconds } from './measured.ts';
import { SentBodies } from '../../../src/api/sent_bodies.ts';
import { newFileKey } from '../../../src/crypto/age_file.ts';
import { sealChunks } from '../../../src/crypto/age_stream.ts';
import { sha256Large } from '../../../src/crypto/primitives.ts';

/** The pieces of a file's stream in Chromium. */
const PIECE = 2 << 20;

/** SHA-256 of each part, of `part` bytes. */
export function partHashes({ file, part }: { file: Blob; part: number }): Promise<number> {
  const data = new Uint8Array(part);
  return seconds(async () => {
    for (let at = 0; at < file.size; at += part) await sha256Large(data);
  });
}

/** The payload's cipher, of bytes in memory. */
export function cipher({ file }: { file: Blob }): Promise<number> {
  const piece = new Uint8Array(PIECE);
  async function* zeros(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < file.size; at += PIECE) yield await Promise.resolve(piece);
  }
  return seconds(() => drain(sealChunks(newFileKey(), zeros())));
}

/** What is done for the memory of a body that was sent: the app's way, a buffer that nobody holds, nothing. */
export type Counting = 'held' | 'dropped' | 'none';

/** Sends bodies of `part` bytes to `url`, one after the other. */
export function bodies(given: {
  url: string;
  part: number;
  count: number;
  counting: Counting;
}): Promise<number> {
  const { url, part, count, counting } = given;
  const data = new Uint8Array(part);
  const sent = new SentBodies();
  const after = {
    held: () => sent.count(part),
    dropped: () => void new ArrayBuffer(part),
    none: () => undefined,
  };
  return seconds(async () => {
    for (let number = 0; number < count; number++) {
      data[0] = number;
      const answer = await fetch(url, { method: 'PUT', body: data });
      await answer.arrayBuffer();
      after[counting]();
    }
  });
}
