/** Runs every vector of the opening part (shapes: tests/vectors/README-opening.md). */
import { beforeAll, describe, expect, test } from 'vitest';
import { openFile } from '../../src/crypto/age_file.ts';
import {
  HybridIdentity,
  parseIdentity,
  ScryptIdentity,
  type Identity,
} from '../../src/crypto/age_recipients.ts';
import { ContentHasher } from '../../src/crypto/content.ts';
import { documentBundleShape } from '../../src/crypto/document_bundle.ts';
import { cardText, type CardField } from '../../src/crypto/card.ts';
import * as deposits from '../../src/crypto/deposits.ts';
import * as document from '../../src/crypto/document.ts';
import {
  b64u,
  unb64u,
  type AccountId,
  type GrantId,
  type Json,
  type SectionId,
  type ShareId,
  type VaultId,
} from '../../src/crypto/encoding.ts';
import {
  checkComplete,
  readFhirBundle,
  sealedElsewhereShape,
  type FilePlace,
  type SealedElsewhere,
} from '../../src/crypto/fhir.ts';
import * as grants from '../../src/crypto/grants.ts';
import { readCards } from '../../src/crypto/health_card.ts';
import { writeSummary } from '../../src/crypto/ips.ts';
import * as keyring from '../../src/crypto/keyring.ts';
import * as metadata from '../../src/crypto/metadata.ts';
import { padme, unframe } from '../../src/crypto/padding.ts';
import { Passkey, prfInput } from '../../src/crypto/passkeys.ts';
import { deriveKeys, type PasswordKeys } from '../../src/crypto/passwords.ts';
import { profileShape, readProfile, writeProfile } from '../../src/crypto/profile.ts';
import { ready } from '../../src/crypto/primitives.ts';
import { Secret } from '../../src/crypto/records.ts';
import { Kit } from '../../src/crypto/recovery.ts';
import * as sections from '../../src/crypto/sections.ts';
import type { Shape } from '../../src/crypto/shapes.ts';
import * as share from '../../src/crypto/share.ts';
import { SigningKey } from '../../src/crypto/signing.ts';
import { readSummary, type Summary } from '../../src/crypto/summaries.ts';
import { signedFromWire, type NamedVersion } from '../../src/crypto/statements.ts';
import { binary, expectOutcome, list, number, object, text, vectorsOf, type Fields } from './vectors.ts';

const VECTORS = vectorsOf([
  'age',
  'keyring',
  'sections',
  'documents',
  'grants',
  'deposits',
  'shares',
  'profiles',
]);

beforeAll(ready);

function secretOf(v: Fields): sections.SectionSecret {
  const secret = object(v, 'secret');
  return new sections.SectionSecret(number(secret, 'epoch'), binary(secret, 'secret'));
}

const filingOf = (v: Fields): sections.Filing => object(v, 'filing') as unknown as sections.Filing;

const placeOf = (v: Fields): sections.SectionPlace => ({
  vault: text(v, 'vault') as VaultId,
  section: text(v, 'section') as SectionId,
});

function expectRecord<T>(shape: Shape<T>, value: T, record: Fields, extra: Fields = {}): void {
  expect({ ...(shape.encode(value) as object), ...extra }).toEqual(record);
}

function openKeyring(v: Fields, opened: keyring.OpenedKeyring): void {
  expectRecord(keyring.keyringShape, opened.keyring, object(v, 'keyring'), { version: 1 });
}

const expectedKeyring = (v: Fields): keyring.ExpectedKeyring => ({
  account: text(v, 'account') as AccountId,
  sequence: number(v, 'sequence'),
  seen: v['seen'] as number | undefined,
});

const expectedDocuments = (v: Fields): grants.ExpectedDocuments & { vault: VaultId; grant: GrantId } => ({
  bundle: binary(v, 'hash'),
  vault: text(v, 'vault') as VaultId,
  grant: text(v, 'grant') as GrantId,
  documents: list<NamedVersion>(v, 'documents'),
});

const expectedBundle = (v: Fields): grants.ExpectedBundle & { vault: VaultId; grant: GrantId } => ({
  bundle: binary(v, 'hash'),
  vault: text(v, 'vault') as VaultId,
  grant: text(v, 'grant') as GrantId,
  sections: Object.entries(object(v, 'sections')).map(([section, epoch]) => ({
    section: section as SectionId,
    epoch: epoch as number,
  })),
});

function summaryRecord({ birthDate, ...rest }: Summary): Fields {
  return { ...rest, birth_date: birthDate };
}

const STAGES: Readonly<Record<string, (v: Fields) => void | Promise<void>>> = {
  'open-age': (v) => {
    const identities: Identity[] = list<string>(v, 'identities').map(parseIdentity);
    if ('passphrase' in v) identities.push(new ScryptIdentity(text(v, 'passphrase')));
    expect(b64u(openFile(binary(v, 'data'), identities))).toBe(text(v, 'plaintext'));
  },
  padme: (v) => {
    for (const [size, padded] of list<[number, number]>(v, 'cases')) expect(padme(size)).toBe(padded);
  },
  unframe: (v) => {
    expect(b64u(unframe(binary(v, 'framed'), number(v, 'floor')))).toBe(text(v, 'message'));
  },
  'password-keys': (v) => {
    const parameters = { m: number(v, 'm'), t: number(v, 't'), p: number(v, 'p') };
    const keys = deriveKeys(text(v, 'password'), {
      address: text(v, 'address'),
      salt: binary(v, 'salt'),
      parameters,
    });
    const result = object(v, 'result');
    expect(b64u(keys.unlock.reveal())).toBe(text(result, 'unlock'));
    expect(b64u(keys.login.public)).toBe(text(result, 'login'));
  },
  kit: async (v) => {
    const kit = new Kit(binary(v, 'entropy'));
    expect({ english: await kit.words('english'), french: await kit.words('french') }).toEqual(
      object(v, 'words'),
    );
    const result = object(v, 'result');
    expect(b64u(kit.identity().recipient().public)).toBe(text(result, 'recipient'));
    expect(b64u(kit.loginKey().public)).toBe(text(result, 'login'));
  },
  'kit-words': async (v) => {
    const kit = await Kit.fromWords(text(v, 'words'));
    expect(kit.equals(new Kit(binary(v, 'entropy')))).toBe(true);
  },
  'open-keyring-with-password': (v) => {
    const keys: PasswordKeys = {
      salt: binary(v, 'salt'),
      parameters: { m: number(v, 'm'), t: number(v, 't'), p: number(v, 'p') },
      unlock: new Secret(binary(v, 'unlock')),
      login: SigningKey.generate(),
    };
    openKeyring(v, keyring.openWithPassword(binary(v, 'data'), keys, expectedKeyring(v)));
  },
  'open-keyring-with-kit': (v) => {
    openKeyring(v, keyring.openWithKit(binary(v, 'data'), new Kit(binary(v, 'entropy')), expectedKeyring(v)));
  },
  passkey: (v) => {
    const passkey = new Passkey(new Uint8Array(1), binary(v, 'secret'));
    const result = object(v, 'result');
    expect(b64u(prfInput())).toBe(text(result, 'prf_input'));
    expect(b64u(passkey.identity().recipient().public)).toBe(text(result, 'recipient'));
  },
  'open-keyring-with-passkey': (v) => {
    const passkey = new Passkey(binary(v, 'credential'), binary(v, 'secret'));
    openKeyring(v, keyring.openWithPasskey(binary(v, 'data'), passkey, expectedKeyring(v)));
  },
  'section-keys': (v) => {
    const secret = new sections.SectionSecret(1, binary(v, 'secret'));
    const result = object(v, 'result');
    expect(b64u(secret.wrapKey())).toBe(text(result, 'wrap'));
    expect(b64u(secret.metaKey())).toBe(text(result, 'meta'));
    expect(b64u(secret.dropIdentity().recipient().public)).toBe(text(result, 'drop'));
  },
  'open-section-name': (v) => {
    const name = sections.openName(secretOf(v), binary(v, 'sealed'), placeOf(v));
    expectRecord(sections.sectionNameShape, name, object(v, 'name'));
  },
  'climb-down': (v) => {
    const older = sections.climbDown(secretOf(v), binary(v, 'ladder'), placeOf(v));
    expect({ epoch: older.epoch, secret: b64u(older.secret) }).toEqual(object(v, 'result'));
  },
  'open-header': (v) => {
    const fileKey = document.openHeader(binary(v, 'header'), secretOf(v), filingOf(v));
    expect(b64u(fileKey)).toBe(text(v, 'file_key'));
  },
  'open-header-as-author': (v) => {
    const identity = new HybridIdentity(binary(v, 'identity'));
    expect(b64u(document.openHeaderAsAuthor(binary(v, 'header'), identity))).toBe(text(v, 'file_key'));
  },
  'open-metadata': (v) => {
    const opened = metadata.openMetadata(secretOf(v), filingOf(v), binary(v, 'sealed'));
    expectRecord(metadata.metadataShape, opened, object(v, 'metadata'));
  },
  'open-author-metadata': (v) => {
    const { vault, document, version } = object(v, 'authored') as unknown as metadata.Authored;
    const authored = { vault, document, version };
    const opened = metadata.openAsAuthor(binary(v, 'file_key'), authored, binary(v, 'sealed'));
    expectRecord(metadata.metadataShape, opened, object(v, 'metadata'));
  },
  'clean-name': (v) => {
    for (const [name, cleaned] of list<[string, string]>(v, 'cases'))
      expect(metadata.cleanName(name)).toBe(cleaned);
  },
  'content-hash': async (v) => {
    for (const [size, expected] of list<[number, string]>(v, 'cases')) {
      const hasher = new ContentHasher();
      const data = Uint8Array.from({ length: size }, (_, index) => index % 251);
      for (let at = 0; at < size; at += 300_001) await hasher.update(data.subarray(at, at + 300_001));
      expect(b64u(await hasher.digest())).toBe(expected);
    }
  },
  'open-object': async (v) => {
    const manifest = {
      length: number(v, 'length'),
      part_size: number(v, 'part_size'),
      parts: list<string>(v, 'parts').map((part) => unb64u(part)),
      digest: binary(v, 'digest'),
    };
    const hash = 'content' in v ? { content: binary(v, 'content') } : { sha256: binary(v, 'sha256') };
    const facts = { size: number(v, 'size'), ...hash };
    const stored = binary(v, 'object');
    for (const step of [stored.length, 1, 97]) {
      const source = Array.from({ length: Math.ceil(stored.length / step) }, (_, i) =>
        stored.subarray(i * step, (i + 1) * step),
      );
      const opened = await document.openWholeObject(source, manifest, facts, binary(v, 'file_key'));
      expect(b64u(opened)).toBe(text(v, 'plaintext'));
    }
  },
  'open-bundle': (v) => {
    const identity = new HybridIdentity(binary(v, 'identity'));
    const bundle = grants.openForProfessional(binary(v, 'data'), identity, expectedBundle(v));
    expectRecord(grants.bundleShape, bundle, object(v, 'bundle'), { version: 1 });
  },
  'open-invitation': (v) => {
    const expected = expectedBundle(v);
    const invitation = new grants.Invitation(expected.vault, expected.grant, binary(v, 'secret'));
    const bundle = grants.openInvitation(binary(v, 'data'), invitation, expected);
    expectRecord(grants.bundleShape, bundle, object(v, 'bundle'), { version: 1 });
  },
  'open-document-bundle': (v) => {
    const identity = new HybridIdentity(binary(v, 'identity'));
    const bundle = grants.openDocumentsForProfessional(binary(v, 'data'), identity, expectedDocuments(v));
    expectRecord(documentBundleShape, bundle, object(v, 'bundle'), { version: 2 });
  },
  'open-document-invitation': (v) => {
    const expected = expectedDocuments(v);
    const invitation = new grants.Invitation(expected.vault, expected.grant, binary(v, 'secret'));
    const bundle = grants.openDocumentsInvitation(binary(v, 'data'), invitation, expected);
    expectRecord(documentBundleShape, bundle, object(v, 'bundle'), { version: 2 });
  },
  'invitation-link': (v) => {
    const invitation = grants.Invitation.fromLink(text(v, 'link'));
    expect([invitation.vault, invitation.grant]).toEqual([text(v, 'vault'), text(v, 'grant')]);
    expect(invitation.link('https://x')).toContain(text(v, 'secret'));
    expect(b64u(invitation.redeemKey().public)).toBe(text(v, 'redeem_key'));
  },
  'open-deposit-header': (v) => {
    const fileKey = deposits.openDepositHeader(binary(v, 'header'), new HybridIdentity(binary(v, 'drop')));
    expect(b64u(fileKey)).toBe(text(v, 'file_key'));
  },
  'deposit-link': (v) => {
    const link = deposits.depositLinkOf(text(v, 'link'));
    expect(link).toEqual({ vault: text(v, 'vault'), owner: text(v, 'owner') });
    const origin = text(v, 'link').split('/deposit')[0] ?? '';
    expect(deposits.depositLinkText(link, origin)).toBe(text(v, 'link'));
  },
  'read-inbox': (v) => {
    const link = object(v, 'link') as unknown as deposits.DepositLink;
    const rotation = 'rotation' in v ? signedFromWire(v['rotation']) : undefined;
    const { section, epoch, recipient } = deposits.readInbox(link, signedFromWire(v['vault']), rotation);
    expect({ section, epoch, recipient: b64u(recipient.public) }).toEqual(object(v, 'result'));
  },
  'share-link': (v) => {
    const link = share.ShareLink.parse(text(v, 'link'), number(v, 'now'));
    const result = object(v, 'result');
    expect({
      url: link.url,
      key: b64u(link.key.reveal()),
      exp: link.exp ?? null,
      flag: link.flag,
      label: link.label ?? '',
      asked: link.nameAsked,
    }).toEqual({
      url: result['url'],
      key: result['key'],
      exp: result['exp'],
      flag: result['flag'] ?? '',
      label: result['label'] ?? '',
      asked: result['name_asked'] ?? true,
    });
  },
  'check-share-files': (v) => {
    const files = list<string>(v, 'bundles').map((bundle) => readFhirBundle(unb64u(bundle)));
    checkComplete(files.map(([document]) => document?.place));
  },
  'read-large-bundle': (v) => {
    const [document] = readFhirBundle(binary(v, 'data'));
    const result = object(v, 'elsewhere');
    expect(document?.data).toHaveLength(0);
    expect(document?.title).toBe(text(result, 'title'));
    expect(sealedElsewhereShape.encode(document?.elsewhere as SealedElsewhere)).toEqual(result);
  },
  'open-share-file': async (v) => {
    const opened = await share.openShareFile(new Secret(binary(v, 'key')), text(v, 'data'));
    expect(b64u(opened)).toBe(text(v, 'plaintext'));
  },
  'read-health-cards': async (v) => {
    expect(await readCards(binary(v, 'data'))).toEqual(list(v, 'result'));
  },
  'read-profile': (v) => {
    const found = readProfile(binary(v, 'data'));
    expectRecord(profileShape, found, object(v, 'profile'));
    expect(b64u(writeProfile(found))).toBe(text(v, 'data'));
  },
  'write-summary': (v) => {
    const place = object(v, 'place') as unknown as FilePlace;
    const drawn = binary(v, 'random');
    let used = 0;
    const random = (length: number) => drawn.slice(used, (used += length));
    const context = { patient: text(v, 'patient'), now: number(v, 'now'), place };
    const written = writeSummary(profileShape.decode(v['profile'] as Json), context, random);
    expect(b64u(written)).toBe(text(v, 'data'));
  },
  'read-summary': (v) => {
    const found = readSummary(object(v, 'bundle'));
    expect(found === undefined ? null : summaryRecord(found)).toEqual(v['summary']);
  },
  'card-text': (v) => {
    const found = profileShape.decode(v['profile'] as Json);
    const context = { patient: text(v, 'patient'), day: text(v, 'day') };
    expect(cardText(found, list<CardField>(v, 'fields'), context)).toBe(text(v, 'text'));
  },
  'open-share-details': (v) => {
    const place = { vault: text(v, 'vault') as VaultId, share: text(v, 'share') as ShareId };
    const details = share.openDetails(new Secret(binary(v, 'owner_secret')), binary(v, 'sealed'), place);
    expect(details).toEqual(object(v, 'result'));
  },
};

describe('vectors of the opening part', () => {
  test.each(VECTORS)('$name', async ({ fields }) => {
    const stage = STAGES[text(fields, 'stage')];
    if (stage === undefined) throw new TypeError(`no stage ${text(fields, 'stage')}`);
    await expectOutcome(text(fields, 'expect'), () => stage(fields));
  });

  test('there are vectors', () => {
    expect(VECTORS.length).toBeGreaterThan(120);
  });
});
