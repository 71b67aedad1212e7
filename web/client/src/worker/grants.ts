/** Calls of the engine about grants: invite, list, revoke; redeem and the professional's vaults (vault/grants.ts). */
import { ApiError } from '../api/errors.ts';
import {
  checkId,
  type DocumentId,
  type GrantId,
  type KeyId,
  type SectionId,
  type VaultId,
} from '../crypto/encoding.ts';
import { CoffreError } from '../crypto/errors.ts';
import { Invitation } from '../crypto/grants.ts';
import type {
  GrantState,
  GrantView,
  InvitationView,
  InviteValues,
  RedeemView,
  VaultCardView,
} from '../ui/models';
import { block, unblock } from '../vault/blocking.ts';
import { invite, renew, revoke, type Terms } from '../vault/grants.ts';
import { documentsOfTerm, latestTerm, sectionsOfTerm, type GrantTerm } from '../vault/ledger_state.ts';
import { askRenewal, isAsked, refuseRenewal } from '../vault/renewals.ts';
import { accept, lookAtInvitation, type OpenedInvitation } from '../vault/redeeming.ts';
import type { OpenVault } from '../vault/vaults.ts';
import { Refusal } from './outcome.ts';
import { keepPatient, keptPatient } from './patient_names.ts';
import { grantView, momentOf, sectionView, shownState, titleOf } from './views.ts';
import type { Workplace } from './workplace.ts';

const DAY = 86_400;
/** What "a year" means to a person; chapter 5 allows a day more. */
const GRANT_DAYS = 365;

/** What an invitation offers. The sections' names are sealed in the ledger, which opens only once it is accepted. */
export type Offer = Omit<RedeemView, 'sections'> & {
  readonly sectionCount: number;
  readonly documentCount: number;
};

export function grantCalls(place: Workplace) {
  let opened: OpenedInvitation | undefined;

  return {
    async invite(values: InviteValues): Promise<InvitationView> {
      const vault = await place.own();
      const terms = termsOf(place, vault, values);
      const made = await invite(vault, terms);
      const { sections, documents, notAfter } = terms;
      return {
        link: made.link,
        redeemUntil: momentOf(made.redeemUntil),
        accessUntil: momentOf(notAfter),
        sections: sections.map((section) => sectionView(vault, section)),
        documents:
          documents.length === 0 ? undefined : documents.map((document) => titleOf(vault, document) ?? ''),
      };
    },

    /** Newest first. */
    async grants(): Promise<readonly GrantView[]> {
      const vault = await place.freshOwn();
      await place.complete(vault);
      return [...vault.state.grants.values()].reverse().map((grant) => grantView(vault, grant));
    },

    async revoke(grant: string): Promise<void> {
      const vault = await place.own();
      await place.inTurn(() => revoke(vault, checkId<GrantId>(grant)));
    },

    /** A new term of as long as a grant may be, from now. */
    async renew(grant: string): Promise<void> {
      const vault = await place.freshOwn();
      const notAfter = vault.now() + GRANT_DAYS * DAY;
      await place.inTurn(() => renew(vault, checkId<GrantId>(grant), notAfter));
    },

    /** The same for everyone who asks. */
    async renewAsked(): Promise<void> {
      const vault = await place.freshOwn();
      const notAfter = vault.now() + GRANT_DAYS * DAY;
      const asked = [...vault.state.grants.values()].filter((grant) => isAsked(latestTerm(grant)));
      await place.inTurn(async () => {
        for (const { grant } of asked) await renew(vault, grant, notAfter);
      });
    },

    async refuse(grant: string): Promise<void> {
      const vault = await place.freshOwn();
      await place.inTurn(() => refuseRenewal(vault, checkId<GrantId>(grant)));
    },

    /** Blocks, or unblocks, the professional of a grant. */
    async block(grant: string): Promise<void> {
      const vault = await place.freshOwn();
      const professional = holderOf(vault, grant);
      await place.inTurn(() => block(vault, professional));
    },

    async unblock(grant: string): Promise<void> {
      const vault = await place.freshOwn();
      const professional = holderOf(vault, grant);
      await place.inTurn(() => unblock(vault, professional));
    },

    /** A professional asks for another year. */
    async ask(grant: string): Promise<void> {
      const notAfter = place.client.now() + GRANT_DAYS * DAY;
      await askRenewal(place.client, checkId<GrantId>(grant), notAfter);
    },

    /** Opens an invitation's link and keeps it for `accept`. */
    async look(link: string): Promise<Offer> {
      opened = undefined;
      if (place.client.session.role !== 'professional') throw new Refusal('forbidden');
      const found = await lookAtInvitation(place.client, invitationOf(link, place.parts.api.origin));
      opened = found;
      return {
        patient: found.bundle.patient,
        sectionCount: found.grant.kind === 'grant' ? found.grant.sections.length : 0,
        documentCount: found.grant.kind === 'grant' ? 0 : found.grant.documents.length,
        rights: found.grant.rights,
        notAfter: momentOf(found.grant.not_after),
      };
    },

    async accept(): Promise<{ readonly patient: string; readonly vault: string }> {
      if (opened === undefined || place.card === undefined) throw new Refusal('not_found');
      await accept(place.client, opened, place.card);
      const { patient, vault } = opened.bundle;
      await keepPatient(place.client.records, vault, patient);
      opened = undefined;
      return { patient, vault };
    },

    /** A professional's vaults: what is in force first. */
    async vaults(): Promise<readonly VaultCardView[]> {
      const listed = (await place.listed()).filter((one) => one.role === 'grant');
      const cards = await Promise.all(
        listed.map(async (one): Promise<VaultCardView> => {
          const state = shownState(stateOf(one.state));
          const base = {
            id: one.vault,
            grant: one.grant ?? '',
            rights: one.rights ?? [],
            notAfter: momentOf(one.not_after ?? 0),
          };
          const { records } = place.client;
          if (state !== 'active') {
            // Another device may have redeemed the invitation: the keyring has the name that stood there.
            const kept = await keptPatient(records, one.vault);
            const patient = kept === '' ? (place.client.keyring.patients?.[one.vault] ?? '') : kept;
            return { ...base, patient, sections: [], state };
          }
          const vault = await place.fresh(one.vault);
          await keepPatient(records, one.vault, vault.patient);
          const term = vault
            .currentGrants()
            .map(latestTerm)
            .find((found) => found.statement.grant === one.grant);
          const reach = term === undefined ? { sections: [] } : reachOf(vault, term);
          const since = await place.visits.since(records, vault);
          return { ...base, ...reach, patient: vault.patient, state, since };
        }),
      );
      const unlisted = await unlistedVaults(place, new Set(listed.map((one) => one.vault)));
      return [...cards, ...unlisted].sort(
        (one, other) => Number(other.state === 'active') - Number(one.state === 'active'),
      );
    },
  };
}

/** What a card shows of a term's reach. */
function reachOf(vault: OpenVault, term: GrantTerm): Pick<VaultCardView, 'sections' | 'documents'> {
  const sections = [...sectionsOfTerm(term)].map((section) => sectionView(vault, section));
  const documents = documentsOfTerm(term).length;
  return { sections, documents: documents === 0 ? undefined : documents };
}

function holderOf(vault: OpenVault, grant: string): KeyId {
  const known = vault.state.grants.get(checkId<GrantId>(grant));
  const professional = known === undefined ? undefined : latestTerm(known).professional;
  if (professional === undefined) throw new Refusal('not_found');
  return professional;
}

/** Vaults that the keyring knows and the server's list leaves out, as far as the account may still read them. */
async function unlistedVaults(
  place: Workplace,
  listed: ReadonlySet<VaultId>,
): Promise<readonly VaultCardView[]> {
  const known = Object.keys(place.client.keyring.pins.vaults) as VaultId[];
  const found = known
    .filter((id) => !listed.has(id))
    .map(async (id): Promise<readonly VaultCardView[]> => {
      try {
        const vault = await place.fresh(id);
        return vault.currentGrants().map((grant) => {
          const { statement } = latestTerm(grant);
          return {
            id,
            grant: grant.grant,
            patient: vault.patient,
            rights: statement.rights,
            ...reachOf(vault, latestTerm(grant)),
            notAfter: momentOf(statement.not_after),
            state: 'active',
          };
        });
      } catch (thrown) {
        const over = thrown instanceof ApiError && GONE.includes(thrown.code);
        if (!over) throw thrown;
        return [];
      }
    });
  return (await Promise.all(found)).flat();
}

const GONE: readonly string[] = ['ended', 'not_found', 'forbidden'];

/** Of this server alone: the page can ask no other. */
function invitationOf(link: string, origin: string): Invitation {
  if (!link.trim().startsWith(`${origin}/`)) throw new Refusal('bad_invitation');
  try {
    return Invitation.fromLink(link);
  } catch (thrown) {
    const off = thrown instanceof CoffreError && thrown.code === 'malformed';
    throw off ? new Refusal('bad_invitation') : thrown;
  }
}

function stateOf(said: string | undefined): GrantState | 'upcoming' {
  const states = ['invited', 'upcoming', 'active', 'expired', 'revoked'] as const;
  return states.find((state) => state === said) ?? 'expired';
}

/** What a form says, for the vault at hand. */
export function termsOf(
  place: Workplace,
  vault: OpenVault,
  values: InviteValues,
): Terms & { readonly documents: readonly DocumentId[] } {
  return {
    sections: values.sections.map((section) => checkId<SectionId>(section)),
    documents: values.documents.map((document) => checkId<DocumentId>(document)),
    rights: values.rights,
    notAfter: termOf(place, vault, values.until),
  };
}

/** The end of a grant until a day: its last second here, and no later than a grant may last. */
function termOf(place: Workplace, vault: OpenVault, until: string): number {
  const limit = vault.now() + place.client.server.limits.grant_max_days * DAY;
  return Math.min(endOfDay(until), limit);
}

/** The last second of a day here. */
function endOfDay(day: string): number {
  const end = new Date(`${day}T23:59:59`);
  if (Number.isNaN(end.getTime())) throw new Refusal('malformed');
  return Math.floor(end.getTime() / 1000);
}
