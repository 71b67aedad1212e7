/** Calls of the engine about shares: make, list, end; and opening one without an account (vault/shares.ts, receiver.ts). */
import { ApiError } from '../api/errors.ts';
import { checkId, type DocumentId, type ShareId } from '../crypto/encoding.ts';
import { CoffreError } from '../crypto/errors.ts';
import { ready } from '../crypto/primitives.ts';
import { ShareLink } from '../crypto/share.ts';
import type { OpenedShare, ShareDuration, ShareValues, ShareView } from '../ui/models';
import { readJournal } from '../vault/journal.ts';
import { openShare } from '../vault/receiver.ts';
import { endShare, makeShare } from '../vault/shares.ts';
import { Refusal } from './outcome.ts';
import { momentOf, shareView } from './views.ts';
import type { Workplace } from './workplace.ts';

const SECONDS: Readonly<Record<ShareDuration, number>> = {
  '15m': 900,
  '1h': 3600,
  '1d': 86_400,
  '1w': 604_800,
};

/** What a link says before anything is asked of the server. */
export interface AskedShare {
  readonly passcode: boolean;
  readonly label?: string | undefined;
  readonly ended: boolean;
}

export function shareCalls(place: Workplace) {
  return {
    async make(values: ShareValues): Promise<ShareView> {
      const vault = await place.own();
      const wanted = {
        documents: values.documents.map((id) => checkId<DocumentId>(id)),
        duration: SECONDS[values.duration],
        label: values.label,
        passcode: values.passcode,
        maxOpenings: values.maxOpenings,
      };
      const { share } = await makeShare(vault, wanted, new AbortController().signal);
      const record = vault.state.shares.get(share);
      if (record === undefined) throw new ApiError('not_found', 404);
      return shareView(vault, record, 0);
    },

    /** Newest first, with how often each was opened by the journal. */
    async shares(): Promise<readonly ShareView[]> {
      const vault = await place.own();
      const { openings } = await readJournal(vault);
      return [...vault.state.shares.values()]
        .reverse()
        .map((share) => shareView(vault, share, openings.get(share.statement.share) ?? 0));
    },

    async end(share: string): Promise<void> {
      await endShare(await place.own(), checkId<ShareId>(share));
    },

    async ask(link: string): Promise<AskedShare> {
      await ready();
      const { passcode, label, exp } = ShareLink.parse(link);
      return { passcode, label, ended: place.parts.now() >= exp };
    },

    /** Opens a share; raises `wrong_passcode`, and `ended` for every share that is no more. */
    async open(link: string, recipient: string, passcode?: string): Promise<OpenedShare> {
      await ready();
      const parsed = ShareLink.parse(link);
      if (place.parts.now() >= parsed.exp) throw new Refusal('ended');
      const received = await refusalsOfShares(openShare(place.parts.api, parsed, { recipient, passcode }));
      return {
        patient: received.patient === '' ? undefined : received.patient,
        label: parsed.label,
        notAfter: momentOf(parsed.exp),
        documents: received.documents.map(({ title, name, mime, date, data }, index) => ({
          id: String(index),
          title,
          date,
          mime,
          fileName: name,
          size: data.length,
          source: { mime, name, bytes: data.slice().buffer },
        })),
      };
    },
  };
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
    throw thrown instanceof CoffreError || thrown instanceof Error ? thrown : new Refusal('unexpected');
  }
}
