/**
 * An independent implementation of SMART Health Links (npm kill-the-clipboard), driven by tests/e2e/test_health_links.py.
 *
 *     node health_links.mjs receive PACKAGE.json   with {"link", "recipient", "passcode"?} on standard input: prints what it read
 *     node health_links.mjs serve PACKAGE.json     with {"flag"?, "title", "data" base64, "passcode"?, "compressed"?, "card"?, "bundle"?}:
 *         prints a link, serves until killed; "compressed" files have zip DEF, a "card" is a SMART Health Card beside the document,
 *         a "bundle" takes the document's place
 *
 * PACKAGE.json is the web client's, beside whose modules the library is.
 */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const { SHCIssuer, SHL, SHLManifestBuilder, SHLViewer } = createRequire(process.argv[3])('kill-the-clipboard');

const given = JSON.parse(await new Response(process.stdin).text());
if (process.argv[2] === 'receive') await receive();
else await serve();

async function receive() {
  const viewer = new SHLViewer({ shlinkURI: given.link });
  const { recipient, passcode } = given;
  try {
    const { manifest, fhirResources } = await viewer.resolveSHL({ recipient, passcode });
    console.log(JSON.stringify({ label: viewer.shl.label, manifest, fhirResources }));
  } catch (thrown) {
    console.log(JSON.stringify({ error: thrown.name, message: thrown.message }));
  }
}

async function serve() {
  const stored = new Map();
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const shl = SHL.generate({
    baseManifestURL: `${origin}/links`,
    expirationDate: new Date(Date.now() + 3_600_000),
    flag: given.flag,
    label: 'Made elsewhere',
  });
  const builder = new SHLManifestBuilder({
    shl,
    uploadFile: async (content) => {
      stored.set(`/files/${stored.size}`, content);
      return `/files/${stored.size - 1}`;
    },
    getFileURL: async (path) => origin + path,
    loadFile: async (path) => stored.get(path),
  });
  const enableCompression = given.compressed === true;
  await builder.addFHIRResource({ content: given.bundle ?? bundle(), enableCompression });
  if (given.card === true) await builder.addHealthCard({ shc: await card(), enableCompression });
  server.on('request', (request, response) => void answer(request, response, { shl, builder, stored }));
  console.log(shl.toURI());
}

function bundle() {
  const attachment = { contentType: 'application/pdf', data: given.data, title: 'letter.pdf' };
  const reference = {
    resourceType: 'DocumentReference',
    status: 'current',
    description: given.title,
    content: [{ attachment }],
  };
  return { resourceType: 'Bundle', type: 'collection', entry: [{ resource: reference }] };
}

async function card() {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(
    { name: 'ECDSA', namedCurve: 'P-256' },
    true,
    ['sign', 'verify'],
  );
  const issuer = new SHCIssuer({ issuer: 'https://salute.example', privateKey, publicKey });
  const coding = [{ system: 'http://hl7.org/fhir/sid/cvx', code: '207', display: 'COVID-19 mRNA' }];
  const entry = [
    { resourceType: 'Patient', name: [{ family: 'Rossi', given: ['Lucia'] }], birthDate: '1980-01-02' },
    {
      resourceType: 'Immunization',
      status: 'completed',
      vaccineCode: { coding },
      patient: { reference: 'resource:0' },
      occurrenceDateTime: '2021-05-04',
    },
  ].map((resource, index) => ({ fullUrl: `resource:${index}`, resource }));
  return issuer.issue({ resourceType: 'Bundle', type: 'collection', entry });
}

async function answer(request, response, { shl, builder, stored }) {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Access-Control-Allow-Headers', 'content-type');
  if (request.method === 'OPTIONS') return response.end();
  const path = request.url.split('?')[0];
  if (path === new URL(shl.url).pathname) {
    if (request.method === 'GET' && shl.isDirectFile) {
      response.setHeader('Content-Type', 'application/jose');
      return response.end(stored.get('/files/0'));
    }
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const asked = JSON.parse(Buffer.concat(chunks).toString());
    if (given.passcode !== undefined && asked.passcode !== given.passcode) {
      response.statusCode = 401;
      return response.end(JSON.stringify({ remainingAttempts: 4 }));
    }
    response.setHeader('Content-Type', 'application/json');
    return response.end(JSON.stringify(await builder.buildManifest(asked)));
  }
  const file = stored.get(path);
  response.statusCode = file === undefined ? 404 : 200;
  response.setHeader('Content-Type', 'application/jose');
  return response.end(file);
}
