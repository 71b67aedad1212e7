/**
 * The TypeScript half of test_histories.py: the end of one history a line (`Told.to_json`), one verdict a line: for each
 * professional the documents that their client reads now, and those that open with every key they ever had, wherever the server
 * shows them.
 */
import { createInterface } from 'node:readline';
import { verifyHeader } from '../../web/client/src/crypto/age_file.ts';
import { HybridIdentity } from '../../web/client/src/crypto/age_recipients.ts';
import { openHeader, openHeaderAsAuthor } from '../../web/client/src/crypto/document.ts';
import {
  unb64u,
  type DocumentId,
  type GrantId,
  type KeyId,
  type SectionId,
  type VaultId,
} from '../../web/client/src/crypto/encoding.ts';
import { CoffreError } from '../../web/client/src/crypto/errors.ts';
import { openDocumentsForProfessional, openForProfessional } from '../../web/client/src/crypto/grants.ts';
import { pageFromWire } from '../../web/client/src/crypto/journal.ts';
import { openMetadata } from '../../web/client/src/crypto/metadata.ts';
import { ready } from '../../web/client/src/crypto/primitives.ts';
import { secretOfEpoch, SectionSecret, type Filing } from '../../web/client/src/crypto/sections.ts';
import { bundleHash, versionOrder, type NamedVersion } from '../../web/client/src/crypto/statements.ts';
import { Ledger } from '../../web/client/src/vault/ledger.ts';
import {
  hasRight,
  latestTerm,
  latestVersion,
  sectionsOfTerm,
  stateOfTerm,
  termNames,
  type LedgerState,
  type VersionState,
} from '../../web/client/src/vault/ledger_state.ts';

interface Reader {
  readonly bundles: readonly {
    readonly data: string;
    readonly documents: readonly NamedVersion[];
    readonly grant: GrantId;
    readonly sections: readonly SectionId[];
  }[];
  readonly documents: readonly NamedVersion[];
  readonly identity: string;
  readonly key: KeyId;
  readonly page: unknown;
  readonly sections: readonly SectionId[];
}

interface Told {
  readonly headers: Readonly<Record<DocumentId, readonly string[]>>;
  readonly now: number;
  readonly owner: KeyId;
  readonly page: unknown;
  readonly readers: readonly Reader[];
  readonly vault: VaultId;
}

/** The newest secret of each section, and every document's key, that ever was in a bundle. */
interface Held {
  readonly secrets: ReadonlyMap<SectionId, SectionSecret>;
  readonly keys: readonly Uint8Array[];
}

function held({ bundles, identity }: Reader, vault: VaultId): Held {
  const own = new HybridIdentity(unb64u(identity));
  const found = new Map<SectionId, SectionSecret>();
  const keys: Uint8Array[] = [];
  for (const { data, documents, grant, sections } of bundles) {
    const sealed = unb64u(data);
    if (documents.length > 0) {
      const expected = { bundle: bundleHash(sealed), documents, grant, vault };
      const opened = openDocumentsForProfessional(sealed, own, expected);
      keys.push(...opened.documents.map(({ key }) => key.reveal()));
      continue;
    }
    const bundle = openForProfessional(sealed, own, {
      bundle: bundleHash(sealed),
      grant,
      sections: sections.map((section) => ({ section, epoch: 1 })),
      vault,
    });
    for (const [section, secret] of Object.entries(bundle.sections) as [SectionId, SectionSecret][]) {
      const known = found.get(section);
      if (known === undefined || known.epoch < secret.epoch) found.set(section, secret);
    }
  }
  return { secrets: found, keys };
}

/** What somebody tries: the secret as it is, taken for the epoch's, and what the ladder gives for it. */
function* reachable(newest: SectionSecret, state: LedgerState, { section, epoch }: Filing): Generator<SectionSecret> {
  yield newest;
  yield new SectionSecret(epoch, newest.secret);
  const known = state.sections.get(section);
  if (known === undefined) return;
  try {
    yield secretOfEpoch(newest, epoch, known.ladders, { section, vault: state.vault });
  } catch (thrown) {
    if (!(thrown instanceof CoffreError)) throw thrown;
  }
}

function opensByKey(keys: readonly Uint8Array[], headers: readonly string[]): boolean {
  return keys.some((key) => headers.some((header) => succeeds(() => verifyHeader(unb64u(header), key))));
}

function opens({ secrets, keys }: Held, state: LedgerState, version: VersionState, headers: readonly string[]): boolean {
  const { section, epoch, sealed } = version.filing;
  const { document, version: number } = version.manifest;
  const filing = { document, epoch, section, vault: state.vault, version: number };
  if (opensByKey(keys, headers)) return true;
  const newest = secrets.get(section);
  if (newest === undefined) return false;
  return [...reachable(newest, state, filing)].some(
    (secret) =>
      headers.some((header) => succeeds(() => openHeader(unb64u(header), secret, filing))) ||
      (sealed !== undefined && succeeds(() => openMetadata(secret, filing, sealed))),
  );
}

function succeeds(step: () => unknown): boolean {
  try {
    step();
    return true;
  } catch (thrown) {
    if (thrown instanceof CoffreError) return false;
    throw thrown;
  }
}

/** What a professional's client reads: by a grant in force, with a key at hand; and what they wrote. */
function reads(reader: Reader, told: Told, secrets: Held): readonly DocumentId[] {
  const documents = new Set(reader.documents.map(versionOrder));
  const viewer = { key: reader.key, sections: new Set(reader.sections), documents };
  const { state } = Ledger.empty(told.vault, { owner: told.owner }).appendPage(pageFromWire(reader.page), viewer);
  const terms = [...state.grants.values()].map(latestTerm).filter((term) => {
    const mine = term.professional === reader.key && hasRight(term, 'read');
    return mine && stateOfTerm(term, told.now) === 'active';
  });
  if (terms.length === 0) return [];
  const readable = new Set(terms.flatMap((term) => [...sectionsOfTerm(term)]));
  const own = new HybridIdentity(unb64u(reader.identity));
  return [...state.documents.values()]
    .filter((document) => {
      const version = latestVersion(document);
      const headers = told.headers[document.document];
      if (document.removed !== undefined || headers === undefined) return false;
      if (readable.has(version.filing.section)) return opens(secrets, state, version, headers);
      if (terms.some((term) => termNames(term, version.manifest))) return opensByKey(secrets.keys, headers);
      const written = version.manifest.author === reader.key;
      return written && headers.some((header) => succeeds(() => openHeaderAsAuthor(unb64u(header), own)));
    })
    .map(({ document }) => document);
}

function verdict(told: Told): unknown {
  const viewer = { key: told.owner, sections: new Set<SectionId>(), documents: new Set<DocumentId>() };
  const { state } = Ledger.empty(told.vault, { owner: told.owner }).appendPage(pageFromWire(told.page), viewer);
  return told.readers.map((reader) => {
    const secrets = held(reader, told.vault);
    const opened = [...state.documents.values()].filter((document) => {
      const headers = told.headers[document.document];
      return headers !== undefined && opens(secrets, state, latestVersion(document), headers);
    });
    return {
      opens: opened.map(({ document }) => document).sort(),
      reads: [...reads(reader, told, secrets)].sort(),
    };
  });
}

await ready();
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(verdict(JSON.parse(line) as Told))}\n`);
}
