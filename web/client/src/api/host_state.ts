/**
 * Whether the host says that it is being maintained: a header on every answer (HTTP API, "read only").
 *
 * Owns how that is told to the app's pages, in all of its tabs: by a channel of this browser, and only when it changes. What
 * the host says here is for people to read; nothing is decided by it.
 */

/** Open, or read only, until when as far as the host says (seconds since 1970); `still`: openings wait as well. */
export type HostState =
  { readonly open: true } | { readonly open: false; readonly until?: number; readonly still?: boolean };

export const HOST_STATE_HEADER = 'Coffre-Read-Only';
const CHANNEL = 'coffre host state';
const ASK = 'ask';
type Message = HostState | typeof ASK;
const OPEN: HostState = { open: true };

/** What an answer's header says; anything that is no time is "closed, and no end is told". */
export function hostStateOf(header: string | null): HostState {
  if (header === null) return OPEN;
  const [time = '', level] = header.split(' ');
  const still = level === 'still' ? { still: true } : {};
  return /^[1-9][0-9]{0,11}$/.test(time)
    ? { open: false, until: Number(time), ...still }
    : { open: false, ...still };
}

/** Hears of it until the function that it gives is called. Who came too late to be told asks. */
export function watchHostState(hear: (state: HostState) => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    if (data !== ASK) hear(data);
  });
  channel.postMessage(ASK);
  return () => channel.close();
}

/** Notes what answers say, and tells the pages of this browser what is new. */
export class HostStates {
  private last: HostState | undefined;
  /** Held while the host is closed, to answer pages that ask. */
  private channel: BroadcastChannel | undefined;

  note(header: string | null): void {
    const found = hostStateOf(header);
    if (this.last !== undefined && sameState(found, this.last)) return;
    this.last = found;
    const channel = this.channel ?? new BroadcastChannel(CHANNEL);
    channel.postMessage(found);
    if (found.open) channel.close();
    else channel.onmessage = ({ data }: MessageEvent<Message>) => this.answer(data);
    this.channel = found.open ? undefined : channel;
  }

  private answer(message: Message): void {
    if (message === ASK) this.channel?.postMessage(this.last);
  }
}

function sameState(one: HostState, other: HostState): boolean {
  return one.open ? other.open : !other.open && one.until === other.until && one.still === other.still;
}
