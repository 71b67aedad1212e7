// Speaks for the npm package age-encryption in tests/crypto/test_age_typescript.py: one JSON request on standard input, one answer.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const age = await import(pathToFileURL(process.argv[2]).href);
const request = JSON.parse(readFileSync(0, "utf8"));

if (request.do === "seal") {
  const encrypter = new age.Encrypter();
  if (request.passphrase) {
    encrypter.setScryptWorkFactor(10);
    encrypter.setPassphrase(request.passphrase);
  }
  for (const recipient of request.recipients ?? []) encrypter.addRecipient(recipient);
  const sealed = await encrypter.encrypt(Buffer.from(request.data, "base64"));
  console.log(JSON.stringify({ data: Buffer.from(sealed).toString("base64") }));
} else {
  const decrypter = new age.Decrypter();
  if (request.passphrase) decrypter.addPassphrase(request.passphrase);
  for (const identity of request.identities ?? []) decrypter.addIdentity(identity);
  const opened = await decrypter.decrypt(Buffer.from(request.data, "base64"));
  console.log(JSON.stringify({ data: Buffer.from(opened).toString("base64") }));
}
