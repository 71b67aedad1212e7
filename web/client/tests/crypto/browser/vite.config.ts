/**
 * Bundles the page that runs the crypto tests and benchmarks in a real browser (tests/e2e/crypto_page.py at the repository's root
 * builds and serves it). Test files are bundled unchanged: what they take from vitest and Node stands in this folder.
 */
import { join } from 'node:path';
import { defineConfig } from 'vite';

const here = import.meta.dirname;

const alias = {
  vitest: join(here, 'suites.ts'),
  'node:fs': join(here, 'files.ts'),
  'node:path': join(here, 'files.ts'),
};

export default defineConfig({
  root: here,
  base: './',
  resolve: { alias },
  // Where vectors.ts thinks it stands; files.ts looks only at what follows tests/vectors/.
  define: { 'import.meta.dirname': JSON.stringify('.') },
  worker: { format: 'es' },
  build: { target: 'es2022', emptyOutDir: true, chunkSizeWarningLimit: 10_000 },
});
