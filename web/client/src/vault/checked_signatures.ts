/**
 * Signatures of a page that were verified ahead of its fold, many at once, by the platform and on another thread.
 *
 * Owns only that: a fold asks `has` and verifies by itself what was not found good here, so that leaving all of it out changes
 * nothing but the time. Bound to the very objects that were checked, their kind and the key.
 */
import { concat, equalBytes, utf8, type KeyId } from '../crypto/encoding.ts';
import type { Page } from '../crypto/journal.ts';
import * as labels from '../crypto/labels.ts';
import type { SignedMessage, VerifyMany } from '../crypto/platform_ed25519.ts';
import { platformEd25519 } from '../crypto/primitives.ts';
import type { Signed } from '../crypto/statements.ts';
import { knownCard, type KnownCard } from './ledger_state.ts';

/** What a fold asks before it verifies a signature. */
export interface Checked {
  has(signed: Signed, kind: string, signer: Uint8Array): boolean;
}

/** Nothing was checked. */
export const UNCHECKED: Checked = { has: () => false };

/** For entries that this device verified before, and that come out of a sealed record of its own. */
export const VERIFIED_BEFORE: Checked = { has: () => true };

const LEAST = 4;
const ZERO = new Uint8Array(1);
const decoder = new TextDecoder();

/** Checks pages one after the other; keys are prepared once. */
export class SignatureChecker {
  private readonly keys = new Map<KeyId, ReturnType<typeof platformEd25519>>();
  private readonly verify: VerifyMany | undefined;

  /** `verify` on this thread if absent. */
  constructor(verify?: VerifyMany) {
    this.verify = verify;
  }

  /** What of a page is good, by cards that came with it or were `known` before. Raises nothing: what is off is the fold's to say. */
  async check(page: Page, known: ReadonlyMap<KeyId, KnownCard>): Promise<Checked> {
    if (page.entries.length < LEAST) return UNCHECKED;
    const cards = new Map([...known].map(([key, { card }]) => [key, card.signing] as const));
    for (const signed of page.cards) {
      try {
        const { card } = knownCard(signed);
        cards.set(card.author, card.signing);
      } catch {
        return UNCHECKED;
      }
    }
    const good = new WeakMap<Signed, { readonly kind: string; readonly signer: Uint8Array }>();
    await Promise.all(
      [...claimsOf(page)].map(async ([actor, claims]) => {
        const signer = cards.get(actor);
        const verify = signer === undefined ? null : this.keyOf(actor, signer);
        if (signer === undefined || verify === null) return;
        const found = await verify(messagesOf(claims));
        claims.forEach(({ signed, kind }, index) => {
          if (found[index] === true) good.set(signed, { kind, signer });
        });
      }),
    );
    return {
      has: (signed, kind, signer) => {
        const found = good.get(signed);
        return found !== undefined && found.kind === kind && equalBytes(found.signer, signer);
      },
    };
  }

  private keyOf(actor: KeyId, signer: Uint8Array): ReturnType<typeof platformEd25519> {
    const known = this.keys.get(actor);
    if (known !== undefined) return known;
    const made = platformEd25519(signer, this.verify);
    this.keys.set(actor, made);
    return made;
  }
}

interface Claim {
  readonly signed: Signed;
  readonly kind: string;
}

/** What of a page is said to be whose. */
function claimsOf(page: Page): ReadonlyMap<KeyId, readonly Claim[]> {
  const claims = new Map<KeyId, Claim[]>();
  for (const { header, body } of page.entries) {
    const found = body === undefined ? undefined : actorOf(header);
    if (body === undefined || found === undefined) continue;
    const of = claims.get(found.actor) ?? [];
    of.push({ signed: body.signed, kind: found.kind });
    claims.set(found.actor, of);
  }
  return claims;
}

function messagesOf(claims: readonly Claim[]): readonly SignedMessage[] {
  const known = new Map<string, Uint8Array>();
  return claims.map(({ signed, kind }) => {
    const label = known.get(kind) ?? utf8(labels.STATEMENT_PREFIX + kind);
    known.set(kind, label);
    return { message: concat(label, ZERO, signed.statement), signature: signed.signature };
  });
}

/** Who is said to have made an entry, and of which kind: a guess by its text, which the fold reads properly. */
function actorOf(header: Uint8Array): { readonly actor: KeyId; readonly kind: string } | undefined {
  const [, actor, kind] =
    /^\{"actor":"([^"]{43})".*?,"kind":"([a-z_]{1,40})"/.exec(decoder.decode(header)) ?? [];
  return actor === undefined || kind === undefined ? undefined : { actor: actor as KeyId, kind };
}
