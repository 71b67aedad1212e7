/** A vault's uploads as a part of a page. It is drawn by itself: the queue changes many times a second, the page does not. */
import { useMemo, useSyncExternalStore } from 'react';
import { UploadQueue } from '../ui/components/UploadQueue';
import { useUploads } from './uploads';

/** What of the queue belongs to a vault: drawn by itself, many times a second. */
export function Queue({ vault }: { readonly vault: string }) {
  const { uploads } = useUploads(vault);
  const jobs = useSyncExternalStore(uploads.subscribe, uploads.drawn);
  const speed = useSyncExternalStore(uploads.subscribe, uploads.speed);
  const views = useMemo(
    () => jobs.filter((job) => job.vault === vault).map((job) => job.view),
    [jobs, vault],
  );
  const actions = useMemo(
    () => ({
      onCancel: (id: string) => uploads.cancel(id),
      onRetry: (id: string) => uploads.retry(id),
      onPause: (id: string) => uploads.pause(id),
      onFile: (id: string, file: File) => uploads.choose(id, file),
      onClear: () => uploads.clear(vault),
      onPauseAll: () => uploads.pauseAll(vault),
      onGoOnAll: () => uploads.goOnAll(vault),
      onRetryAll: () => uploads.retryAll(vault),
      onCancelAll: () => uploads.cancelAll(vault),
    }),
    [uploads, vault],
  );
  return <UploadQueue uploads={views} speed={speed} {...actions} />;
}
