/** A vault's uploads as a part of a page. It is drawn by itself: the queue changes many times a second, the page does not. */
import { startTransition, useEffect, useMemo, useState } from 'react';
import { UploadQueue } from '../ui/components/UploadQueue';
import { useUploads, type Uploads } from './uploads';

/** What of the queue belongs to a vault: drawn by itself, many times a second. */
export function Queue({ vault }: { readonly vault: string }) {
  const uploads = useUploads();
  const { jobs, speed } = useTold(uploads);
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

/** As it was when listeners were told last. Drawn in pieces, which give way: a store that React reads itself is drawn in one. */
function useTold(uploads: Uploads) {
  const [told, setTold] = useState(() => ({ jobs: uploads.drawn(), speed: uploads.speed() }));
  useEffect(() => {
    const take = () => {
      const next = { jobs: uploads.drawn(), speed: uploads.speed() };
      startTransition(() =>
        setTold((now) => (now.jobs === next.jobs && now.speed === next.speed ? now : next)),
      );
    };
    // What changed since it was drawn.
    take();
    return uploads.subscribe(take);
  }, [uploads]);
  return told;
}
