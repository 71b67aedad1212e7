/** An owner who keeps documents on a device: their keyring, and a vault with a server that may be away. */
import { ApiError, Unreachable } from '../../src/api/errors.ts';
import { newFileKey } from '../../src/crypto/age_file.ts';
import { DeviceKey } from '../../src/crypto/device.ts';
import { makeHeader, ObjectSealer } from '../../src/crypto/document.ts';
import {
  b64u,
  concat,
  newId,
  randomBytes,
  unb64u,
  type DocumentId,
  type SectionId,
  type VaultId,
} from '../../src/crypto/encoding.ts';
import type { Keyring } from '../../src/crypto/keyring.ts';
import { Secret } from '../../src/crypto/records.ts';
import { Kit } from '../../src/crypto/recovery.ts';
import { SectionSecret } from '../../src/crypto/sections.ts';
import { headerHash, sign, signedFromWire, type Access, type Signed } from '../../src/crypto/statements.ts';
import { KeptDocuments } from '../../src/vault/kept_documents.ts';
import type { DocumentState, VersionState } from '../../src/vault/ledger_state.ts';
import { MemoryRecords, SealedRecords } from '../../src/vault/records.ts';
import type { OpenVault } from '../../src/vault/vaults.ts';
import { person } from '../crypto/samples.ts';

export const ORIGIN = 'https://coffre.example';
export const NOW = 1_800_000_000;
export const DOCUMENT = 'd'.repeat(32) as DocumentId;

/** An owner's keyring. */
export function ownerRing(): Keyring {
  const { card, identity, key } = person('patient');
  const vault = { id: newId<VaultId>(), owner_secret: new Secret(randomBytes(32)), sections: {} };
  return {
    account: card.account,
    identity,
    kit: Kit.generate().identity().recipient().public,
    name: 'Alice Martin',
    pins: { vaults: {} },
    role: 'patient',
    sequence: 3,
    server: randomBytes(32),
    signing: key,
    vault,
  };
}

/** One owner's vault as far as copies need it: documents with their objects, a server that may be away, and what it was sent. */
export class Keeper {
  readonly store = new MemoryRecords();
  readonly section = newId<SectionId>();
  readonly secret = SectionSecret.generate();
  readonly objects = new Map<string, Uint8Array>();
  readonly live = new Map<DocumentId, DocumentState>();
  readonly accesses: Access[] = [];
  name = 'Imaging';
  away = false;
  losesAnswers = false;
  refuses: ApiError | undefined;
  downloads = 0;
  readonly ring: Keyring;
  readonly records: SealedRecords;
  readonly kept: KeptDocuments;
  readonly vault: OpenVault;

  constructor(ring: Keyring) {
    this.ring = ring;
    const place = { origin: ORIGIN, account: ring.account };
    this.records = new SealedRecords(this.store, DeviceKey.of(ring), place);
    this.kept = new KeptDocuments(this.records);
    this.vault = this.make();
  }

  /** A version of a document. */
  async add(content: string, number = 1, document = DOCUMENT): Promise<VersionState> {
    const fileKey = newFileKey();
    const sealer = new ObjectSealer(new Blob([content]), { fileKey });
    const parts: Uint8Array[] = [];
    for await (const { data } of sealer.parts()) parts.push(data);
    this.objects.set(`${document} ${String(number)}`, concat(...parts));
    const { content: hash, size, ...object } = sealer.result();
    const place = { vault: this.vault.id, document, version: number, section: this.section, epoch: 1 };
    const header = makeHeader(this.secret, place, fileKey);
    const version = {
      manifest: { ...object, document, version: number, author: this.vault.client.me },
      hash: randomBytes(32),
      filing: { section: this.section, epoch: 1, header: headerHash(header) },
      added: NOW,
      answered: header,
      metadata: {
        author: 'A',
        content: hash,
        date: '2026-11-22',
        mime: 'text/plain',
        name: 'a.txt',
        size,
        tags: [],
        title: 'Scan',
      },
    };
    this.live.set(document, { document, versions: [version as unknown as VersionState] });
    return version as unknown as VersionState;
  }

  get document(): DocumentState {
    const found = this.live.get(DOCUMENT);
    if (found === undefined) throw new Error('no document');
    return found;
  }

  private make(): OpenVault {
    const { ring } = this;
    const id = ring.vault?.id ?? newId<VaultId>();
    const client = {
      me: 'k'.repeat(43),
      records: this.records,
      keyring: ring,
      now: () => NOW,
      sign: (statement: Access) => sign(statement, ring.signing),
      api: {
        bytes: (path: string, start: number, length: number) => this.bytes(path, start, length),
        post: (_: string, body: { accesses: unknown[] }) => this.post(body.accesses.map(signedFromWire)),
      },
    };
    const events = () => this.accesses.map((statement) => ({ statement }));
    type Held = VersionState & { readonly metadata: unknown };
    return {
      id,
      owned: true,
      client,
      granted: () => undefined,
      asAuthor: () => false,
      metadata: (version: Held) => version.metadata,
      sizeOf: (version: Held) => (version.metadata as { size: number }).size,
      nameOf: () => ({ kind: 'custom', name: this.name }),
      secret: () => this.secret,
      filingOf: ({ manifest, filing }: VersionState) => ({
        vault: id,
        document: manifest.document,
        version: manifest.version,
        section: filing.section,
        epoch: filing.epoch,
      }),
      document: (wanted: DocumentId) => this.live.get(wanted),
      accesses: { sync: () => Promise.resolve({ events: events() }) },
    } as unknown as OpenVault;
  }

  private bytes(path: string, start: number, length: number): Promise<Uint8Array> {
    this.downloads += 1;
    if (this.away) throw new Unreachable();
    const [, document = '', number = ''] = /documents\/(\w+)\/versions\/(\d+)/.exec(path) ?? [];
    const object = this.objects.get(`${document} ${number}`) ?? new Uint8Array(0);
    return Promise.resolve(object.slice(start, start + length));
  }

  private post(signed: readonly Signed[]) {
    if (this.away) throw new Unreachable();
    if (this.refuses !== undefined) throw this.refuses;
    const statements = signed.map(
      ({ statement }) => JSON.parse(new TextDecoder().decode(statement)) as Access,
    );
    const known = new Set(this.accesses.map(({ nonce }) => b64u(nonce)));
    const nonces = statements.map(({ nonce }) => nonce as unknown as string);
    if (nonces.some((nonce) => known.has(nonce))) throw new ApiError('stale', 409);
    statements.forEach((statement) => {
      const nonce = unb64u(statement.nonce as unknown as string);
      this.accesses.push({ ...statement, nonce });
    });
    if (this.losesAnswers) throw new Unreachable();
    const opened = signed.map((one, index) => {
      const found = this.live.get(statements[index]?.document ?? DOCUMENT)?.versions.at(-1);
      return {
        entry: { header: new Uint8Array(1), body: { salt: new Uint8Array(16), signed: one } },
        header: (found as unknown as { answered: Uint8Array }).answered,
      };
    });
    return Promise.resolve({ opened });
  }
}
