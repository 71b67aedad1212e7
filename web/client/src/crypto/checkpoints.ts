/**
 * Checkpoints: what stands for a vault in the tree, and the signed texts that commit to it (chapter 9).
 *
 * Reads the formats of C2SP `signed-note`, `tlog-checkpoint` and `tlog-proof`; the tree's hashes are `merkle.ts`'s. Knows no
 * journal: heads and sizes come from outside. Only servers sign checkpoints; here that serves tests.
 */
import { b64, unb64 } from './age_header.ts';
import { b64u, canonical, concat, equalBytes, fromUtf8, utf8, type VaultId } from './encoding.ts';
import { check, limitExceeded, malformed, tampered } from './errors.ts';
import * as labels from './labels.ts';
import { HASH_LENGTH, leafHash, MAX_PROOF, verifyInclusion, type TreeHead } from './merkle.ts';
import { decodeAs, encodeAs, integer, record, type Of } from './shapes.ts';
import { labelledHash, serverKeyId, sha256, verifyText, type SigningKey } from './signing.ts';
import { hash } from './statement_grammar.ts';

export const MAX_NOTE = 64 * 1024;
const MAX_LEAF = 1024;
const MAX_SIGNATURES = 16;
const ORIGIN = 'coffre/checkpoints/';
const ED25519 = new Uint8Array([1]);
const LINE = new Uint8Array([10]);
const PROOF_LINE = 'c2sp.org/tlog-proof@v1';

const leafShape = record(
  {
    accesses: record({ head: hash, size: integer() }),
    ledger: record({ head: hash, size: integer() }),
    vault: hash,
  },
  (leaf) => check(leaf.ledger.size >= 1, () => malformed('leaf of an empty ledger')),
);
/** Both heads of one vault at one moment; `vault` is `vaultHash`. */
export type Leaf = Of<typeof leafShape>;

/** The leaf's data: canonical JSON. */
export function writeLeaf(leaf: Leaf): Uint8Array {
  return encodeAs(leafShape, leaf, MAX_LEAF);
}

/** Reverse of `writeLeaf`. Raises malformed, limit_exceeded. */
export function readLeaf(data: Uint8Array): Leaf {
  return decodeAs(leafShape, data, MAX_LEAF);
}

/** What stands for a vault in its leaves (32 bytes); `firstEntry` is the hash of its ledger's entry 0. */
export function vaultHash(vault: VaultId, firstEntry: Uint8Array): Uint8Array {
  return labelledHash(labels.CHECKPOINT_VAULT, canonical({ entry: b64u(firstEntry), vault }));
}

/** The name of a server's log, from its Ed25519 public key (32 bytes). */
export function origin(serverPublic: Uint8Array): string {
  return ORIGIN + serverKeyId(serverPublic);
}

/** The signed note of a checkpoint, a line for each key. `log`: the server's first key, if the first of `keys` is another (chapter 14). */
export function signCheckpoint(
  checkpoint: TreeHead,
  keys: readonly [SigningKey, ...SigningKey[]],
  log: Uint8Array = keys[0].public,
): Uint8Array {
  const text = textOf(checkpoint, log);
  const lines = keys.map((key) => {
    const blob = padded(concat(keyHash(log, key.public), key.signText(text)));
    return `— ${origin(log)} ${blob}\n`;
  });
  return concat(text, utf8(`\n${lines.join('')}`));
}

/**
 * The checkpoint of a note of the log whose first key is `log`, by the line of `signer`; lines of others are ignored. Raises
 * limit_exceeded over 64 KiB, malformed off the grammar of chapter 9, tampered for another log or without this key's signature.
 */
export function openCheckpoint(note: Uint8Array, log: Uint8Array, signer: Uint8Array = log): TreeHead {
  const lines = decoded(note, MAX_NOTE).split('\n');
  const [name = '', size = '', root = ''] = lines;
  check(lines.length >= 6 && lines[3] === '' && lines.at(-1) === '', () => malformed('not a checkpoint'));
  check(lines.length - 5 <= MAX_SIGNATURES, () => malformed('note with too many signatures'));
  const checkpoint = { size: decimal(size), root: hashOf(root) };
  const signatures = lines.slice(4, -1).map(signatureOf);
  const own = origin(log);
  check(name === own, () => tampered('checkpoint of another log'));
  const ours = signatures.filter(
    (one) => one.name === own && equalBytes(one.blob.subarray(0, 4), keyHash(log, signer)),
  );
  check(ours.length > 0, () => tampered('checkpoint that the server did not sign'));
  const text = textOf(checkpoint, log);
  for (const { blob } of ours) verifyText(signer, text, blob.subarray(4));
  return checkpoint;
}

/** A leaf's data, its index, the inclusion proof and the note of the checkpoint which that reaches. */
export interface LeafProof {
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly proof: readonly Uint8Array[];
  readonly note: Uint8Array;
}

/** A C2SP `tlog-proof` with the leaf's data as its extra data. */
export function writeLeafProof({ leaf, index, proof, note }: LeafProof): Uint8Array {
  const hashes = proof.map((member) => `${padded(member)}\n`).join('');
  return concat(utf8(`${PROOF_LINE}\nextra ${padded(leaf)}\nindex ${index}\n${hashes}\n`), note);
}

/** Reverse of `writeLeafProof`; nothing is verified. Raises malformed, limit_exceeded. */
export function readLeafProof(data: Uint8Array): LeafProof {
  const text = decoded(data, 2 * MAX_NOTE);
  const end = text.indexOf('\n\n');
  const lines = text.slice(0, Math.max(end, 0)).split('\n');
  const [first, extra = '', index = '', ...hashes] = lines;
  check(end >= 0 && lines.length >= 3 && first === PROOF_LINE, () => malformed('not a proof'));
  const named = extra.startsWith('extra ') && index.startsWith('index ');
  check(named, () => malformed('proof without leaf or index'));
  check(hashes.length <= MAX_PROOF, () => limitExceeded('proof of too many hashes'));
  return {
    leaf: unpadded(extra.slice(6)),
    index: decimal(index.slice(6)),
    proof: hashes.map(hashOf),
    note: utf8(text.slice(end + 2)),
  };
}

/** The checkpoint and the leaf of a proof, both verified (chapter 9, steps 1 and 3). Raises tampered, malformed. */
export function openLeafProof(
  { leaf, index, proof, note }: LeafProof,
  log: Uint8Array,
  signer: Uint8Array = log,
): { readonly checkpoint: TreeHead; readonly leaf: Leaf } {
  const checkpoint = openCheckpoint(note, log, signer);
  const read = readLeaf(leaf);
  verifyInclusion(leafHash(leaf), { index, size: checkpoint.size }, proof, checkpoint.root);
  return { checkpoint, leaf: read };
}

function textOf({ size, root }: TreeHead, log: Uint8Array): Uint8Array {
  return utf8(`${origin(log)}\n${size}\n${padded(root)}\n`);
}

function keyHash(log: Uint8Array, key: Uint8Array): Uint8Array {
  return sha256(concat(utf8(origin(log)), LINE, ED25519, key)).subarray(0, 4);
}

function decoded(data: Uint8Array, limit: number): string {
  check(data.length <= limit, () => limitExceeded('text too long'));
  return fromUtf8(data);
}

function signatureOf(line: string): { readonly name: string; readonly blob: Uint8Array } {
  const [, name, base64] = /^— ([!-*,-~]+) ([!-~]+)$/.exec(line) ?? [];
  check(name !== undefined && base64 !== undefined, () => malformed('signature line off the grammar'));
  const blob = unpadded(base64);
  check(blob.length >= 5, () => malformed('signature too short'));
  return { name, blob };
}

function decimal(text: string): number {
  const known = /^(?:0|[1-9][0-9]{0,15})$/.test(text) && Number.isSafeInteger(Number(text));
  check(known, () => malformed('number off the grammar'));
  return Number(text);
}

function hashOf(text: string): Uint8Array {
  const data = unpadded(text);
  check(data.length === HASH_LENGTH, () => malformed('hash of another length'));
  return data;
}

function padded(data: Uint8Array): string {
  const text = b64(data);
  return text + '='.repeat((4 - (text.length % 4)) % 4);
}

/** Canonical standard base64 with padding. */
function unpadded(text: string): Uint8Array {
  const data = unb64(text.replace(/={1,2}$/, ''));
  check(padded(data) === text, () => malformed('base64 that is not canonical'));
  return data;
}
