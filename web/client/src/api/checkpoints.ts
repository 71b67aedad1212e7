/** What the server answers about checkpoints (spec chapter 9). Nothing in it is verified yet. */
import { bytes, bytesBetween, integer } from '../crypto/shapes.ts';
import { MAX_PROOF } from '../crypto/merkle.ts';
import { answer, many, string } from './answers.ts';

const hash = bytes(32);
const hashes = many((value) => hash.decode(value as string), MAX_PROOF);

export const readCheckpoint = answer({ note: string(65_536) });
export const readConsistency = answer({ proof: hashes });
export const readInclusion = answer({ index: integer(), leaf: bytesBetween(1, 4096), proof: hashes });
