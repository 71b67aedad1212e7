/** Files that are in the vault already, or chosen twice, are known by their content alone. */
import { expect, it } from 'vitest';
import { ContentHasher } from '../../src/crypto/content.ts';
import { objectLength } from '../../src/crypto/document.ts';
import { sha256Large } from '../../src/crypto/primitives.ts';
import type { OpenVault } from '../../src/vault/vaults.ts';
import { duplicatesOf } from '../../src/worker/duplicates.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const file = (text: string, name: string) => new File([text], name);

/** A vault of documents with these metadata; counts how many were opened. */
function vaultOf(...all: readonly { readonly title: string; readonly size: number }[]) {
  const opened: string[] = [];
  const documents = all.map((metadata) => ({
    document: `id of ${metadata.title}`,
    versions: [{ manifest: { length: objectLength(metadata.size) }, metadata }],
  }));
  const vault = {
    documents: () => documents,
    asAuthor: () => false,
    metadata: ({ metadata }: (typeof documents)[number]['versions'][number]) => {
      opened.push(metadata.title);
      return metadata;
    },
  } as unknown as OpenVault;
  return { vault, opened };
}

async function contentOf(text: string) {
  const hasher = new ContentHasher();
  await hasher.update(bytes(text));
  return hasher.digest();
}

it('knows a document of the vault, by either hash, and opens only what is as long', async () => {
  const { vault, opened } = vaultOf(
    { title: 'same', size: 5, ...{ content: await contentOf('hello') } },
    { title: 'as long', size: 5, ...{ content: await contentOf('jello') } },
    { title: 'older', size: 6, ...{ sha256: await sha256Large(bytes('before')) } },
    { title: 'other length', size: 5_000_000, ...{ content: await contentOf('x') } },
  );
  const files = [file('jello', 'a'), file('before', 'b'), file('cello', 'c'), file('behind', 'd')];
  expect(await duplicatesOf(vault, files, [])).toEqual([
    { document: 'id of as long', title: 'as long' },
    { document: 'id of older', title: 'older' },
    undefined,
    undefined,
  ]);
  expect(opened).not.toContain('other length');
});

it('knows nothing of files that cannot be added, and says so of none', async () => {
  const { vault } = vaultOf({ title: 'same', size: 5, ...{ content: await contentOf('hello') } });
  expect(await duplicatesOf(vault, [file('', 'empty'), file('hello', 'a')], [])).toEqual([
    undefined,
    { document: 'id of same', title: 'same' },
  ]);
});

it('knows what was chosen twice, now or before, and not by its name', async () => {
  const { vault } = vaultOf();
  const files = [file('one', 'x.pdf'), file('two', 'x.pdf'), file('one', 'y.pdf'), file('six', 'z.pdf')];
  expect(await duplicatesOf(vault, files, [file('six', 'w.pdf')])).toEqual([
    undefined,
    undefined,
    { title: 'x.pdf' },
    { title: 'w.pdf' },
  ]);
});
