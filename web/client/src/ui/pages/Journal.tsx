/** The journal: what professionals, the account itself and shares did; who has access now; what was verified. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../i18n/format';
import { Button, LinkButton } from '../components/Button';
import { ConfirmDialog, Dialog } from '../components/Dialog';
import { useSentence } from '../components/JournalEntries';
import { JournalProof } from '../components/JournalProof';
import { JournalPanel } from '../components/JournalPanel';
import type { Folding } from '../components/JournalPanel';
import { Loaded } from '../components/Loaded';
import { Menu } from '../components/Menu';
import { Notice } from '../components/Notice';
import { Page } from '../components/Page';
import { Tabs } from '../components/Tabs';
import { asCsv, asJson, journalRows } from '../journalExport';
import { groupOf } from '../journalFilter';
import type { HeadComparison, JournalEntry, JournalView, Loadable, Submission } from '../models';
import { ROUTES } from '../paths';
import { useLanguage } from '../useLanguage';

export interface JournalProps {
  readonly journal: Loadable<JournalView>;
  /** What shows who has access now; made when its tab is opened. */
  readonly access: ReactNode;
  readonly folding: Folding;
  /** Cutting somebody off, or ending a share, under way. */
  readonly action: Submission;
  readonly onCutOff: (person: string) => void;
  readonly onEndShare: (share: string) => void;
  /** Holds a code that another device shows against this journal. */
  readonly onCompare: (code: string) => Promise<HeadComparison>;
  readonly onExport: (text: string, name: string, mime: string) => void;
}

export function Journal(props: JournalProps) {
  const { t } = useTranslation();
  const { journal } = props;
  const actions = journal.state === 'ready' && <Exports journal={journal.value} onExport={props.onExport} />;
  return (
    <Page title={t('journal.title')} lead={t('journal.lead')} width="reading" actions={actions}>
      <Loaded of={journal}>{(value) => <Views value={value} {...props} />}</Loaded>
    </Page>
  );
}

function Views({ value, ...props }: Omit<JournalProps, 'journal'> & { readonly value: JournalView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { access, folding } = props;
  const [wrong, setWrong] = useState<JournalEntry | null>(null);
  const { entries } = value;
  return (
    <div className="stack">
      <Notice tone={value.verified ? 'success' : 'warning'} icon={value.verified ? 'shield' : 'alert'}>
        <p>{value.verified ? t('journal.verified') : t('journal.unverified')}</p>
        <p className="small">
          {t('journal.checkedAt', { time: formatTime(value.checked, language) })} {t('journal.limits')}
        </p>
      </Notice>
      {value.proof !== undefined && <JournalProof proof={value.proof} onCompare={props.onCompare} />}
      <div className="journal-tabs">
        <Tabs
          label={t('journalViews.tabs.label')}
          items={[
            {
              id: 'professionals',
              label: t('journalViews.tabs.professionals'),
              content: <JournalPanel entries={entries} group="professionals" onWrong={setWrong} />,
            },
            {
              id: 'own',
              label: t('journalViews.tabs.own'),
              content: <JournalPanel entries={entries} group="own" folding={folding} onWrong={setWrong} />,
            },
            {
              id: 'services',
              label: t('journalViews.tabs.services'),
              content: <JournalPanel entries={entries} group="services" onWrong={setWrong} />,
            },
            { id: 'now', label: t('journalViews.tabs.now'), content: access },
          ]}
        />
      </div>
      <WhatNow entry={wrong} onClose={() => setWrong(null)} {...props} />
    </div>
  );
}

type WhatNowProps = Pick<JournalProps, 'action' | 'onCutOff' | 'onEndShare'> & {
  readonly entry: JournalEntry | null;
  readonly onClose: () => void;
};

/** What a person can do about an entry that should not be there. */
function WhatNow({ entry, action, onCutOff, onEndShare, onClose }: WhatNowProps) {
  const { t } = useTranslation();
  const group = entry === null ? null : groupOf(entry);
  const person = group === 'professionals' ? entry?.person : undefined;
  const share = group === 'services' ? entry?.share : undefined;
  return (
    <>
      <ConfirmDialog
        {...action}
        open={person !== undefined}
        title={t('journalViews.wrongTitle', { actor: entry?.actor ?? '' })}
        text={t('journalViews.wrongText')}
        confirm={t('journalViews.wrongConfirm')}
        danger
        onConfirm={() => {
          if (person !== undefined) onCutOff(person);
          onClose();
        }}
        onClose={onClose}
      />
      <ConfirmDialog
        {...action}
        open={share !== undefined}
        title={t('journalViews.shareTitle')}
        text={t('journalViews.shareText')}
        confirm={t('shares.end')}
        danger
        onConfirm={() => {
          if (share !== undefined) onEndShare(share);
          onClose();
        }}
        onClose={onClose}
      />
      <Dialog title={t('journalViews.ownTitle')} open={group === 'own'} onClose={onClose}>
        <p>{t('journalViews.ownText')}</p>
        <div className="dialog-actions">
          <LinkButton href={ROUTES.settings} variant="primary" icon="key">
            {t('journalViews.changePassword')}
          </LinkButton>
          <LinkButton href={ROUTES.grants}>{t('journalViews.checkAccess')}</LinkButton>
        </div>
      </Dialog>
    </>
  );
}

type ExportsProps = Pick<JournalProps, 'onExport'> & { readonly journal: JournalView };

export function Exports({ journal, onExport }: ExportsProps) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const rows = () => journalRows(journal.entries, t('journal.modes.own'), sentence);
  const name = t('journalViews.fileName');
  return (
    <Menu
      label={t('journalViews.export')}
      trigger={<Button icon="download">{t('journalViews.export')}</Button>}
      actions={[
        {
          id: 'csv',
          label: t('journalViews.exportCsv'),
          onAction: () => onExport(asCsv(rows()), `${name}.csv`, 'text/csv'),
        },
        {
          id: 'json',
          label: t('journalViews.exportJson'),
          onAction: () => onExport(asJson(rows()), `${name}.json`, 'application/json'),
        },
      ]}
    />
  );
}
