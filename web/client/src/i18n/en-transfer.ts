/** Messages in English about documents on their way: up, down, interrupted. */
import type { transfer as french } from './fr-transfer';

type Strings<T> = { readonly [K in keyof T]: T[K] extends string ? string : Strings<T[K]> };

export const transfer: Strings<typeof french> = {
  list: {
    checking: 'This is the list as this device verified it; the server is being asked for what is new…',
    before: 'Below is what this device had verified before.',
  },
  download: {
    label: 'Download of {{title}}',
    preparing: 'Opening…',
    receiving: '{{received}} of {{total}}, verified',
    waiting: 'No connection: the download will go on by itself ({{received}} of {{total}})',
    done: 'Saved by your browser; every part was verified.',
    failed: 'Download broken off: nothing was kept under the document’s name.',
    cancelled: 'Download cancelled: nothing was kept.',
    cancel: 'Cancel the download of {{title}}',
  },
};
