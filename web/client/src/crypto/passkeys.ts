/**
 * Passkeys: what a WebAuthn credential with the PRF extension gives (chapter 2, "Passkeys").
 *
 * Owns the credential's age identity and what the keyring says of it. Knows neither WebAuthn's messages nor the keyring
 * (`keyring.openWithPasskey`).
 *
 *     const passkey = new Passkey(rawId, resultOfPrfInput);
 *     const later = addPasskey(opened, passkey, 'téléphone');
 */
import { HybridIdentity } from './age_recipients.ts';
import { hex } from './encoding.ts';
import { check, malformed } from './errors.ts';
import * as labels from './labels.ts';
import { derive, XWING_PUBLIC_LENGTH } from './primitives.ts';
import { bytes, bytesBetween, list, record, text, type Of } from './shapes.ts';
import { labelledHash } from './signing.ts';

export const SECRET_LENGTH = 32;
export const MAX_CREDENTIAL = 1023;
export const MAX_NAME = 100;
export const MAX_PASSKEYS = 16;

/** What the keyring says of a passkey: its raw credential id, the name people gave it, its recipient. */
const passkeyRecipientShape = record({
  credential: bytesBetween(1, MAX_CREDENTIAL),
  name: text(MAX_NAME),
  recipient: bytes(XWING_PUBLIC_LENGTH),
});
export type PasskeyRecipient = Of<typeof passkeyRecipientShape>;

export const passkeysShape = list(passkeyRecipientShape, {
  min: 1,
  max: MAX_PASSKEYS,
  order: ({ credential }) => hex(credential),
});

/** A passkey at hand: its raw credential id, and the 32 bytes that its PRF gives for `prfInput`. Hides itself when printed. */
export class Passkey {
  readonly credential: Uint8Array;
  readonly #secret: Uint8Array;

  constructor(credential: Uint8Array, secret: Uint8Array) {
    check(secret.length === SECRET_LENGTH, () => malformed('a passkey gives 32 bytes'));
    this.credential = Uint8Array.from(credential);
    this.#secret = Uint8Array.from(secret);
  }

  /** The age identity that opens the keyring. */
  identity(): HybridIdentity {
    return new HybridIdentity(derive(this.#secret, labels.PASSKEY_IDENTITY));
  }

  /** What the keyring says of it. */
  public(name: string): PasskeyRecipient {
    return { credential: this.credential, name, recipient: this.identity().recipient().public };
  }

  toJSON(): string {
    return '[passkey]';
  }

  toString(): string {
    return '[passkey]';
  }
}

/** The input (`eval.first`, 32 bytes) for which a client asks the credential's PRF. */
export function prfInput(): Uint8Array {
  return labelledHash(labels.PASSKEY_PRF, new Uint8Array(0));
}
