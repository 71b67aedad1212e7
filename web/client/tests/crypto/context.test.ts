/** Wraps and links opened in another place than their own, and age files of the npm package. */
import * as age from 'age-encryption';
import { CompactEncrypt } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeHeader, openFile, sealFile } from '../../src/crypto/age_file.ts';
import {
  HybridIdentity,
  ScryptIdentity,
  ScryptRecipient,
  X25519Identity,
} from '../../src/crypto/age_recipients.ts';
import { armor, dearmor } from '../../src/crypto/armor.ts';
import {
  b64u,
  newId,
  randomBytes,
  utf8,
  type DocumentId,
  type GrantId,
  type SectionId,
  type ShareId,
  type VaultId,
} from '../../src/crypto/encoding.ts';
import { readFhirBundle, writeFhirBundle } from '../../src/crypto/fhir.ts';
import {
  Invitation,
  openForProfessional,
  openInvitation,
  sealForInvitation,
  sealForProfessional,
  type Bundle,
} from '../../src/crypto/grants.ts';
import * as labels from '../../src/crypto/labels.ts';
import {
  openAsAuthor,
  openMetadata,
  sealForAuthor,
  sealMetadata,
  type Metadata,
} from '../../src/crypto/metadata.ts';
import { ready, sodiumBulk, webCryptoBulk, Wrap } from '../../src/crypto/primitives.ts';
import { Secret } from '../../src/crypto/records.ts';
import * as sections from '../../src/crypto/sections.ts';
import {
  MAX_JWE,
  openDetails,
  openShareFile,
  sealDetails,
  sealShareFile,
  ShareLink,
} from '../../src/crypto/share.ts';
import { bundleHash } from '../../src/crypto/statements.ts';
import { NOW, person } from './samples.ts';
import { codeOf, expectBytes } from './vectors.ts';

beforeAll(ready);

const secret = (): sections.SectionSecret => sections.SectionSecret.generate();
const filing = (): sections.Filing => ({
  vault: newId<VaultId>(),
  section: newId<SectionId>(),
  epoch: 1,
  document: newId<DocumentId>(),
  version: 1,
});
const described: Metadata = {
  author: 'Dr X',
  date: '2026-01-31',
  mime: 'image/jpeg',
  name: 'photo.jpg',
  content: new Uint8Array(32),
  size: 5,
  tags: [],
  title: 'Ordonnance',
};

describe('every wrap is bound to its label and to every member of its context', () => {
  test('labels: N × N', async () => {
    const wraps = [
      ...[labels.PW_STANZA, labels.SECTION_STANZA, labels.SECTION_NAME, labels.SECTION_LADDER],
      ...[labels.METADATA, labels.INVITATION_STANZA, labels.SHARE_DETAILS],
    ].map((label) => new Wrap(label));
    const key = randomBytes(32);
    for (const [i, one] of wraps.entries()) {
      const sealed = one.seal(key, { a: 'x' }, utf8('m'));
      for (const [j, other] of wraps.entries()) {
        const code = await codeOf(() => other.open(key, { a: 'x' }, sealed));
        expect(code).toBe(i === j ? 'ok' : 'wrong_key');
      }
    }
  });

  test('labels are used once and differ', () => {
    const all = Object.values(labels);
    expect(new Set(all).size).toBe(all.length);
  });

  test('metadata and file keys do not open elsewhere', async () => {
    const [key, place] = [secret(), filing()];
    const sealed = sealMetadata(key, place, described);
    const stanza = sections.wrapFileKey(key, place, randomBytes(16));
    expect(openMetadata(key, place, sealed)).toEqual(described);
    const elsewhere = {
      vault: newId<VaultId>(),
      section: newId<SectionId>(),
      document: newId<DocumentId>(),
      version: 2,
    };
    for (const [name, value] of Object.entries(elsewhere)) {
      const other = { ...place, [name]: value };
      expect(await codeOf(() => openMetadata(key, other, sealed))).toBe('wrong_key');
      expect(await codeOf(() => sections.unwrapFileKey(key, other, [stanza]))).toBe('wrong_key');
    }
  });

  test("an author's metadata open with the file key of their version only", async () => {
    const [fileKey, { vault, document, version }] = [randomBytes(16), filing()];
    const authored = { vault, document, version };
    const sealed = sealForAuthor(fileKey, authored, described);
    expect(openAsAuthor(fileKey, authored, sealed)).toEqual(described);
    expect(await codeOf(() => openAsAuthor(randomBytes(16), authored, sealed))).toBe('wrong_key');
    const elsewhere = { vault: newId<VaultId>(), document: newId<DocumentId>(), version: version + 1 };
    for (const [name, value] of Object.entries(elsewhere)) {
      const other = { ...authored, [name]: value };
      expect(await codeOf(() => openAsAuthor(fileKey, other, sealed))).toBe('wrong_key');
    }
    expect(await codeOf(() => sealForAuthor(fileKey, authored, { ...described, title: '' }))).toBe(
      'malformed',
    );
  });

  test('metadata hide their length up to the floor, and are refused off the grammar', async () => {
    const [key, place] = [secret(), filing()];
    const seal = (change: Partial<Metadata>): Uint8Array =>
      sealMetadata(key, place, { ...described, ...change });
    expect(seal({ title: 'a' }).length).toBe(seal({ title: 'a'.repeat(100) }).length);
    for (const [change, code] of [
      [{ title: 'a\u202eb' }, 'malformed'],
      [{ title: 'x'.repeat(201) }, 'limit_exceeded'],
      [{ name: '../x' }, 'malformed'],
      [{ date: '2026-02-29' }, 'malformed'],
      [{ date: '0000-01-01' }, 'malformed'],
      [{ size: 0 }, 'malformed'],
      [{ thumbnail: new Uint8Array(65_537) }, 'limit_exceeded'],
    ] as const) {
      expect(await codeOf(() => seal(change))).toBe(code);
    }
  });

  test('names and ladders do not open in another section or epoch', async () => {
    const [older, place] = [secret(), filing()];
    const newer = sections.SectionSecret.generate(2);
    const name = sections.sealName(newer, { kind: 'imaging' }, place);
    expect(name).toHaveLength(296);
    const ladder = sections.makeLadder(newer, older, place);
    expect(sections.secretOfEpoch(newer, 1, new Map([[2, ladder]]), place).secret).toEqual(older.secret);
    const elsewhere = { ...place, section: newId<SectionId>() };
    expect(await codeOf(() => sections.openName(newer, name, elsewhere))).toBe('wrong_key');
    expect(await codeOf(() => sections.openName(older, name, place))).toBe('wrong_key');
    expect(await codeOf(() => sections.climbDown(newer, ladder, elsewhere))).toBe('wrong_key');
    expect(await codeOf(() => sections.secretOfEpoch(older, 2, new Map(), place))).toBe('wrong_key');
    expect(await codeOf(() => sections.secretOfEpoch(newer, 1, new Map(), place))).toBe('wrong_key');
    expect(await codeOf(() => sections.sealName(newer, { kind: 'custom' }, place))).toBe('malformed');
  });
});

describe('grants', () => {
  test('a bundle opens for its reader only, as signed only', async () => {
    const [patient, doctor, other] = [person('patient'), person('professional'), person('professional')];
    const [vault, grant, section] = [newId<VaultId>(), newId<GrantId>(), newId<SectionId>()];
    const bundle: Bundle = {
      card: patient.signedCard,
      grant,
      ledger: { head: randomBytes(32), size: 3 },
      patient: 'É',
      sections: { [section]: secret() },
      vault,
    };
    const data = sealForProfessional(bundle, doctor.identity.recipient());
    const expected = { bundle: bundleHash(data), vault, grant, sections: [{ section, epoch: 1 }] };
    expect(openForProfessional(data, doctor.identity, expected).patient).toBe('É');
    expect(await codeOf(() => openForProfessional(data, other.identity, expected))).toBe('wrong_key');
    for (const change of [
      { bundle: randomBytes(32) },
      { vault: newId<VaultId>() },
      { grant: newId<GrantId>() },
      { sections: [] },
      { sections: [{ section, epoch: 2 }] },
    ]) {
      expect(await codeOf(() => openForProfessional(data, doctor.identity, { ...expected, ...change }))).toBe(
        'tampered',
      );
    }
    const invitation = Invitation.generate(vault, grant);
    const invited = sealForInvitation(bundle, invitation);
    const asSigned = { ...expected, bundle: bundleHash(invited) };
    const link = invitation.link('https://coffre.example');
    expect(openInvitation(invited, Invitation.fromLink(link), asSigned).vault).toBe(vault);
    const stranger = Invitation.generate(vault, grant);
    expect(await codeOf(() => openInvitation(invited, stranger, asSigned))).toBe('wrong_key');
    expect(await codeOf(() => Invitation.fromLink(link.replace('#1.', '#2.')))).toBe('unsupported_version');
    expect(await codeOf(() => Invitation.fromLink(link.slice(0, -1)))).toBe('malformed');
  });
});

describe('shares', () => {
  test('files that others compressed are inflated, up to a bound', async () => {
    const key = new Secret(randomBytes(32));
    const compressed = (inside: Uint8Array): Promise<string> =>
      new CompactEncrypt(inside)
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', zip: 'DEF' })
        .encrypt(key.reveal());
    const bundle = utf8('{"resourceType":"Bundle"}'.repeat(20_000));
    expectBytes(await openShareFile(key, await compressed(bundle)), bundle);
    const bomb = await compressed(new Uint8Array(MAX_JWE + 1));
    expect(bomb.length).toBeLessThan(100_000);
    expect(await codeOf(() => openShareFile(key, bomb))).toBe('limit_exceeded');
  });

  test('link, file and details come back; a changed file is tampered', async () => {
    const link = ShareLink.generate('https://coffre.example', { exp: NOW, label: 'Radio' });
    expect(link.url.length).toBeLessThanOrEqual(128);
    const parsed = ShareLink.parse(link.text('https://coffre.example'), NOW - 1);
    expect(await codeOf(() => ShareLink.parse(link.text('https://x.example'), NOW))).toBe('limit_exceeded');
    const contents = randomBytes(100_000);
    const jwe = await sealShareFile(
      link.key,
      writeFhirBundle(described, contents, { patient: 'É', now: NOW }),
    );
    const [document] = readFhirBundle(await openShareFile(parsed.key, jwe));
    expect(document?.title).toBe('Ordonnance');
    expectBytes(document?.data ?? new Uint8Array(), contents);
    const at = Math.floor(jwe.length / 2);
    const changed = jwe.slice(0, at) + (jwe.charAt(at) === 'A' ? 'B' : 'A') + jwe.slice(at + 1);
    expect(await codeOf(() => openShareFile(parsed.key, changed))).toBe('tampered');
    expect(await codeOf(() => openShareFile(new Secret(randomBytes(32)), jwe))).toBe('tampered');
    const [owner, place] = [
      new Secret(randomBytes(32)),
      { vault: newId<VaultId>(), share: newId<ShareId>() },
    ];
    const details = sealDetails(owner, { label: 'Radio', link: 'x' }, place);
    expect(openDetails(owner, details, place).label).toBe('Radio');
    expect(await codeOf(() => openDetails(owner, details, { ...place, share: newId<ShareId>() }))).toBe(
      'wrong_key',
    );
    expect(JSON.stringify(link)).not.toContain(b64u(link.key.reveal()));
  });

  test('a document over 20 MiB is refused', async () => {
    const large = new Uint8Array((20 << 20) + 1);
    const write = (): unknown => writeFhirBundle(described, large, { patient: 'É', now: NOW });
    expect(await codeOf(write)).toBe('limit_exceeded');
  });
});

describe('age files and the npm package', () => {
  const message = utf8('bonjour');

  test('hybrid, X25519 and passphrase, both ways, armored too', async () => {
    for (const identity of [HybridIdentity.generate(), X25519Identity.generate()]) {
      const decrypter = new age.Decrypter();
      decrypter.addIdentity(identity.text());
      expectBytes(await decrypter.decrypt(sealFile(message, [identity.recipient()])), message);
      const encrypter = new age.Encrypter();
      encrypter.addRecipient(String(identity.recipient()));
      const theirs = await encrypter.encrypt(message);
      expectBytes(openFile(theirs, [identity]), message);
      expectBytes(openFile(utf8(age.armor.encode(theirs)), [identity]), message);
      expectBytes(age.armor.decode(new TextDecoder().decode(armor(theirs))), theirs);
      expectBytes(dearmor(armor(theirs)), theirs);
    }
    const decrypter = new age.Decrypter();
    decrypter.addPassphrase('mot de passe');
    const sealed = sealFile(message, [new ScryptRecipient('mot de passe', 10)]);
    expectBytes(await decrypter.decrypt(sealed), message);
    expect(await codeOf(() => openFile(sealed, [new ScryptIdentity('autre')]))).toBe('wrong_key');
  });

  test('classic and post-quantum recipients do not mix', async () => {
    const recipients = [HybridIdentity.generate().recipient(), X25519Identity.generate().recipient()];
    expect(await codeOf(() => sealFile(message, recipients))).toBe('malformed');
    expect(await codeOf(() => makeHeader([], randomBytes(16)))).toBe('malformed');
  });
});

test('both bulk engines give the same bytes, where the platform has both', async () => {
  const [key, nonce, message] = [randomBytes(32), new Uint8Array(12), new Uint8Array(randomBytes(70_000))];
  const ours = sodiumBulk(key);
  const native = await webCryptoBulk(key);
  const sealed = new Uint8Array(await ours.seal(nonce, message));
  for (const engine of native === null ? [ours] : [ours, native]) {
    expectBytes(await engine.seal(nonce, message), sealed);
    expectBytes(await engine.open(nonce, sealed), message);
    expect(await codeOf(() => engine.open(nonce, sealed.subarray(1)))).toBe('tampered');
  }
});
