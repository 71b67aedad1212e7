/**
 * Rules of the fold for the vault and its sections (spec chapters 3, 6, 7): begun, added, renamed, rotated.
 *
 * Position, signature and body hash were checked before by the fold; each rule raises tampered.
 */
import type { SectionId } from '../crypto/encoding.ts';
import { check, tampered } from '../crypto/errors.ts';
import {
  MAX_SECTIONS,
  type Rotation,
  type Sections,
  type SectionTerms,
  type Settings,
  type Vault,
} from '../crypto/statements.ts';
import { require, requireNewest, seesAll, type Draft, type Place } from './ledger_place.ts';
import { knownCard, latestTerm, remainingGrants, withLatestTerm, type SectionState } from './ledger_state.ts';

/** The beginning. */
export function applyVault(state: Draft, statement: Vault, place: Place): void {
  require('second vault statement', state.owner === undefined);
  state.owner = statement.author;
  state.server = statement.server;
  state.inbox = statement.inbox;
  state.inboxRecipient = statement.inbox_recipient;
  state.cards.set(statement.author, knownCard(statement.card));
  add(state, statement.sections, place, statement.time);
}

/** New sections, and new names of known ones. */
export function applySections(state: Draft, statement: Sections, place: Place): void {
  const { added, renamed } = statement;
  require('section that is already known', !added.some((item) => state.sections.has(item.section)));
  require('too many sections', state.sections.size + added.length <= MAX_SECTIONS);
  for (const { section, epoch, name } of renamed) {
    change(state, section, epoch, (known) => ({ ...known, name }));
  }
  add(state, added, place, statement.time);
}

function add(state: Draft, added: Sections['added'], { header }: Place, time: number): void {
  for (const { section, epoch, name } of added) {
    const at = { rotatedSeq: header.seq, rotatedTime: time };
    state.sections.set(section, { section, epoch, name, ladders: new Map(), ...at });
  }
}

/** Changes a section at its newest epoch. */
function change(
  state: Draft,
  section: SectionId,
  epoch: number,
  how: (known: SectionState) => SectionState,
): void {
  const known = state.sections.get(section);
  check(known?.epoch === epoch, () => tampered('section unknown or not at its newest epoch'));
  state.sections.set(section, how(known));
}

/** Until when others than the owner may seal under these epochs. */
export function applySectionTerms(state: Draft, { terms }: SectionTerms, { header }: Place): void {
  for (const { section, epoch, not_after: until } of terms) {
    change(state, section, epoch, (known) => ({ ...known, term: { until, seq: header.seq } }));
  }
}

/** The newest settings count. */
export function applySettings(state: Draft, statement: Settings): void {
  state.maskNew = statement.mask_new === 1;
}

/** Sections begin their next epoch; what was published of the last one is void. */
export function applyRotation(state: Draft, statement: Rotation, place: Place): void {
  const sections = new Set(statement.sections.map((item) => item.section));
  const withInbox = state.inbox !== undefined && sections.has(state.inbox);
  require('inbox recipient misplaced', (statement.inbox_recipient !== undefined) === withInbox);
  for (const { section, epoch, name, ladder } of statement.sections) {
    requireNewest(state, section, epoch - 1);
    const ladders = new Map(state.sections.get(section)?.ladders).set(epoch, ladder);
    const at = { rotatedSeq: place.header.seq, rotatedTime: statement.time };
    state.sections.set(section, { section, epoch, name, ladders, ...at });
  }
  if (statement.inbox_recipient !== undefined) state.inboxRecipient = statement.inbox_recipient;
  if (seesAll(state, place)) {
    const expected = [...remainingGrants(state, sections, statement.time)].sort();
    const listed = statement.grants.map((item) => item.grant);
    require('rotation for other grants', listed.join() === expected.join());
  }
  for (const { grant, bundle } of statement.grants) {
    const found = state.grants.get(grant);
    if (found !== undefined) state.grants.set(grant, withLatestTerm(found, { ...latestTerm(found), bundle }));
  }
}
