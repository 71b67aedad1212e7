/** Two documents of a vault to compare, wired. Each opening stands in the journal, as ever. */
import { useCallback } from 'react';
import { useLocation, useParams } from 'wouter';
import { Compare, type Compared } from '../../ui/pages/Compare';
import { comparePath } from '../../ui/paths';
import { valueOf } from '../../worker/connect';
import { useDownloads } from '../downloads';
import { useLoadable } from '../loading';
import { useSession } from '../session';
import { usePreview } from './VaultRoutes';

interface Place {
  readonly vault: string;
  readonly one: string;
  readonly other: string;
}

export function CompareRoute() {
  const place = useParams<{ vault: string; one: string; other: string }>();
  return <Pair key={`${place.vault} ${place.one} ${place.other}`} {...place} />;
}

export function CompareWithRoute() {
  const { vault, one } = useParams<{ vault: string; one: string }>();
  return <Choosing key={`${vault} ${one}`} vault={vault} one={one} />;
}

function Choosing({ vault, one }: Omit<Place, 'other'>) {
  const { engine } = useSession();
  const load = useCallback(
    async () => (await valueOf(engine().documents.content(vault))).documents,
    [engine, vault],
  );
  const [documents] = useLoadable(load);
  const compared = useCompared(vault, one);
  return <Compare vault={vault} first={one} one={compared} documents={documents} onSwap={() => undefined} />;
}

function Pair({ vault, one, other }: Place) {
  const [, navigate] = useLocation();
  return (
    <Compare
      vault={vault}
      first={one}
      one={useCompared(vault, one)}
      other={useCompared(vault, other)}
      documents={{ state: 'ready', value: [] }}
      onSwap={() => navigate(comparePath(vault, other, one), { replace: true })}
    />
  );
}

function useCompared(vault: string, id: string): Compared {
  const { engine } = useSession();
  const load = useCallback(
    async () => (await valueOf(engine().documents.document(vault, id))).document,
    [engine, vault, id],
  );
  const [document] = useLoadable(load);
  const preview = usePreview(vault, id);
  const { downloads } = useDownloads(vault, id);
  return { document, preview, onDownload: () => downloads.start(vault, id) };
}
