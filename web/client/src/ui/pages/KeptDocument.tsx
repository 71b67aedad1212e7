/** A copy that this device keeps, read without the server. */
import { useTranslation } from 'react-i18next';
import { formatDay, formatSize } from '../../i18n/format';
import { Facts } from '../components/Card';
import { DocumentPreview } from '../components/DocumentPreview';
import { Loaded } from '../components/Loaded';
import { Loading } from '../components/Loading';
import { Page } from '../components/Page';
import { useSectionName } from '../components/SectionName';
import type { KeptView } from '../keptModels';
import type { Loadable, PreviewState } from '../models';
import { ROUTES } from '../paths';
import { useLanguage } from '../useLanguage';

export interface KeptDocumentProps {
  readonly document: Loadable<KeptView>;
  readonly preview: PreviewState;
  /** As of a preview: `kept` where the app's own files answer. */
  readonly frame?: 'kept' | undefined;
  readonly onSave: () => void;
}

export function KeptDocument({ document, preview, frame, onSave }: KeptDocumentProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useSectionName();
  const title = document.state === 'ready' ? document.value.title : t('app.loading');
  return (
    <Page title={title} back={{ href: ROUTES.kept, label: t('kept.title') }}>
      <Loaded of={document} waiting={<Loading text={t('app.opening')} />}>
        {({ date, kept, section, size }) => (
          <div className="stack">
            <DocumentPreview preview={preview} name={title} frame={frame} onDownload={onSave} />
            <Facts
              columns={2}
              facts={[
                { term: t('document.section'), value: nameOf(section) },
                { term: t('document.date'), value: formatDay(date, language) },
                { term: t('document.size'), value: formatSize(size, language) },
              ]}
            />
            <p className="muted small">
              {t('kept.since', { date: formatDay(kept.toISOString().slice(0, 10), language) })}
            </p>
          </div>
        )}
      </Loaded>
    </Page>
  );
}
