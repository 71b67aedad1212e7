/** Messages in English about all uploads together. */
import type { queue as french } from './fr-queue';

type Strings<T> = { readonly [K in keyof T]: T[K] extends string ? string : Strings<T[K]> };

export const queue: Strings<typeof french> = {
  total: '{{done}} of {{count}} stored and confirmed',
  bytes: '{{sent}} of {{size}}',
  speed: '{{sent}} of {{size}}, {{speed}}/s',
  left: '{{sent}} of {{size}}, {{speed}}/s, about {{left}} left',
  offline: 'Waiting for the server; it will go on by itself ({{sent}} of {{size}})',
  pauseAll: 'Pause all',
  goOnAll: 'Resume all',
  retryAll_one: 'Retry what failed',
  retryAll_other: 'Retry the {{count}} that failed',
  cancelAll: 'Cancel all',
  cancelAllTitle: 'Cancel all uploads?',
  cancelAllText: 'What is stored and confirmed already stays in the vault.',
  more_one: 'and {{count}} more document',
  more_other: 'and {{count}} more documents',
  moreStored_one: 'and {{count}} more document, stored and confirmed',
  moreStored_other: 'and {{count}} more documents, stored and confirmed',
  saidPart: 'Upload: {{part}}',
  saidOver: 'Everything is stored and confirmed.',
  saidOffline: 'Waiting for the server.',
};
