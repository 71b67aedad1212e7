/**
 * Opening a SMART Health Link of another issuer (spec chapter 8). Requests go by whoever calls, since this page may talk to its
 * own server only; the link's key stays here, and so does everything that it opens.
 *
 * Owns the protocol's client half for servers that are not Coffre's, and the checks of what they answer.
 */
import { ApiError, Unreachable } from '../api/errors.ts';
import { readShareFiles } from '../api/types.ts';
import { check, guard, malformed } from '../crypto/errors.ts';
import { checkComplete } from '../crypto/fhir.ts';
import { CARD_TYPE, readSharedFile } from '../crypto/health_card.ts';
import { CONTENT_TYPE, MAX_JWE, openShareFile, type ShareLink } from '../crypto/share.ts';
import type { Received } from './receiver.ts';

const MAX_MANIFEST = MAX_JWE;
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** A request to another server: JSON to POST, or GET. */
export type Ask = (
  url: string,
  body: string | undefined,
  limit: number,
) => Promise<{ readonly status: number; readonly text: string } | undefined>;

/** The server that a link leads to, when it is not the one of `origin`. */
export function issuerOf(link: ShareLink, origin: string): string | undefined {
  const url = addressOf(link.url);
  return url.origin === origin ? undefined : url.host;
}

/** Asks for the link's files and opens them. Raises ApiError (credentials, not_found once it ended), Unreachable, tampered, malformed. */
export async function openElsewhere(
  ask: Ask,
  link: ShareLink,
  asked: { readonly recipient: string; readonly passcode?: string | undefined },
): Promise<Received> {
  const files = link.direct ? [await byGet(ask, link, asked.recipient)] : await byManifest(ask, link, asked);
  const opened = await Promise.all(
    files.map(async (jwe) => {
      const bundle = await openShareFile(link.key, jwe.trim());
      return readSharedFile(bundle);
    }),
  );
  checkComplete(opened.map(({ documents: [first] }) => first?.place));
  // What another server's own viewer would fetch apart has no address that this page knows.
  const documents = opened.flatMap((file) => file.documents).filter((one) => one.elsewhere === undefined);
  check(documents.length > 0, () => malformed('a share without documents'));
  return { patient: opened.map(({ patient }) => patient).find((name) => name !== '') ?? '', documents };
}

async function byGet(ask: Ask, link: ShareLink, recipient: string): Promise<string> {
  const url = addressOf(link.url);
  url.searchParams.set('recipient', recipient);
  return textOf(await ask(url.href, undefined, MAX_JWE));
}

async function byManifest(
  ask: Ask,
  link: ShareLink,
  { recipient, passcode }: { readonly recipient: string; readonly passcode?: string | undefined },
): Promise<readonly string[]> {
  const body = JSON.stringify({ recipient, ...(passcode ? { passcode } : {}) });
  const text = textOf(await ask(addressOf(link.url).href, body, MAX_MANIFEST));
  const parsed = guard(
    () => JSON.parse(text) as unknown,
    () => malformed('not JSON'),
  );
  const { files } = readShareFiles(parsed);
  const readable = files.filter(({ contentType }) => {
    // Others name the version of FHIR behind it.
    const type = contentType.split(';')[0]?.trim();
    return type === CONTENT_TYPE || type === CARD_TYPE;
  });
  return Promise.all(
    readable.map(async ({ embedded, location }) => {
      check((embedded === undefined) !== (location === undefined), () => malformed('a file in two places'));
      if (embedded !== undefined) return embedded;
      return textOf(await ask(addressOf(location ?? '').href, undefined, MAX_JWE));
    }),
  );
}

/** An address that may be asked: https, or this machine's own while developing. Raises malformed. */
function addressOf(text: string): URL {
  const url = guard(
    () => new URL(text),
    () => malformed('not an address'),
  );
  const local = url.protocol === 'http:' && LOOPBACK.includes(url.hostname);
  const plain = url.username === '' && url.password === '';
  check((url.protocol === 'https:' || local) && plain, () => malformed('an address that is not safe'));
  return url;
}

function textOf(answer: Awaited<ReturnType<Ask>>): string {
  if (answer === undefined) throw new Unreachable();
  const { status, text } = answer;
  if (status === 200) return text;
  if (status === 401) throw new ApiError('credentials', status, { remainingAttempts: attemptsIn(text) });
  throw new ApiError(status === 429 ? 'busy' : 'not_found', status);
}

function attemptsIn(text: string): number | undefined {
  try {
    const left = (JSON.parse(text) as { readonly remainingAttempts?: unknown }).remainingAttempts;
    return typeof left === 'number' && Number.isSafeInteger(left) && left >= 0 ? left : undefined;
  } catch {
    return undefined;
  }
}
