/**
 * Until when others may seal under each section's epoch, as the owner's client publishes it (spec chapter 7).
 *
 * A professional cannot see the grants of others. So the owner says, for every section that somebody may read or add to, when
 * the first of them ends: after that moment their clients seal nothing under that epoch, whatever a server hides.
 */
import type { SectionId } from '../crypto/encoding.ts';
import type { SectionTerms } from '../crypto/statements.ts';
import { signedHere } from './documents.ts';
import {
  endByClock,
  isLive,
  latestTerm,
  sectionsOfTerm,
  type LedgerState,
  type SectionState,
} from './ledger_state.ts';
import type { OpenVault } from './vaults.ts';

type Terms = ReadonlyMap<SectionId, number>;

/** Publishes the terms that changed. For the owner, after grants moved and at unlock. */
export async function publishTerms(vault: OpenVault): Promise<void> {
  if (!vault.owned || changed(vault.state, vault.now()).size === 0) return;
  await append(vault, (state) => changed(state, vault.now()));
}

/** Before a grant that ends at `notAfter`: no published term of its sections may be later. */
export async function shortenTerms(
  vault: OpenVault,
  sections: readonly SectionId[],
  notAfter: number,
): Promise<void> {
  const earlier = (state: LedgerState): Terms =>
    new Map(
      sections
        .filter((section) => (state.sections.get(section)?.term?.until ?? 0) > notAfter)
        .map((section) => [section, notAfter]),
    );
  if (earlier(vault.state).size > 0) await append(vault, earlier);
}

/** The earliest end of any grant or invitation that holds the newest epoch, by section. */
export function wantedTerms(state: LedgerState, now: number): Terms {
  const found = new Map<SectionId, number>();
  for (const grant of state.grants.values()) {
    const term = latestTerm(grant);
    if (!isLive(term, now)) continue;
    const end = endByClock(term);
    for (const section of sectionsOfTerm(term)) found.set(section, Math.min(found.get(section) ?? end, end));
  }
  return found;
}

function changed(state: LedgerState, now: number): Terms {
  const wanted = [...wantedTerms(state, now)];
  return new Map(
    wanted.filter(([section, end]) => {
      const known = state.sections.get(section);
      return known?.term?.until !== end || isDoubtful(state, known);
    }),
  );
}

/** Whether a grant ended since the term was published, somewhere else: professionals cannot tell where. */
function isDoubtful({ endedSeq }: LedgerState, known: SectionState): boolean {
  const began = Math.max(known.rotatedSeq, known.term?.seq ?? 0);
  return endedSeq !== undefined && endedSeq > began;
}

async function append(vault: OpenVault, make: (state: LedgerState) => Terms): Promise<void> {
  await vault.append({ path: 'section-terms', member: 'section_terms' }, (state) => {
    // Another device may have been faster: saying the same again does no harm, saying nothing is no statement.
    const made = make(state);
    const named = made.size > 0 ? made : wantedTerms(state, vault.now());
    const terms = [...named]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([section, until]) => ({
        epoch: state.sections.get(section)?.epoch ?? 1,
        not_after: until,
        section,
      }));
    const statement: SectionTerms = { kind: 'section_terms', ...signedHere(vault, state), terms };
    return { statement };
  });
}
