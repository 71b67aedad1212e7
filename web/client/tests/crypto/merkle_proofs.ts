/**
 * The TypeScript half of tests/crypto/test_merkle.py: verifies the proofs that Python made for every size, and the same proofs
 * with one fault, which must be `tampered`. Reads JSON from standard input, hashes as positions in one table.
 */
import { readFileSync } from 'node:fs';
import { CoffreError } from '../../src/crypto/errors.ts';
import { verifyConsistency, verifyInclusion } from '../../src/crypto/merkle.ts';
import { ready } from '../../src/crypto/primitives.ts';

type Proof = readonly [number, number, readonly number[]];
interface Given {
  readonly leaves: readonly number[];
  readonly roots: readonly number[];
  readonly inclusions: readonly Proof[];
  readonly consistencies: readonly Proof[];
  readonly hashes: readonly string[];
}

const given = JSON.parse(readFileSync(0, 'utf8')) as Given;
const hashes = given.hashes.map((text) => Uint8Array.from(Buffer.from(text, 'hex')));
const at = (position: number | undefined): Uint8Array => {
  const found = hashes[position ?? -1];
  if (found === undefined) throw new TypeError('no such hash');
  return found;
};
let [accepted, wronglyAccepted, refused, others] = [0, 0, 0, 0];

function isRefused(verify: () => void): boolean {
  try {
    verify();
  } catch (thrown) {
    if (thrown instanceof CoffreError && thrown.code === 'tampered') return true;
    others++;
  }
  return false;
}

/** One fault each: a hash left out, one too many, one flipped. */
function wrong(proof: readonly Uint8Array[], which: number): readonly Uint8Array[] {
  if (which % 3 === 0 && proof.length > 0) return proof.slice(0, -1);
  if (which % 3 === 1 && proof.length > 0)
    return [...proof.slice(1), Uint8Array.from(proof[0] ?? [], (b) => b ^ 1)];
  return [...proof, new Uint8Array(32)];
}

await ready();
given.inclusions.forEach(([index, size, positions], which) => {
  const proof = positions.map(at);
  const [leaf, root] = [at(given.leaves[index]), at(given.roots[size])];
  verifyInclusion(leaf, { index, size }, proof, root);
  accepted++;
  if (isRefused(() => verifyInclusion(leaf, { index, size }, wrong(proof, which), root))) refused++;
  else wronglyAccepted++;
});
given.consistencies.forEach(([old, size, positions], which) => {
  const proof = positions.map(at);
  const older = { size: old, root: at(given.roots[old]) };
  const newer = { size, root: at(given.roots[size]) };
  verifyConsistency(older, newer, proof);
  accepted++;
  if (isRefused(() => verifyConsistency(older, newer, wrong(proof, which)))) refused++;
  else wronglyAccepted++;
});
const whole = refused === accepted && others === 0;
process.stdout.write(
  JSON.stringify({ accepted, wrongly_accepted: wronglyAccepted, refused_as_it_should: whole }),
);
