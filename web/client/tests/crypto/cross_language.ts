/**
 * The TypeScript half of tests/crypto/test_typescript_agrees.py: `seal` prints one of everything, `open` reads what Python
 * sealed from standard input and prints what it found. Both print JSON; the shapes are the same in both directions.
 */
import { readFileSync } from 'node:fs';
import { newFileKey, openFile, sealFile } from '../../src/crypto/age_file.ts';
import {
  HybridIdentity,
  parseIdentity,
  parseRecipient,
  X25519Identity,
} from '../../src/crypto/age_recipients.ts';
import * as document from '../../src/crypto/document.ts';
import {
  b64u,
  concat,
  newId,
  randomBytes,
  unb64u,
  utf8,
  type AccountId,
  type DocumentId,
  type GrantId,
  type SectionId,
  type ShareId,
  type VaultId,
} from '../../src/crypto/encoding.ts';
import { readFhirBundle, writeFhirBundle } from '../../src/crypto/fhir.ts';
import * as grants from '../../src/crypto/grants.ts';
import * as keyring from '../../src/crypto/keyring.ts';
import * as metadata from '../../src/crypto/metadata.ts';
import { DEFAULT_PARAMETERS, deriveKeys, newSalt } from '../../src/crypto/passwords.ts';
import { ready, sha256 } from '../../src/crypto/primitives.ts';
import { Secret } from '../../src/crypto/records.ts';
import { Kit } from '../../src/crypto/recovery.ts';
import * as sections from '../../src/crypto/sections.ts';
import * as share from '../../src/crypto/share.ts';
import { SigningKey } from '../../src/crypto/signing.ts';
import {
  bundleHash,
  proveRedemption,
  sign,
  signedFromWire,
  signedToWire,
  statementHash,
  verify,
  verifyRedemption,
  type Kind,
} from '../../src/crypto/statements.ts';
import { everyKind, NOW, person, signerOf } from './samples.ts';

const ORIGIN = 'https://coffre.example';
const PASSWORD = 'orage tulipe 91 canapé ﬁn';

interface Exchange {
  keyring: {
    data: string;
    password: string;
    address: string;
    salt: string;
    entropy: string;
    words: string;
    account: string;
  };
  header: { header: string; secret: string; epoch: number; filing: sections.Filing; author: string };
  document: {
    object: string;
    file_key: string;
    length: number;
    part_size: number;
    parts: string[];
    digest: string;
    size: number;
    content: string;
  };
  metadata: { sealed: string };
  name: { sealed: string };
  ladder: { ladder: string; secret: string };
  bundle: { data: string; identity: string };
  invitation: { data: string; link: string; professional: string; proof: string };
  share: { link: string; jwe: string; details: string; owner_secret: string; vault: string; share: string };
  age: { hybrid: string; hybrid_identity: string; x25519: string; x25519_identity: string };
  statements: { kind: string; signing: string; signature: string; statement: string }[];
}

async function seal(): Promise<{ exchange: Exchange; expected: unknown }> {
  const patient = person('patient');
  const doctor = person('professional');
  const [vault, grant, section] = [newId<VaultId>(), newId<GrantId>(), newId<SectionId>()];
  const [older, secret] = [sections.SectionSecret.generate(1), sections.SectionSecret.generate(2)];
  const filing: sections.Filing = { vault, section, epoch: 2, document: newId<DocumentId>(), version: 1 };
  const kit = Kit.generate();
  const salt = newSalt();
  const ownerSecret = new Secret(randomBytes(32));
  const pin = { head: randomBytes(32), size: 4 };
  const ring: keyring.Keyring = {
    account: patient.card.account,
    identity: patient.identity,
    kit: kit.identity().recipient().public,
    name: 'Élodie Martin',
    pins: { vaults: { [vault]: { accesses: pin, ledger: pin, owner: patient.card.author } } },
    role: 'patient',
    sequence: 1,
    server: randomBytes(32),
    signing: patient.key,
    vault: {
      id: vault,
      owner_secret: ownerSecret,
      sections: { [section]: secret },
      pending: { [section]: secret },
    },
  };
  const keys = deriveKeys(PASSWORD, { address: 'Elodie@Example.org', salt, parameters: DEFAULT_PARAMETERS });
  const opened = keyring.rewriteKeyring(keyring.createKeyring(ring, keys), ring);
  const fileKey = newFileKey();
  const plain = randomBytes((6 << 20) + 3);
  const sealer = new document.ObjectSealer(new Blob([Uint8Array.from(plain)]), {
    fileKey,
    partSize: 5 << 20,
  });
  const parts: Uint8Array[] = [];
  for await (const part of sealer.parts()) parts.push(part.data);
  const facts = sealer.result();
  const described: metadata.Metadata = {
    author: 'Dr Nadia Benali',
    date: '2026-02-28',
    mime: 'application/pdf',
    name: 'compte rendu ✓.pdf',
    content: facts.content,
    size: facts.size,
    tags: ['œil', 'suivi'],
    thumbnail: randomBytes(300),
    title: 'Compte rendu « œil »\u00a0😀',
    type: '11506-3',
  };
  const bundle: grants.Bundle = {
    card: patient.signedCard,
    grant,
    ledger: pin,
    patient: ring.name,
    sections: { [section]: secret },
    vault,
  };
  const invitation = grants.Invitation.generate(vault, grant);
  const link = share.ShareLink.generate(ORIGIN, { exp: NOW, passcode: true, label: 'Radio' });
  const shareId = newId<ShareId>();
  const shared = utf8('%PDF-1.7 contents');
  const fhir = writeFhirBundle(described, shared, { patient: ring.name, now: NOW });
  const x25519 = X25519Identity.generate();
  const statements = everyKind(patient, doctor);
  const exchange: Exchange = {
    keyring: {
      data: b64u(opened.data),
      password: PASSWORD,
      address: 'elodie@example.org',
      salt: b64u(salt),
      entropy: kit.qrText('').slice('/recover#kit.'.length),
      words: await kit.words('french'),
      account: ring.account,
    },
    header: {
      header: b64u(document.makeHeader(secret, filing, fileKey, { author: doctor.identity.recipient() })),
      secret: b64u(secret.secret),
      epoch: 2,
      filing,
      author: b64u(doctor.identity.seed),
    },
    document: {
      object: b64u(concat(...parts)),
      file_key: b64u(fileKey),
      length: facts.length,
      part_size: facts.part_size,
      parts: facts.parts.map(b64u),
      digest: b64u(facts.digest),
      size: facts.size,
      content: b64u(facts.content),
    },
    metadata: { sealed: b64u(metadata.sealMetadata(secret, filing, described)) },
    name: { sealed: b64u(sections.sealName(secret, { kind: 'custom', name: 'Médecine du sport' }, filing)) },
    ladder: { ladder: b64u(sections.makeLadder(secret, older, filing)), secret: b64u(older.secret) },
    bundle: {
      data: b64u(grants.sealForProfessional(bundle, doctor.identity.recipient())),
      identity: b64u(doctor.identity.seed),
    },
    invitation: {
      data: b64u(grants.sealForInvitation(bundle, invitation)),
      link: invitation.link(ORIGIN),
      professional: doctor.card.author,
      proof: b64u(
        proveRedemption(invitation.redeemKey(), { vault, grant, professional: doctor.card.author }),
      ),
    },
    share: {
      link: link.text(ORIGIN),
      jwe: await share.sealShareFile(link.key, fhir),
      details: b64u(
        share.sealDetails(
          ownerSecret,
          { label: 'Radio', link: link.text(ORIGIN) },
          { vault, share: shareId },
        ),
      ),
      owner_secret: b64u(ownerSecret.reveal()),
      vault,
      share: shareId,
    },
    age: {
      hybrid: b64u(sealFile(utf8('hybrid'), [parseRecipient(String(patient.identity.recipient()))])),
      hybrid_identity: patient.identity.text(),
      x25519: b64u(sealFile(utf8('classic'), [parseRecipient(String(x25519.recipient()))])),
      x25519_identity: x25519.text(),
    },
    statements: statements.map((statement) => {
      const key = signerOf(statement, patient, doctor);
      return { kind: statement.kind, signing: b64u(key.public), ...signedToWire(sign(statement, key)) };
    }),
  };
  return { exchange, expected: await open(exchange) };
}

async function open(from: Exchange): Promise<unknown> {
  const { filing } = from.header;
  const secret = new sections.SectionSecret(from.header.epoch, unb64u(from.header.secret));
  const kit = await Kit.fromWords(from.keyring.words);
  const keys = deriveKeys(from.keyring.password, {
    address: from.keyring.address,
    salt: unb64u(from.keyring.salt),
    parameters: keyring.passwordParameters(unb64u(from.keyring.data)).parameters,
  });
  const account = from.keyring.account as AccountId;
  const data = unb64u(from.keyring.data);
  const byPassword = keyring.openWithPassword(data, keys, { account, sequence: 2 });
  if (!kit.equals(new Kit(unb64u(from.keyring.entropy)))) throw new Error('other words than the kit has');
  const byKit = keyring.openWithKit(data, kit, { account, sequence: 2 });
  const facts = {
    ...from.document,
    parts: from.document.parts.map((part) => unb64u(part)),
    digest: unb64u(from.document.digest),
    content: unb64u(from.document.content),
  };
  const plain = await document.openWholeObject(
    [unb64u(from.document.object)],
    facts,
    facts,
    unb64u(from.document.file_key),
  );
  const invitation = grants.Invitation.fromLink(from.invitation.link);
  const { vault, grant } = invitation;
  const wanted = [{ section: filing.section, epoch: filing.epoch }];
  const expected = (sealed: Uint8Array): grants.ExpectedBundle & { vault: VaultId; grant: GrantId } => ({
    bundle: bundleHash(sealed),
    sections: wanted,
    vault,
    grant,
  });
  const redemption = { vault, grant, professional: from.invitation.professional as never };
  verifyRedemption(invitation.redeemKey().public, unb64u(from.invitation.proof), redemption);
  const doctor = new HybridIdentity(unb64u(from.bundle.identity));
  const link = share.ShareLink.parse(from.share.link);
  const place = { vault: from.share.vault as VaultId, share: from.share.share as ShareId };
  const [shared] = readFhirBundle(await share.openShareFile(link.key, from.share.jwe));
  const header = unb64u(from.header.header);
  return {
    keyring: [byPassword, byKit].map((opened) => keyring.keyringShape.encode(opened.keyring)),
    header: [
      b64u(document.openHeader(header, secret, filing)),
      b64u(document.openHeaderAsAuthor(header, new HybridIdentity(unb64u(from.header.author)))),
    ],
    document: b64u(sha256(plain)),
    metadata: metadata.metadataShape.encode(
      metadata.openMetadata(secret, filing, unb64u(from.metadata.sealed)),
    ),
    name: sections.openName(secret, unb64u(from.name.sealed), filing),
    ladder: b64u(sections.climbDown(secret, unb64u(from.ladder.ladder), filing).secret),
    bundle: grants.bundleShape.encode(
      grants.openForProfessional(unb64u(from.bundle.data), doctor, expected(unb64u(from.bundle.data))),
    ),
    invitation: grants.bundleShape.encode(
      grants.openInvitation(unb64u(from.invitation.data), invitation, expected(unb64u(from.invitation.data))),
    ),
    share: {
      url: link.url,
      exp: link.exp,
      label: link.label ?? null,
      passcode: link.passcode,
      details: share.openDetails(
        new Secret(unb64u(from.share.owner_secret)),
        unb64u(from.share.details),
        place,
      ),
      document: shared === undefined ? null : { ...shared, data: b64u(shared.data) },
    },
    age: [
      b64u(openFile(unb64u(from.age.hybrid), [parseIdentity(from.age.hybrid_identity)])),
      b64u(openFile(unb64u(from.age.x25519), [parseIdentity(from.age.x25519_identity)])),
    ],
    statements: from.statements.map(({ kind, signing, signature, statement }) => {
      const signed = signedFromWire({ signature, statement });
      verify(signed, kind as Kind, unb64u(signing));
      // Signing what was read again gives the same bytes: nothing was lost in between.
      const again = sign(verify(signed, kind as Kind, unb64u(signing)), SigningKey.generate());
      return [kind, b64u(statementHash(again.statement))];
    }),
  };
}

await ready();
const result =
  process.argv[2] === 'seal' ? await seal() : await open(JSON.parse(readFileSync(0, 'utf8')) as Exchange);
process.stdout.write(JSON.stringify(result));
