/**
 * Requests to the server: same origin, JSON, CSRF value, attempts again where that is safe.
 *
 * Owns how an answer becomes a value or an error; knows no key and no statement. GET, PUT and DELETE are repeated when the
 * connection breaks or the server is busy for a moment; POST only where the caller says that a second one does no harm.
 *
 *     const api = new Api(origin);
 *     const page = await api.get('/vaults', readVaults);
 */
import { b64u, type AccountId } from '../crypto/encoding.ts';
import { check, limitExceeded, malformed } from '../crypto/errors.ts';
import type { Reader } from './answers.ts';
import { ApiError, Cancelled, codeOf, Unreachable } from './errors.ts';
import { HOST_STATE_HEADER, HostStates } from './host_state.ts';
import { SentBodies } from './sent_bodies.ts';
import { readSession } from './types.ts';

const BASE = '/api/v1';
const ATTEMPTS = 5;
const FIRST_PAUSE = 300;
const LONGEST_PAUSE = 8000;
const PATIENCE = 120_000;
const MAX_ANSWER = 64 << 20;
const MAX_REFUSAL = 1 << 20;

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** May be sent again although the first one perhaps arrived. */
  readonly again?: boolean;
}

interface Request extends RequestOptions {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: BodyInit;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
export type Pause = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

/** One server as one session sees it. */
export class Api {
  /** `https://host`, as the browser knows it. */
  readonly origin: string;
  /** Proves to the server that a change comes from this app; set at sign-in. */
  csrf = '';
  /** Whose session it is. */
  account: AccountId | undefined;
  private readonly fetch: Fetch;
  private readonly hostStates = new HostStates();
  private readonly sentBodies = new SentBodies();
  /** How this client waits. */
  readonly pause: Pause;

  constructor(origin: string, fetching: Fetch = (url, init) => fetch(url, init), pause: Pause = sleep) {
    this.origin = origin;
    this.fetch = fetching;
    this.pause = pause;
  }

  async get<T>(path: string, reader: Reader<T>, options: RequestOptions = {}): Promise<T> {
    return reader(await this.json({ ...options, method: 'GET', path, again: true }));
  }

  async post<T>(path: string, body: unknown, reader: Reader<T>, options: RequestOptions = {}): Promise<T> {
    return reader(await this.json({ ...options, ...jsonBody(body), method: 'POST', path }));
  }

  async put<T>(path: string, body: unknown, reader: Reader<T>, options: RequestOptions = {}): Promise<T> {
    return reader(await this.json({ ...options, ...jsonBody(body), method: 'PUT', path }));
  }

  async delete(path: string, options: RequestOptions = {}): Promise<void> {
    await this.send({ ...options, method: 'DELETE', path, again: true });
  }

  /** Sends a part of an object with its SHA-256 (RFC 9530); sending it twice does no harm. */
  async putPart(
    path: string,
    data: Uint8Array<ArrayBuffer>,
    sha256: Uint8Array,
    signal: AbortSignal,
  ): Promise<void> {
    const digest = `sha-256=:${base64(sha256)}:`;
    const headers = { 'Content-Digest': digest, 'Content-Type': 'application/octet-stream' };
    // As bytes: a blob of them is copied once more, by another process. They may be sent again.
    await this.send({ method: 'PUT', path, body: data, headers, signal, again: true });
    this.sentBodies.count(data.length);
  }

  /**
   * Sends a part straight to the store, by a URL that the server signed for it: once, and without anything of this session.
   * Raises Unreachable when that does not work from here, for whatever reason.
   */
  async putUrl(url: string, data: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void> {
    const timeout = AbortSignal.timeout(PATIENCE);
    let response: Response;
    try {
      response = await this.fetch(url, {
        method: 'PUT',
        body: data,
        credentials: 'omit',
        mode: 'cors',
        redirect: 'error',
        cache: 'no-store',
        referrerPolicy: 'no-referrer',
        signal: AbortSignal.any([signal, timeout]),
      });
    } catch (thrown) {
      throw isAbort(thrown, signal) ? new Cancelled() : new Unreachable();
    }
    // What the store says is of no use; a body that nobody reads would hold the connection.
    response.body?.cancel().catch(() => undefined);
    this.sentBodies.count(data.length);
    if (!response.ok) throw new Unreachable();
  }

  /** Exactly `length` bytes from `start` of what stands at `path`. Raises malformed for any other number of bytes. */
  async bytes(
    path: string,
    start: number,
    length: number,
    signal?: AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const range = `bytes=${String(start)}-${String(start + length - 1)}`;
    const request: Request = { method: 'GET', path, headers: { Range: range }, signal, again: true };
    return this.attempt(request, async () => {
      const response = await this.once(request);
      const other = () => malformed('another length than the one asked for');
      const data = await bodyOf(response, length, other);
      check(data.length === length, other);
      return data;
    });
  }

  /** What stands at `path` as text. */
  async text(path: string, accept: string, limit: number): Promise<string> {
    const request: Request = { method: 'GET', path, headers: { Accept: accept }, again: true };
    return this.attempt(request, async () => {
      return textOf(await bodyOf(await this.once(request), limit));
    });
  }

  private async json(request: Request): Promise<unknown> {
    return this.attempt(request, async () => {
      const response = await this.once(request);
      const data = await bodyOf(response, MAX_ANSWER);
      return data.length === 0 ? undefined : parse(textOf(data));
    });
  }

  private async send(request: Request): Promise<void> {
    await this.attempt(request, async () => {
      await bodyOf(await this.once(request), MAX_ANSWER);
    });
  }

  /** Runs one try, and more of them where that is safe. */
  private async attempt<T>(request: Request, action: () => Promise<T>): Promise<T> {
    const { signal } = request;
    let renewed = false;
    for (let number = 1; ; number++) {
      if (signal?.aborted) throw new Cancelled();
      const { csrf } = this;
      try {
        return await action();
      } catch (thrown) {
        if (isAbort(thrown, signal)) throw new Cancelled();
        if (!renewed && request.method !== 'GET' && isForbidden(thrown) && (await this.isRenewed(csrf))) {
          renewed = true;
          continue;
        }
        const lost = thrown instanceof TypeError || isTimeout(thrown);
        const busy = thrown instanceof ApiError && isMomentary(thrown);
        if (!lost && !busy) throw thrown;
        if (request.again !== true || number === ATTEMPTS) throw lost ? new Unreachable() : thrown;
        await this.pause(pauseAfter(number, thrown), signal);
      }
    }
  }

  /**
   * Whether another tab has begun a session of the same account since `csrf` was given, which this one then goes on with: tabs
   * share the cookie, and a change without the session's own CSRF value was refused before anything was done.
   */
  private async isRenewed(csrf: string): Promise<boolean> {
    if (this.csrf !== csrf) return true;
    try {
      const session = await this.get('/sessions/current', readSession);
      if (session.account !== this.account || session.csrf === csrf) return false;
      this.csrf = session.csrf;
      return true;
    } catch (thrown) {
      if (thrown instanceof ApiError) return false;
      throw thrown;
    }
  }

  private async once(request: Request): Promise<Response> {
    const { method, path, body, headers = {}, signal } = request;
    const timeout = AbortSignal.timeout(PATIENCE);
    const response = await this.fetch(this.origin + BASE + path, {
      method,
      headers: {
        Accept: 'application/json',
        ...headers,
        ...(method !== 'GET' && this.csrf !== '' ? { 'X-Coffre-CSRF': this.csrf } : {}),
      },
      credentials: 'same-origin',
      mode: 'same-origin',
      redirect: 'error',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      ...(body === undefined ? {} : { body }),
    });
    this.hostStates.note(response.headers.get(HOST_STATE_HEADER));
    if (!response.ok) throw await refusal(response);
    return response;
  }
}

function isForbidden(thrown: unknown): boolean {
  return thrown instanceof ApiError && thrown.code === 'forbidden';
}

async function refusal(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN);
  let said: Readonly<Record<string, unknown>> = {};
  try {
    const value = JSON.parse(new TextDecoder().decode(await bodyOf(response, MAX_REFUSAL))) as unknown;
    if (isRecord(value)) said = value;
  } catch (thrown) {
    // A proxy in between may answer in any form; its status then says enough.
    if (!(thrown instanceof SyntaxError)) throw thrown;
  }
  const error = said['error'];
  const remaining = said['remainingAttempts'];
  return new ApiError(codeOf(response.status, isRecord(error) ? error['code'] : undefined), response.status, {
    retryAfter: Number.isFinite(retryAfter) ? retryAfter : undefined,
    remainingAttempts: typeof remaining === 'number' ? remaining : undefined,
  });
}

function jsonBody(body: unknown): Pick<Request, 'body' | 'headers'> {
  return { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
}

/** JSON in which no object has a name twice: parsers differ in which of the two they take. */
function parse(text: string): unknown {
  let value: unknown;
  let members: number;
  try {
    value = JSON.parse(text);
    // Raises as well for what is nested too deeply.
    members = membersOf(value);
  } catch {
    throw malformed('an answer that is not JSON');
  }
  // Outside of strings a colon follows each name, and stands nowhere else.
  check(colonsOf(text) === members, () => malformed('a name twice in an object'));
  return value;
}

function membersOf(value: unknown): number {
  if (!isRecord(value)) return 0;
  let members = 0;
  for (const member of Object.values(value)) {
    if (!Array.isArray(value)) members++;
    if (isRecord(member)) members += membersOf(member);
  }
  return members;
}

const QUOTE = '"';
const COLON = ':'.charCodeAt(0);
const BACKSLASH = '\\'.charCodeAt(0);

/** How many colons stand outside of the strings of a text that is JSON. */
function colonsOf(text: string): number {
  let colons = 0;
  for (let at = 0; ;) {
    const open = text.indexOf(QUOTE, at);
    const end = open < 0 ? text.length : open;
    for (; at < end; at++) if (text.charCodeAt(at) === COLON) colons++;
    if (open < 0) return colons;
    at = endOfString(text, open) + 1;
  }
}

function endOfString(text: string, open: number): number {
  for (let close = text.indexOf(QUOTE, open + 1); ; close = text.indexOf(QUOTE, close + 1)) {
    let escapes = 0;
    while (text.charCodeAt(close - 1 - escapes) === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return close;
  }
}

/** A body of at most `limit` bytes: whoever answers more is left there. Raises limit_exceeded, or `tooLong`. */
async function bodyOf(
  response: Response,
  limit: number,
  tooLong = () => limitExceeded('an answer that is too long'),
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader();
  const pieces: Uint8Array[] = [];
  let size = 0;
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > limit) {
      reader.cancel().catch(() => undefined);
      throw tooLong();
    }
    pieces.push(value);
  }
  const data = new Uint8Array(size);
  let filled = 0;
  for (const piece of pieces) {
    data.set(piece, filled);
    filled += piece.length;
  }
  return data;
}

/** UTF-8 without a byte order mark, which JSON may not begin with. Raises malformed. */
function textOf(data: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    throw malformed('an answer that is not UTF-8');
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Base64 with padding, as RFC 9530 wants digests. */
function base64(data: Uint8Array): string {
  const text = b64u(data).replaceAll('-', '+').replaceAll('_', '/');
  return text + '='.repeat((4 - (text.length % 4)) % 4);
}

function isAbort(thrown: unknown, signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true || (thrown instanceof DOMException && thrown.name === 'AbortError');
}

function isTimeout(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === 'TimeoutError';
}

/** Whether waiting some seconds may help. */
function isMomentary(error: ApiError): boolean {
  const long = (error.retryAfter ?? 0) > LONGEST_PAUSE / 1000;
  return (error.code === 'store_unavailable' || error.status === 502 || error.status === 504) && !long;
}

function pauseAfter(number: number, thrown: unknown): number {
  const asked = thrown instanceof ApiError ? (thrown.retryAfter ?? 0) * 1000 : 0;
  return Math.min(LONGEST_PAUSE, Math.max(asked, FIRST_PAUSE * 2 ** (number - 1)));
}

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new Cancelled());
    });
  });
}
