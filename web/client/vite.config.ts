/**
 * Build of the web client.
 *
 * Three documents are built: index.html (the application), preview.html (the opaque-origin sandbox that draws hostile
 * documents) and relay.html (the frame that reaches other issuers' servers), and two service workers, of downloads and of the
 * app's own files.
 * gallery.html, a page to look at every component with sample data, exists only in dev and `gallery` mode.
 * The documents run under a strict Content-Security-Policy, so nothing is inlined, and each script and style
 * that the HTML names carries its Subresource Integrity hash.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { build, type Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const root = import.meta.dirname;
const HASHES = 'asset-hashes.json';
const SHELL = 'offline.js';

/** Adds `integrity` to every script and link of the built HTML, from the bytes that were written. */
function subresourceIntegrity(): Plugin {
  return {
    name: 'coffre-sri',
    apply: 'build',
    enforce: 'post',
    async writeBundle(options, bundle) {
      const out = options.dir ?? join(root, 'dist');
      for (const name of Object.keys(bundle).filter((file) => file.endsWith('.html'))) {
        const path = join(out, name);
        await writeFile(path, await withIntegrity(await readFile(path, 'utf8'), out));
      }
    },
  };
}

async function withIntegrity(html: string, out: string): Promise<string> {
  let result = html;
  for (const [tag, url] of html.matchAll(/<(?:script|link)\b[^>]*?(?:src|href)="(\/assets\/[^"]+)"[^>]*>/g)) {
    if (url === undefined) continue;
    const digest = createHash('sha384')
      .update(await readFile(join(out, url)))
      .digest('base64');
    const open = tag.replace(/\s*\/?>$/, '');
    result = result.replace(tag, `${open} integrity="sha384-${digest}">`);
  }
  return result;
}

/**
 * `asset-hashes.json`: version, size and SHA-256 of every other file that was built, sorted, the same for the same source
 * on any machine. What a host serves is compared with it (`coffre verify-host`), by what was built elsewhere.
 */
function assetHashes(): Plugin {
  let out = '';
  return {
    name: 'coffre-asset-hashes',
    apply: 'build',
    enforce: 'post',
    configResolved: (config) => void (out = resolve(config.root, config.build.outDir)),
    async closeBundle() {
      const entries = await readdir(out, { recursive: true, withFileTypes: true });
      const names = entries
        .filter((entry) => entry.isFile() && entry.name !== HASHES)
        .map((entry) => relative(out, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
        .sort();
      const files: Record<string, { readonly size: number; readonly sha256: string }> = {};
      const add = async (name: string) => {
        const bytes = await readFile(join(out, name));
        files[name] = { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
      };
      for (const name of names.filter((one) => one !== SHELL)) await add(name);
      if (names.includes(SHELL)) {
        await writeShell(join(out, SHELL), files);
        await add(SHELL);
      }
      const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
        version: string;
      };
      await writeFile(join(out, HASHES), `${JSON.stringify({ version, files }, null, 1)}\n`);
    },
  };
}

/** Names of the frames and the service workers, which the app's own files on a device do not answer for. */
const NOT_KEPT = /^(?:preview\.html|relay\.html|downloads\/.*|icon-.*|manifest\.webmanifest)$/;

/** Writes the list of the app's files into the service worker that keeps them: letters that need no quoting in any string. */
async function writeShell(path: string, files: Readonly<Record<string, { readonly sha256: string }>>) {
  const kept = Object.entries(files).filter(([name]) => !NOT_KEPT.test(name));
  const listed = kept.map(([name, { sha256 }]) => `${name}=${sha256}`).join('|');
  const name = createHash('sha256').update(listed).digest('hex').slice(0, 16);
  const text = await readFile(path, 'utf8');
  const written = text.replace('__COFFRE_FILES__', listed).replace('__COFFRE_LIST__', name);
  const whole = !/__COFFRE_|\bimport\b/.test(written) && written.includes(listed);
  if (!whole) throw new Error('the service worker is not one classic script with its list of files');
  await writeFile(path, written);
}

/** The frame of previews for a device without network, one file: what the service worker of the app's own files answers with. */
const KEPT_FRAME = 'preview-kept.html';

/**
 * The viewers once more, in one file. A frame of opaque origin asks no service worker for its scripts, so that without a network
 * they must stand in the page itself; its own policy names their hashes (vault/adr/0030-copies-on-a-device.md).
 */
function keptFrame(): Plugin {
  return {
    name: 'coffre-kept-frame',
    apply: 'build',
    async writeBundle(options) {
      const page = await readFile(join(root, 'preview.html'), 'utf8');
      await writeFile(join(options.dir ?? join(root, 'dist'), KEPT_FRAME), inOneFile(page, await viewers()));
    },
  };
}

async function viewers(): Promise<{ readonly script: string; readonly style: string }> {
  const built = await build({
    configFile: false,
    root,
    logLevel: 'error',
    publicDir: false,
    plugins: [bytesAsModules()],
    build: {
      write: false,
      target: 'es2022',
      cssCodeSplit: false,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 10_000,
      rollupOptions: {
        input: join(root, 'src/preview/main.ts'),
        output: { codeSplitting: false, format: 'es' },
      },
    },
  });
  if (Array.isArray(built) || !('output' in built)) throw new Error('the viewers were not built');
  const scripts = built.output.flatMap((one) => (one.type === 'chunk' ? [one.code] : []));
  const styles = built.output.flatMap((one) => (one.type === 'asset' ? [one] : []));
  const [script, ...others] = scripts;
  const whole = others.length === 0 && styles.every(({ fileName }) => fileName.endsWith('.css'));
  if (script === undefined || !whole) throw new Error('the viewers are not in one file');
  return { script, style: styles.map(({ source }) => String(source)).join('') };
}

function inOneFile(page: string, { script, style }: { readonly script: string; readonly style: string }) {
  // As text of a page: nothing in it may end the script, or begin another one.
  const inner = script.replaceAll('</script', '<\\/script').replaceAll('<!--', '\\x3c!--');
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const policy = [
    "default-src 'none'",
    `script-src ${hash(inner)} 'wasm-unsafe-eval'`,
    `style-src ${hash(style)}`,
    'img-src blob: data:',
    'font-src data:',
    'worker-src blob: data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const head = `<meta http-equiv="Content-Security-Policy" content="${policy}" />\n    <style>${style}</style>`;
  const [before, after] = page.split(/<script type="module" src="[^"]*"><\/script>/);
  if (before === undefined || after === undefined) throw new Error('the frame has not one script');
  return `${before.replace('</head>', `  ${head}\n  </head>`)}<script type="module">${inner}</script>${after}`;
}

/** `import text from 'file?base64'`: a file's bytes as a module, for code that may load scripts but fetch nothing. */
function bytesAsModules(): Plugin {
  const query = '?base64';
  return {
    name: 'coffre-bytes',
    enforce: 'pre',
    async load(id) {
      if (!id.endsWith(query)) return null;
      const bytes = await readFile(id.slice(0, -query.length));
      return {
        code: `export default ${JSON.stringify(bytes.toString('base64'))};`,
        map: null,
        moduleType: 'js',
      };
    },
  };
}

/** The workers' entries, each a file of its own, which nothing imports. */
const WORKERS = ['capture/worker.ts', 'worker/engine.ts', 'worker/searching.ts', 'worker/verifying.ts'].map(
  (name) => join(root, 'src', name),
);

/**
 * Refuses a worker whose later parts import its entry, as bundlers like to have it: WebKit, which is all browsers on iPhones, then runs
 * the entry once more in the same worker (vault/adr/0042-iphones-run-webkit.md).
 */
function entriesAlone(): Plugin {
  return {
    name: 'coffre-entries-alone',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((one) => one.type === 'chunk');
      const entries = new Set(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
      const back = chunks.filter(({ imports }) => imports.some((name) => entries.has(name)));
      if (back.length > 0)
        throw new Error(`imports a worker's entry: ${back.map(({ name }) => name).join(', ')}`);
    },
  };
}

const APP = {
  'downloads/worker': join(root, 'src/downloads/worker.ts'),
  offline: join(root, 'src/offline/worker.ts'),
  index: join(root, 'index.html'),
  preview: join(root, 'preview.html'),
  relay: join(root, 'relay.html'),
};
const GALLERY = { gallery: join(root, 'gallery.html'), preview: join(root, 'preview.html') };

export default defineConfig(({ mode }) => ({
  plugins: [
    react(),
    bytesAsModules(),
    subresourceIntegrity(),
    ...(mode === 'gallery' ? [] : [keptFrame()]),
    assetHashes(),
  ],
  build: {
    outDir: mode === 'gallery' ? 'dist-gallery' : 'dist',
    target: 'es2022',
    // data: URLs in scripts or styles would need wider CSP sources; every asset is a file of its own.
    assetsInlineLimit: 0,
    // The polyfill fetches, which the preview frame's policy forbids; every browser that we support has modulepreload.
    modulePreload: { polyfill: false },
    sourcemap: false,
    chunkSizeWarningLimit: 2500,
    rollupOptions: {
      input: mode === 'gallery' ? GALLERY : APP,
      output: {
        // A service worker's address says what it is for, and stays.
        entryFileNames: ({ name }) =>
          name === 'downloads/worker' || name === 'offline' ? '[name].js' : 'assets/[name]-[hash].js',
      },
    },
  },
  worker: {
    format: 'es',
    plugins: () => [entriesAlone()],
    // All that a worker needs from the start stands beside its entry.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: 'common', tags: ['$initial'], test: (id) => !WORKERS.includes(id) }],
        },
      },
    },
  },
  // The preview frame's origin is opaque, so its module scripts are asked for with `Origin: null`.
  server: { proxy: { '/api': 'http://127.0.0.1:8000' }, cors: { origin: 'null' } },
  test: {
    include: ['tests/**/*.test.{ts,tsx}'],
    setupFiles: ['tests/no_country.ts'],
    environment: 'node',
    // Modules are loaded once a process, not once a file: half of what all files cost. Files leave nothing behind.
    isolate: false,
    unstubGlobals: true,
    // All tests together give way to the browsers' (Makefile).
    testTimeout: 120_000,
    hookTimeout: 120_000,
    server: { deps: { inline: [/codec-openjpeg/] } },
  },
}));
