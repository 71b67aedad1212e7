/** What a professional opened in a patient's vault. */
import { useTranslation } from 'react-i18next';
import { JournalPanel } from '../components/JournalPanel';
import { Loaded } from '../components/Loaded';
import { Page } from '../components/Page';
import type { JournalView, Loadable } from '../models';
import { vaultPath } from '../paths';
import { Exports } from './Journal';

export interface OwnAccessesProps {
  readonly vault: string;
  readonly journal: Loadable<JournalView>;
  readonly onExport: (text: string, name: string, mime: string) => void;
}

export function OwnAccesses({ vault, journal, onExport }: OwnAccessesProps) {
  const { t } = useTranslation();
  return (
    <Page
      title={t('journalViews.professionalTitle')}
      lead={t('journalViews.professionalLead')}
      width="reading"
      back={{ href: vaultPath(vault) }}
      actions={journal.state === 'ready' && <Exports journal={journal.value} onExport={onExport} />}
    >
      <Loaded of={journal}>{(value) => <JournalPanel entries={value.entries} />}</Loaded>
    </Page>
  );
}
