/**
 * jsQR, the second decoder of tests/e2e/qr_codes.py: prints the text of the one code in a picture.
 *
 *     node qr_codes.mjs PACKAGE.json WIDTH HEIGHT   with RGBA pixels on standard input
 *
 * PACKAGE.json is the web client's, beside whose modules the library is.
 */
import { createRequire } from 'node:module';

const [, , manifest, width, height] = process.argv;
const found = createRequire(manifest)('jsqr');
const decode = found.default ?? found;
const pixels = new Uint8ClampedArray(await new Response(process.stdin).arrayBuffer());
const code = decode(pixels, Number(width), Number(height));
if (code === null) throw new Error('no code');
process.stdout.write(code.data);
