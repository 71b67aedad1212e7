/**
 * The web app's engine without its pages: one flow for each line of JSON that it is given, one line with what came of it.
 *
 * Bundled for Node by `typescript_client.py`. A line is `{flow, port, now, home?, ...}`; `home` is a signed-in device: its
 * session, its keyring with the key that opens it, and what it has seen. The answer is `{value}` or `{error}`, with what the
 * device has seen afterwards.
 */
import { createInterface } from 'node:readline';

import { Api } from '../../web/client/src/api/client.ts';
import { ApiError, Unreachable } from '../../web/client/src/api/errors.ts';
import { readDirectory, readSession, readVaults } from '../../web/client/src/api/types.ts';
import { gather } from '../../web/client/src/crypto/document.ts';
import { b64u, unb64u, type DocumentId, type GrantId, type KeyId, type SectionId, type ShareId, type VaultId } from '../../web/client/src/crypto/encoding.ts';
import { CoffreError } from '../../web/client/src/crypto/errors.ts';
import { Invitation } from '../../web/client/src/crypto/grants.ts';
import { openWithFileKey } from '../../web/client/src/crypto/keyring.ts';
import { ready } from '../../web/client/src/crypto/primitives.ts';
import { Secret } from '../../web/client/src/crypto/records.ts';
import { Kit } from '../../web/client/src/crypto/recovery.ts';
import type { SectionKind } from '../../web/client/src/crypto/sections.ts';
import { ShareLink } from '../../web/client/src/crypto/share.ts';
import { verifyProfessionalCard, type Signed } from '../../web/client/src/crypto/statements.ts';
import { lookAt, recover, signIn, signOut, signUp, type Parts } from '../../web/client/src/vault/account.ts';
import { Client, type Session } from '../../web/client/src/vault/client.ts';
import { Adding } from '../../web/client/src/vault/adding.ts';
import { Depositing, ownDeposits, withdraw } from '../../web/client/src/vault/deposits.ts';
import { readDocument, refile, remove } from '../../web/client/src/vault/documents.ts';
import { block, unblock } from '../../web/client/src/vault/blocking.ts';
import { KeyChanged, lookUp, requireVerified } from '../../web/client/src/vault/directory.ts';
import { completeGrants, give, invite, revoke } from '../../web/client/src/vault/grants.ts';
import { readJournal } from '../../web/client/src/vault/journal.ts';
import { askRenewal, isAsked, refuseRenewal } from '../../web/client/src/vault/renewals.ts';
import { documentsOfTerm, grantState, latestTerm, latestVersion, type GrantRecord } from '../../web/client/src/vault/ledger_state.ts';
import { MemoryPins, type SeenCheckpoint, type SeenVault } from '../../web/client/src/vault/pins.ts';
import { openShare } from '../../web/client/src/vault/receiver.ts';
import { accept, lookAtInvitation } from '../../web/client/src/vault/redeeming.ts';
import { addSection, maskNew } from '../../web/client/src/vault/sections.ts';
import { detailsOf, endShare, extendShare, makeShare } from '../../web/client/src/vault/shares.ts';
import { OpenVault } from '../../web/client/src/vault/vaults.ts';

const ORIGIN = 'http://127.0.0.1:8750';

interface Home {
  readonly cookie: string;
  readonly csrf: string;
  readonly session: Session;
  readonly keyring: string;
  readonly fileKey: string;
  readonly sequence: number;
  readonly seen: Readonly<Record<VaultId, Seen>>;
  /** The pinned key of the directory; empty for none. */
  readonly directory: string;
  /** The pin of the server's keys. */
  readonly keys?: { readonly sequence: number; readonly head: string };
}

interface Seen {
  readonly owner?: string;
  readonly ledger?: { readonly size: number; readonly head: string };
  readonly accesses?: { readonly size: number; readonly head: string };
  /** As the command line's home keeps it: `index` counts from 1, 0 for no leaf. */
  readonly checkpoint?: {
    readonly size: number;
    readonly root: string;
    readonly index: number;
    readonly ledger: number;
    readonly accesses: number;
  };
}

interface Line {
  readonly flow: string;
  readonly port: number;
  readonly now: number;
  readonly home?: Home;
  /** Somebody else's, for flows of two. */
  readonly other?: Home;
  readonly email: string;
  readonly password: string;
  readonly kit: string;
  readonly vault: VaultId;
  /** The key id of the vault's owner. */
  readonly owner: KeyId;
  readonly document: DocumentId;
  readonly grant: GrantId;
  /** A fingerprint. */
  readonly professional: string;
  readonly share: ShareId;
  readonly link: string;
  readonly text: string;
  readonly title: string;
  /** Of an invitation: kinds of sections or ids, and how many seconds it is for. */
  readonly terms?: { readonly sections: readonly string[]; readonly seconds: number };
}

/** One device for one flow. */
class Device {
  readonly line: Line;
  readonly parts: Parts;
  readonly pins = new MemoryPins();
  readonly vaults = new Set<VaultId>();
  private cookie = '';
  client: Client | undefined;

  constructor(line: Line) {
    this.line = line;
    const api = new Api(ORIGIN, (url, init) => this.fetch(url, init), () => Promise.resolve());
    this.parts = { api, pins: this.pins, now: () => line.now };
  }

  /** What a browser does with an address, a cookie and an origin. */
  private async fetch(url: string, init: RequestInit): Promise<Response> {
    const { mode: _mode, credentials: _credentials, referrerPolicy: _policy, ...rest } = init;
    const headers = new Headers(rest.headers);
    if (this.cookie !== '') headers.set('Cookie', `__Host-coffre=${this.cookie}`);
    const there = url.replace(ORIGIN, `http://127.0.0.1:${String(this.line.port)}`);
    const response = await fetch(there, { ...rest, headers });
    for (const line of response.headers.getSetCookie()) {
      const [, value] = /^__Host-coffre=([^;]*)/.exec(line) ?? [];
      if (value !== undefined) this.cookie = value;
    }
    return response;
  }

  /** Goes on with a home, as after an unlock. */
  async begin(home: Home): Promise<Client> {
    await ready();
    this.cookie = home.cookie;
    this.parts.api.csrf = home.csrf;
    const account = home.session.account;
    await this.pins.saveSequence(ORIGIN, account, home.sequence);
    if (home.directory !== '') await this.pins.saveDirectory(ORIGIN, { key: unb64u(home.directory), seen: {} });
    if (home.keys !== undefined) {
      await this.pins.saveServerKeys(ORIGIN, { sequence: home.keys.sequence, head: unb64u(home.keys.head) });
    }
    for (const [vault, { owner, ledger, accesses, checkpoint }] of Object.entries(home.seen) as [VaultId, Seen][]) {
      this.vaults.add(vault);
      const position = (pin?: { size: number; head: string }) =>
        pin === undefined ? undefined : { size: pin.size, head: unb64u(pin.head) };
      const seen = {
        owner,
        ledger: position(ledger),
        accesses: position(accesses),
        ...(checkpoint === undefined ? {} : { checkpoint: checkpointOf(checkpoint) }),
      } as SeenVault;
      await this.pins.saveVault(ORIGIN, vault, seen);
    }
    const server = await lookAt(this.parts.api);
    const fileKey = new Secret(unb64u(home.fileKey));
    const opened = openWithFileKey(unb64u(home.keyring), fileKey, { account });
    this.client = new Client({ ...this.parts, server, session: home.session }, opened);
    return this.client;
  }

  /** What was seen of each vault. */
  async seen(): Promise<unknown> {
    const found: Record<string, unknown> = {};
    for (const vault of new Set([...this.vaults, this.line.vault])) {
      const { ledger, accesses, checkpoint } = await this.pins.vault(ORIGIN, vault);
      const position = (pin?: { size: number; head: Uint8Array }) =>
        pin === undefined ? null : { size: pin.size, head: b64u(pin.head) };
      const tree = checkpoint === undefined ? undefined : { size: checkpoint.size, head: checkpoint.root };
      found[vault] = {
        ledger: position(ledger),
        accesses: position(accesses),
        checkpoint: position(tree),
      };
    }
    return found;
  }
}

function checkpointOf({ size, root, index, ledger, accesses }: NonNullable<Seen['checkpoint']>): SeenCheckpoint {
  const leaf = index === 0 ? {} : { leaf: { index: index - 1, ledger, accesses } };
  return { size, root: unb64u(root), ...leaf };
}

type Flow = (device: Device, client: Client) => Promise<unknown>;

const own = async (client: Client): Promise<OpenVault> => {
  const id = client.keyring.vault?.id;
  if (id === undefined) throw new ApiError('forbidden', 403);
  const vault = await OpenVault.open(client, id);
  await completeGrants(vault);
  return vault;
};

const titles = (vault: OpenVault): unknown =>
  vault
    .documents()
    // An author is shown the rest only when they open it.
    .filter((document) => !vault.asAuthor(latestVersion(document)))
    .map((document) => {
      const { title, name, size } = vault.metadata(latestVersion(document));
      return [document.document, title, name, size, vault.nameOf(latestVersion(document).filing.section).kind];
    })
    .sort();

const content = async (vault: OpenVault, id: DocumentId): Promise<string> => {
  const document = vault.document(id);
  if (document === undefined) throw new ApiError('not_found', 404);
  return b64u(await gather(readDocument(vault, latestVersion(document))));
};

const waiting = (vault: OpenVault): unknown =>
  [...vault.state.grants.values()].filter((grant) => isAsked(latestTerm(grant))).map(({ grant }) => grant);

const holder = (vault: OpenVault, id: GrantId): KeyId => {
  const grant = vault.state.grants.get(id);
  const found = grant === undefined ? undefined : latestTerm(grant).professional;
  if (found === undefined) throw new ApiError('not_found', 404);
  return found;
};

const states = (vault: OpenVault): unknown =>
  [...vault.state.grants.values()].map((grant) => [grant.grant, grantState(vault.state, grant, vault.now())]).sort();

const ownCard = async (parts: Parts, client: Client): Promise<Signed> => {
  const key = encodeURIComponent(client.me);
  const { professionals } = await parts.api.get(`/directory?key=${key}`, readDirectory);
  const found = professionals.find(({ card }) => verifyProfessionalCard(card).author === client.me);
  if (found === undefined) throw new ApiError('not_found', 404);
  return found.card;
};

const events = (journal: Awaited<ReturnType<typeof readJournal>>): unknown =>
  journal.events.map(({ header }) => [header.chain, header.seq, header.kind, header.time, header.actor]);

const shares = async (vault: OpenVault): Promise<unknown> => {
  const { openings } = await readJournal(vault);
  return [...vault.state.shares.values()].map((share) => [
    detailsOf(vault, share)?.label,
    openings.get(share.statement.share) ?? 0,
    share.ended !== undefined,
  ]);
};

const addFile: Flow = async ({ line }, client) => {
  const vault = await own(client);
  const section = vault.sectionOfKind('reports');
  const description = { title: line.title, section, date: '2026-05-04', mime: 'text/plain' };
  const adding = new Adding(vault, new File([line.text], 'new.txt'), description);
  const id = await adding.run(new AbortController().signal, () => undefined);
  const [, ...shown] = (titles(vault) as unknown[][]).find(([document]) => document === id) ?? [];
  return shown;
};

/** Flows that begin without a home. */
const STRANGERS: Readonly<Record<string, (device: Device) => Promise<unknown>>> = {
  async sign_in(device) {
    device.client = await signIn(device.parts, device.line.email, device.line.password);
    return device.client.session;
  },
  async sign_up(device) {
    const { email: address, password } = device.line;
    const { client } = await signUp(device.parts, { role: 'patient', address, name: 'Nora Durand' }, password);
    return client.session.role;
  },
  async recover(device) {
    await ready();
    const kit = await Kit.fromWords(device.line.kit);
    device.client = await recover(device.parts, device.line.email, kit, device.line.password);
    return device.client.session;
  },
  async open_link(device) {
    await ready();
    const received = await openShare(device.parts.api, ShareLink.parse(device.line.link), { recipient: 'coffre' });
    return received.documents.map(({ title, name, mime, date, data }) => [title, name, mime, date, b64u(data)]);
  },
};

const FLOWS: Readonly<Record<string, Flow>> = {
  async session({ parts }) {
    // What it says is shown on the page of signing in, where the person may correct it.
    await parts.api.get('/sessions/current', readSession);
    return null;
  },
  async logout({ parts }) {
    await signOut(parts.api);
    return null;
  },
  async list(_, client) {
    return titles(await own(client));
  },
  async journal(_, client) {
    return events(await readJournal(await own(client)));
  },
  async share_list(_, client) {
    return shares(await own(client));
  },
  async get({ line }, client) {
    return content(await own(client), line.document);
  },
  add: addFile,
  add_large: addFile,
  async mask({ line }, client) {
    const vault = await own(client);
    await refile(vault, line.document, vault.sectionOfKind('masked'));
    return titles(vault);
  },
  async remove({ line }, client) {
    const vault = await own(client);
    await remove(vault, line.document);
    return titles(vault);
  },
  async revoke({ line }, client) {
    const vault = await own(client);
    await revoke(vault, line.grant);
    return [...vault.state.sections.values()].map(({ section, epoch }) => [section, epoch]).sort();
  },
  async ask({ line }, client) {
    await askRenewal(client, line.grant, line.now + 86_400);
    return null;
  },
  async refuse({ line }, client) {
    const vault = await own(client);
    await refuseRenewal(vault, line.grant);
    return waiting(vault);
  },
  async block({ line }, client) {
    const vault = await own(client);
    await block(vault, holder(vault, line.grant));
    return [[...vault.state.blocked.keys()].sort(), states(vault)];
  },
  async unblock({ line }, client) {
    const vault = await own(client);
    await unblock(vault, holder(vault, line.grant));
    return [[...vault.state.blocked.keys()].sort(), states(vault)];
  },
  async deposit({ line, parts }, client) {
    const link = { vault: line.vault, owner: line.owner };
    const card = await ownCard(parts, client);
    const description = { title: line.title, date: '2026-05-04', mime: 'text/plain' };
    const given = { file: new File([line.text], 'new.txt'), description, card };
    const depositing = new Depositing(client, link, given);
    await depositing.run(new AbortController().signal, () => undefined);
    return (await ownDeposits(client, line.vault)).deposits.length;
  },
  async withdraw({ line }, client) {
    await withdraw(client, line.vault, line.document);
    return null;
  },
  async section_add(_, client) {
    const vault = await own(client);
    await addSection(vault, 'Podologie');
    return [...vault.sections().values()].map(({ kind, name }) => name ?? kind).sort();
  },
  async settings(_, client) {
    const vault = await own(client);
    await maskNew(vault, true);
    return vault.state.maskNew;
  },
  async grant_to({ line }, client) {
    const found = await lookUp(client, line.professional);
    requireVerified(found);
    const vault = await own(client);
    const terms = { sections: [vault.sectionOfKind('dental')], rights: ['read'] as const, notAfter: line.now + 86_400 };
    const grant = await give(vault, terms, found.known);
    const { statement, professional } = latestTerm(vault.state.grants.get(grant) as GrantRecord);
    return [statement.sequence, professional, statement.rights];
  },
  async invite({ line }, client) {
    const { sections = [], seconds = 0 } = line.terms ?? {};
    const vault = await own(client);
    const terms = {
      sections: sections.map((one) => (one.length === 32 ? (one as SectionId) : vault.sectionOfKind(one as SectionKind))),
      rights: ['read'] as const,
      notAfter: line.now + seconds,
    };
    await invite(vault, terms);
    return states(vault);
  },
  async grant_documents({ line }, client) {
    const found = await lookUp(client, line.professional);
    const vault = await own(client);
    const documents = [line.document];
    const terms = { sections: [], documents, rights: ['read'] as const, notAfter: line.now + 86_400 };
    const grant = await give(vault, terms, found.known);
    const term = latestTerm(vault.state.grants.get(grant) as GrantRecord);
    return [term.professional, documentsOfTerm(term)];
  },
  async share_new({ line }, client) {
    const vault = await own(client);
    const terms = { notAfter: vault.now() + 3600, label: 'cabinet', maxOpenings: 20, follow: false };
    await makeShare(vault, { documents: [line.document], ...terms }, new AbortController().signal);
    return shares(vault);
  },
  async share_extend({ line }, client) {
    const vault = await own(client);
    await extendShare(vault, line.share, { notAfter: vault.now() + 7200, more: 0 });
    return shares(vault);
  },
  async share_end({ line }, client) {
    const vault = await own(client);
    await endShare(vault, line.share);
    return shares(vault);
  },
  async redeem({ line, parts }, client) {
    const opened = await lookAtInvitation(client, Invitation.fromLink(line.link));
    await accept(client, opened, await ownCard(parts, client));
    return [opened.bundle.patient, opened.grant.grant, opened.grant.not_after];
  },
  async vaults(_, client) {
    const { vaults } = await client.api.get('/vaults', readVaults);
    const current = vaults.filter(({ role, state }) => role === 'grant' && state === 'active');
    const found: unknown[] = [];
    for (const { vault } of current) {
      const opened = await OpenVault.open(client, vault);
      found.push([vault, opened.patient, [...opened.sections().values()].map(({ kind }) => kind).sort()]);
    }
    return found.sort();
  },
  async list_as_professional({ line }, client) {
    return titles(await OpenVault.open(client, line.vault));
  },
  async lose_one_grant({ line }, client) {
    const before = await OpenVault.open(client, line.vault);
    if (line.other === undefined) throw new Error('a home is missing');
    const patient = await own(await new Device(line).begin(line.other));
    await revoke(patient, line.grant);
    const description = { title: line.title, section: patient.sectionOfKind('dental'), date: '2026-05-04', mime: 'text/plain' };
    const adding = new Adding(patient, new File([line.text], 'later.txt'), description);
    await adding.run(new AbortController().signal, () => undefined);
    const held = before.sections().size;
    await before.sync();
    const after = await OpenVault.open(client, line.vault);
    return [held, before.sections().size, after.sections().size, titles(before), titles(after)];
  },
  async read_as_author({ line }, client) {
    return content(await OpenVault.open(client, line.vault), line.document);
  },
  async read_as_professional({ line }, client) {
    return content(await OpenVault.open(client, line.vault), line.document);
  },
};

async function answer(line: Line): Promise<unknown> {
  const device = new Device(line);
  try {
    const stranger = STRANGERS[line.flow];
    const flow = FLOWS[line.flow];
    if (stranger !== undefined) return { value: await stranger(device), seen: await device.seen() };
    if (flow === undefined || line.home === undefined) return { error: 'no such flow' };
    const client = await device.begin(line.home);
    return { value: await flow(device, client), seen: await device.seen() };
  } catch (thrown) {
    return { error: codeOf(thrown), seen: await device.seen() };
  }
}

/** The code of an error that the app can show; anything else is a crash. */
function codeOf(thrown: unknown): string {
  if (thrown instanceof CoffreError || thrown instanceof ApiError) return thrown.code;
  if (thrown instanceof KeyChanged) return thrown.code;
  if (thrown instanceof Unreachable) return 'unreachable';
  return `crashed: ${thrown instanceof Error ? `${thrown.name} ${thrown.message} ${thrown.stack ?? ''}` : String(thrown)}`;
}

for await (const text of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(text) as Line))}\n`);
}
