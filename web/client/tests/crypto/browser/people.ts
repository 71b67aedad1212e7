/** A patient, their vault, and a statement of theirs. */
import {
  newId,
  randomBytes,
  type GrantId,
  type SectionId,
  type VaultId,
} from '../../../src/crypto/encoding.ts';
import type { Revocation } from '../../../src/crypto/statements.ts';
import { NOW, person } from '../samples.ts';

export function people() {
  const patient = person('patient');
  const vault = newId<VaultId>();
  const revocation: Revocation = {
    author: patient.card.author,
    grant: newId<GrantId>(),
    kind: 'revocation',
    prev: randomBytes(32),
    seq: 1,
    sequence: 1,
    time: NOW,
    vault,
  };
  return { patient, vault, section: newId<SectionId>(), revocation };
}
