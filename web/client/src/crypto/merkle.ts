/**
 * The Merkle tree of checkpoints (chapter 9; RFC 9162 §2.1): hashes, and the verification of proofs.
 *
 * Knows hashes only. Proofs are made by the server (`merkle.py`), so nothing here makes one. Indices go to 2^53 − 1: no
 * bit operators, which count in 32 bits.
 */
import { concat, equalBytes } from './encoding.ts';
import { check, tampered } from './errors.ts';
import { sha256 } from './signing.ts';

export const HASH_LENGTH = 32;
export const MAX_PROOF = 64;

const LEAF = new Uint8Array([0]);
const NODE = new Uint8Array([1]);

/** Root of the tree without leaves. */
export function emptyRoot(): Uint8Array {
  return sha256(new Uint8Array(0));
}

/** The 32-byte hash of a leaf's data. */
export function leafHash(data: Uint8Array): Uint8Array {
  return sha256(concat(LEAF, data));
}

/** The 32-byte hash of an inner node. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concat(NODE, left, right));
}

/** Returns if the leaf with this hash stands at `index` in the tree of `size` with this root (§2.1.3.2); else tampered. */
export function verifyInclusion(
  leaf: Uint8Array,
  place: { readonly index: number; readonly size: number },
  proof: readonly Uint8Array[],
  root: Uint8Array,
): void {
  const { index, size } = place;
  checkShape(size, proof);
  check(Number.isSafeInteger(index) && index >= 0 && index < size, () => tampered('leaf beyond the tree'));
  const path = new Path(index, size - 1);
  let found = leaf;
  for (const sibling of proof) {
    found = path.isRight() ? nodeHash(sibling, found) : nodeHash(found, sibling);
    path.up();
  }
  check(path.isDone && equalBytes(found, root), () => tampered('leaf is not in the tree'));
}

/** A size of the tree and the root that it had then. */
export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/** Returns if the tree `older` is the beginning of `newer` (§2.1.4.2); else tampered. */
export function verifyConsistency(older: TreeHead, newer: TreeHead, proof: readonly Uint8Array[]): void {
  checkShape(newer.size, proof);
  const sizes = Number.isSafeInteger(older.size) && older.size >= 0 && older.size <= newer.size;
  check(sizes, () => tampered('tree that shrank'));
  if (older.size === 0 || older.size === newer.size) {
    const expected = older.size === 0 ? emptyRoot() : older.root;
    const same = older.size !== newer.size || equalBytes(older.root, newer.root);
    check(proof.length === 0 && equalBytes(older.root, expected) && same, () =>
      tampered('another tree of the same size'),
    );
    return;
  }
  const [first, ...rest] = isPowerOfTwo(older.size) ? [older.root, ...proof] : proof;
  check(first !== undefined, () => tampered('consistency proof too short'));
  const path = new Path(older.size - 1, newer.size - 1);
  path.skipRight();
  let [before, after] = [first, first];
  for (const sibling of rest) {
    if (path.isRight()) [before, after] = [nodeHash(sibling, before), nodeHash(sibling, after)];
    else after = nodeHash(after, sibling);
    path.up();
  }
  const holds = path.isDone && equalBytes(before, older.root) && equalBytes(after, newer.root);
  check(holds, () => tampered("tree that is not the older one's continuation"));
}

/** The way from a leaf (`at`) to the root, beside the tree's last leaf (`last`). */
class Path {
  private at: number;
  private last: number;

  constructor(at: number, last: number) {
    this.at = at;
    this.last = last;
  }

  get isDone(): boolean {
    return this.last === 0;
  }

  /**
   * Whether the next sibling stands left; the way then leads up past levels where there is none. The root has no sibling: tampered,
   * the proof is too long.
   */
  isRight(): boolean {
    check(!this.isDone, () => tampered('proof too long'));
    const right = this.at % 2 === 1 || this.at === this.last;
    if (right) while (this.at % 2 === 0 && this.at !== 0) this.up();
    return right;
  }

  /** Up to the root of the subtree that the leaf ends. */
  skipRight(): void {
    while (this.at % 2 === 1) this.up();
  }

  up(): void {
    this.at = Math.floor(this.at / 2);
    this.last = Math.floor(this.last / 2);
  }
}

function isPowerOfTwo(size: number): boolean {
  let left = size;
  while (left % 2 === 0) left /= 2;
  return left === 1;
}

function checkShape(size: number, proof: readonly Uint8Array[]): void {
  const known = Number.isSafeInteger(size) && proof.length <= MAX_PROOF;
  check(known, () => tampered('proof beyond the largest tree'));
  const whole = proof.every((member) => member.length === HASH_LENGTH);
  check(whole, () => tampered('proof with a hash of another length'));
}
