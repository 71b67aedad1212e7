/** Everything in one file, wired: the zip goes from the engine through the service worker to the disk. */
import * as Comlink from 'comlink';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatMoment } from '../../i18n/format';
import type { ExportForm, ExportState } from '../../ui/accountModels';
import { useSentence } from '../../ui/components/JournalEntries';
import { asCsv, journalRows } from '../../ui/journalExport';
import { Export } from '../../ui/pages/Export';
import { useLanguage } from '../../ui/useLanguage';
import { codeOf, valueOf, type RemoteEngine } from '../../worker/connect';
import type { AskJournal, ExportOutcome, ExportProgress, WantedExport } from '../../worker/exports';
import { downloadWorker, offerDownload, saveBlob } from '../download';
import { useLoadable } from '../loading';
import { useHold, useSession } from '../session';

export function ExportRoute() {
  const { engine } = useSession();
  const [plan] = useLoadable(useCallback(() => valueOf(engine().exports.plan()), [engine]));
  const [state, setState] = useState<ExportState>({ stage: 'asking' });
  const words = useWords();
  const journal = useJournal(engine);
  const asked = useRef<{ readonly form: ExportForm; readonly without: readonly string[] }>({
    form: 'plain',
    without: [],
  });
  const busy = state.stage === 'reading' || state.stage === 'running';
  useHold(busy);
  useEffect(() => () => void engine().exports.cancel(), [engine]);

  const run = (form: ExportForm, without: readonly string[]) => {
    asked.current = { form, without };
    const total = plan.state === 'ready' ? plan.value.bytes : 0;
    setState({ stage: 'running', done: 0, total });
    const progress = Comlink.proxy((done: number) => {
      // A hundred of them are enough, and one that comes late takes nothing back.
      setState((now) => (now.stage === 'running' && done - now.done >= total / 100 ? { ...now, done } : now));
    });
    const ask = Comlink.proxy(() => {
      setState({ stage: 'reading' });
      return journal();
    });
    save(engine(), { form, without, words: words() }, ask, progress).then(
      ({ files, failed, identity, broken }) =>
        setState(
          broken === undefined
            ? { stage: 'done', files, failed, identity }
            : { stage: 'broke', left: broken },
        ),
      (thrown: unknown) => {
        const error = codeOf(thrown);
        setState(error === 'cancelled' ? { stage: 'cancelled' } : { stage: 'failed', error });
      },
    );
  };

  return (
    <Export
      plan={plan}
      state={state}
      onStart={(form) => run(form, [])}
      onCancel={() => void engine().exports.cancel()}
      onWithout={(document) => run(asked.current.form, [...asked.current.without, document])}
      onSaveKey={(text) => saveBlob(new Blob([text], { type: 'text/plain' }), 'identity.txt')}
    />
  );
}

async function save(
  { exports }: RemoteEngine,
  wanted: WantedExport,
  ask: AskJournal,
  progress: ExportProgress,
): Promise<ExportOutcome> {
  const name = `coffre-${new Date().toISOString().slice(0, 10)}.zip`;
  const worker = await downloadWorker();
  if (worker !== undefined) {
    const { port, close } = offerDownload(worker, crypto.randomUUID(), { name });
    try {
      const moved = Comlink.transfer(port, [port]);
      const outcome = await valueOf(exports.stream(wanted, moved, ask, progress));
      if (outcome !== null) return outcome;
    } finally {
      close();
    }
  }
  const { outcome, zip } = await valueOf(exports.collect(wanted, ask, progress));
  if (zip !== undefined) saveBlob(zip, name);
  return outcome;
}

/** The index page's words. */
function useWords(): () => WantedExport['words'] {
  const { t } = useTranslation();
  const language = useLanguage();
  return () => ({
    language,
    heading: t('ownAccount.export.heading'),
    made: t('ownAccount.export.page.made', { time: formatMoment(new Date(), language) }),
    missing: t('ownAccount.export.page.missing'),
    journal: t('ownAccount.export.page.journal'),
    profile: t('ownAccount.export.page.profile'),
    columns: t('ownAccount.export.columns', { returnObjects: true }),
    sections: t('sections', { returnObjects: true }),
  });
}

/** The journal in the reader's words, read when everything else was. */
function useJournal(engine: () => RemoteEngine): AskJournal {
  const { t } = useTranslation();
  const sentence = useSentence();
  return async () => {
    const { entries } = await valueOf(engine().journal.journal());
    const rows = journalRows(entries, t('journal.modes.own'), sentence);
    return { rows, csv: asCsv(rows) };
  };
}
