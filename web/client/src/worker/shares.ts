/** Calls of the engine about shares: make, list, end; and opening one without an account (vault/shares.ts, receiver.ts). */
import { ApiError } from '../api/errors.ts';
import { checkId, type DocumentId, type ShareId } from '../crypto/encoding.ts';
import { CoffreError } from '../crypto/errors.ts';
import { ready } from '../crypto/primitives.ts';
import { NO_NAME, ShareLink } from '../crypto/share.ts';
import { cardsIn } from '../crypto/health_card.ts';
import type {
  OpenedShare,
  ShareDuration,
  ShareExtension,
  ShareTerm,
  ShareValues,
  ShareView,
} from '../ui/models';
import { readJournal } from '../vault/journal.ts';
import { openShare, readLarge, type Received, type ReceivedDocument } from '../vault/receiver.ts';
import { issuerOf, openElsewhere, type Ask } from '../vault/receiver_elsewhere.ts';
import { endShare, extendShare, makeShare } from '../vault/shares.ts';
import { Refusal } from './outcome.ts';
import { paced } from './pace.ts';
import { momentOf, shareView } from './views.ts';
import type { Workplace } from './workplace.ts';

const SECONDS: Readonly<Record<Exclude<ShareDuration, 'date'>, number>> = {
  '15m': 900,
  '1h': 3600,
  '1d': 86_400,
  '1w': 604_800,
};

/** What a link says before anything is asked of the server. */
export interface AskedShare {
  readonly passcode: boolean;
  /** Whether the patient wants to know who opens it. */
  readonly nameAsked: boolean;
  readonly label?: string | undefined;
  readonly ended: boolean;
  /** The server of another issuer, which this link leads to. */
  readonly issuer?: string | undefined;
}

/** The share that the page's viewer shows; large documents are fetched from it. */
interface Open {
  readonly documents: readonly ReceivedDocument[];
  readonly stop: AbortController;
}

export function shareCalls(place: Workplace) {
  let open: Open | undefined;

  return {
    async make(values: ShareValues): Promise<ShareView> {
      const vault = await place.own();
      const wanted = {
        documents: values.documents.map((id) => checkId<DocumentId>(id)),
        notAfter: endOf(values, vault.now()),
        label: values.label,
        passcode: values.passcode,
        maxOpenings: values.maxOpenings,
        follow: values.follow,
        nameAsked: values.nameAsked,
      };
      const share = await makeShare(vault, wanted, new AbortController().signal);
      const record = vault.state.shares.get(share);
      if (record === undefined) throw new ApiError('not_found', 404);
      return shareView(vault, record, []);
    },

    /** Newest first, with the openings of each that stand in the journal. */
    async shares(): Promise<readonly ShareView[]> {
      const vault = await place.own();
      const { events } = await readJournal(vault);
      const openings = events.flatMap(({ statement }) => (statement?.kind === 'opening' ? [statement] : []));
      return [...vault.state.shares.values()].reverse().map((record) => {
        const { share } = record.statement;
        return shareView(
          vault,
          record,
          openings.filter((one) => one.share === share),
        );
      });
    },

    /** Another end, from now or by the calendar; as many openings more. */
    async extend(share: string, values: ShareExtension): Promise<void> {
      const vault = await place.own();
      const notAfter = endOf(values, vault.now());
      await extendShare(vault, checkId<ShareId>(share), { notAfter, more: values.more });
    },

    async end(share: string): Promise<void> {
      await endShare(await place.own(), checkId<ShareId>(share));
    },

    async ask(link: string): Promise<AskedShare> {
      await ready();
      const parsed = parsedLink(link);
      const { passcode, nameAsked, label } = parsed;
      const issuer = issuerOf(parsed, place.parts.api.origin);
      return { passcode, nameAsked, label, ended: parsed.over(place.parts.now()), issuer };
    },

    /** Opens a share; raises `wrong_passcode`, and `ended` for every share that is no more. */
    async open(link: string, name?: string, passcode?: string): Promise<OpenedShare> {
      await ready();
      const parsed = parsedLink(link);
      if (parsed.over(place.parts.now())) throw new Refusal('ended');
      const asked = { recipient: name ?? NO_NAME, passcode };
      const received = await refusalsOfShares(openShare(place.parts.api, parsed, asked));
      open?.stop.abort();
      open = { documents: received.documents, stop: new AbortController() };
      return openedView(parsed, received);
    },

    /** The same for a link of another issuer; `ask` reaches its server, and learns no key. */
    async openElsewhere(
      link: string,
      {
        recipient = NO_NAME,
        passcode,
      }: { readonly recipient?: string | undefined; readonly passcode?: string | undefined },
      ask: Ask,
    ): Promise<OpenedShare> {
      await ready();
      const parsed = parsedLink(link);
      if (parsed.over(place.parts.now())) throw new Refusal('ended');
      const opening = openElsewhere(ask, parsed, { recipient, passcode });
      return openedView(parsed, await refusalsOfShares(opening));
    },

    /** A large document of the share that is open, kept by the browser in pieces; bytes so far are told. */
    async collect(document: string, progress: (done: number) => void): Promise<Blob> {
      const found = open?.documents[Number(document)];
      if (open === undefined || found === undefined) throw new Refusal('not_found');
      const blobs: Blob[] = [];
      let done = 0;
      const tell = paced(progress);
      for await (const piece of readLarge(place.parts.api, found, open.stop.signal)) {
        blobs.push(new Blob([Uint8Array.from(piece)]));
        done += piece.length;
        tell(done);
      }
      return new Blob(blobs, { type: 'application/octet-stream' });
    },

    /** Forgets the share that is open. */
    async close(): Promise<void> {
      open?.stop.abort();
      open = undefined;
      return Promise.resolve();
    },
  };
}

function endOf({ duration, until }: ShareTerm, now: number): number {
  if (duration !== 'date') return now + SECONDS[duration];
  // The end of that day where the person is.
  const end = new Date(`${until ?? ''}T23:59:59`).getTime();
  if (Number.isNaN(end)) throw new Refusal('malformed');
  return Math.floor(end / 1000);
}

async function openedView(link: ShareLink, received: Received): Promise<OpenedShare> {
  const cards = await Promise.all(received.documents.map(cardsIn));
  return {
    patient: received.patient === '' ? undefined : received.patient,
    label: link.label,
    notAfter: link.exp === undefined ? undefined : momentOf(link.exp),
    documents: received.documents.map(({ title, name, mime, date, data, elsewhere, summary }, index) => ({
      id: String(index),
      title,
      date,
      mime,
      fileName: name,
      size: elsewhere?.size ?? data.length,
      source: elsewhere === undefined ? { mime, name, bytes: data.slice().buffer, summary } : undefined,
      cards: cards[index]?.length === 0 ? undefined : cards[index],
    })),
  };
}

/** The link, or what is wrong with it in words about links. */
function parsedLink(text: string): ShareLink {
  try {
    return ShareLink.parse(text);
  } catch (thrown) {
    if (!(thrown instanceof CoffreError)) throw thrown;
    throw new Refusal(thrown.code === 'unsupported_version' ? 'link_newer' : 'link_incomplete');
  }
}

/** What the protocol's answers mean to the person who opens a link. */
async function refusalsOfShares<T>(opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (thrown) {
    if (thrown instanceof ApiError && thrown.code === 'not_found') throw new Refusal('ended');
    if (thrown instanceof ApiError && thrown.code === 'credentials' && thrown.remainingAttempts === 0) {
      throw new Refusal('ended');
    }
    if (thrown instanceof CoffreError && thrown.code === 'tampered') throw new Refusal('link_key');
    throw thrown instanceof Error ? thrown : new Refusal('unexpected');
  }
}
