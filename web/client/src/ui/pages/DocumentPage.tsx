/** One document: preview, facts, and what may be done with it. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDay, formatMoment, formatSize } from '../../i18n/format';
import { Badge } from '../components/Badge';
import { Button, LinkButton } from '../components/Button';
import { Card, Facts } from '../components/Card';
import { ConfirmDialog } from '../components/Dialog';
import { DocumentPreview } from '../components/DocumentPreview';
import { DownloadProgress } from '../components/DownloadProgress';
import { Loaded } from '../components/Loaded';
import { Loading } from '../components/Loading';
import { Notice } from '../components/Notice';
import { Page } from '../components/Page';
import { RefileDialog } from '../components/RefileDialog';
import { useSectionName } from '../components/SectionName';
import { TagDialog } from '../components/TagDialog';
import { documentTypeLabel } from '../documentTypes';
import type {
  DocumentRights,
  DocumentView,
  DownloadView,
  Loadable,
  PreviewState,
  SectionView,
  Submission,
} from '../models';
import { retagged } from '../recordActions';
import { useLanguage } from '../useLanguage';

export interface DocumentPageProps {
  readonly document: Loadable<DocumentView>;
  readonly preview: PreviewState;
  readonly rights: DocumentRights;
  /** Where it can be filed. */
  readonly sections: readonly SectionView[];
  /** A professional reads: say that the opening is in the journal. */
  readonly guest: boolean;
  readonly backHref: string;
  /** State of the action under way; its dialog closes when the wiring changes `document` or leaves the page. */
  readonly action: Submission;
  /** Set once it was begun. */
  readonly download?: DownloadView | undefined;
  readonly onDownload: () => void;
  readonly onCancelDownload: () => void;
  readonly onRefile: (section: string) => void;
  readonly onMask: () => void;
  readonly onUnmask: (section: string) => void;
  readonly onRemove: () => void;
  readonly onShare: () => void;
  /** Where it is compared with another one. */
  readonly compareHref?: string | undefined;
  /** Whether this device keeps it; of owners. */
  readonly keep?: ReactNode;
  /** Absent where the account may not change them. */
  readonly onTags?: ((tags: readonly string[]) => void) | undefined;
}

type Asking = 'refile' | 'mask' | 'unmask' | 'remove';

export function DocumentPage(props: DocumentPageProps) {
  const { document, backHref } = props;
  const { t } = useTranslation();
  const ready = document.state === 'ready' ? document.value.title || t('vault.elsewhere') : undefined;
  const title = ready ?? t(document.state === 'loading' ? 'app.loading' : 'document.unopened');
  return (
    <Page title={title} back={{ href: backHref }}>
      <Loaded of={document} waiting={<Loading text={t('app.opening')} />}>
        {(value) => (
          <Opened
            key={`${value.section.id} ${value.masked} ${value.tags?.join() ?? ''}`}
            {...props}
            value={value}
          />
        )}
      </Loaded>
    </Page>
  );
}

function Opened({
  value,
  preview,
  guest,
  onDownload,
  onTags,
  keep,
  ...rest
}: DocumentPageProps & { readonly value: DocumentView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useSectionName();
  const label = value.type === undefined ? undefined : documentTypeLabel(value.type, language);
  const facts = [
    { term: t('document.date'), value: formatDay(value.date, language) },
    ...(label ? [{ term: t('document.type'), value: <span lang={label.lang}>{label.text}</span> }] : []),
    ...(value.elsewhere || value.named
      ? []
      : [{ term: t('document.section'), value: nameOf(value.section) }]),
    { term: t('document.author'), value: value.own ? t('common.you') : value.author },
    { term: t('document.added'), value: formatMoment(value.added, language) },
    ...(value.fileName === ''
      ? []
      : [{ term: t('document.file'), value: `${value.fileName} (${formatSize(value.size, language)})` }]),
    ...(value.version > 1 ? [{ term: t('document.version'), value: String(value.version) }] : []),
  ];
  return (
    <div className="two-pane">
      <div className="stack">
        {value.masked && (
          <Notice icon="mask">
            <p>{t(value.elsewhere ? 'document.elsewhereNotice' : 'document.maskedNotice')}</p>
          </Notice>
        )}
        <DocumentPreview preview={preview} name={value.title} onDownload={onDownload} />
      </div>
      <div className="stack">
        <Actions value={value} onDownload={onDownload} {...rest} />
        {keep}
        <Card title={t('document.details')}>
          <Facts facts={facts} />
          <Tags value={value} action={rest.action} onTags={onTags} />
        </Card>
        {guest && <p className="muted small">{t('document.logged')}</p>}
      </div>
    </div>
  );
}

type TagsProps = Pick<DocumentPageProps, 'action' | 'onTags'> & { readonly value: DocumentView };

function Tags({ value, action, onTags }: TagsProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const { tags = [] } = value;
  if (tags.length === 0 && onTags === undefined) return null;
  return (
    <div className="stack-s">
      <h3 className="muted small">{t('record.tagsTitle')}</h3>
      {tags.length === 0 ? (
        <p className="muted small">{t('record.tagsNone')}</p>
      ) : (
        <div className="badges">
          {tags.map((tag) => (
            <Badge key={tag}>{tag}</Badge>
          ))}
        </div>
      )}
      {onTags && (
        <>
          <div>
            <Button onPress={() => setAsking(true)}>{t('record.tagsEdit')}</Button>
          </div>
          <TagDialog
            {...action}
            open={asking}
            documents={[value]}
            onClose={() => setAsking(false)}
            onSubmit={(change) => onTags(retagged(tags, change))}
          />
        </>
      )}
    </div>
  );
}

type ActionsProps = Omit<
  DocumentPageProps,
  'keep' | 'onTags' | 'preview' | 'guest' | 'document' | 'backHref'
> & {
  readonly value: DocumentView;
};

function Actions({
  value,
  rights,
  sections,
  action,
  download,
  onDownload,
  onCancelDownload,
  onRefile,
  onMask,
  onUnmask,
  onRemove,
  onShare,
  compareHref,
}: ActionsProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<Asking | null>(null);
  const close = () => setAsking(null);
  const elsewhere = sections.filter((one) => one.id !== value.section.id && one.kind !== 'masked');
  return (
    <section className="document-actions" aria-label={t('document.actions')}>
      <Button icon="download" variant="primary" onPress={onDownload}>
        {t('common.download')}
      </Button>
      {download !== undefined && (
        <DownloadProgress download={download} title={value.title} onCancel={onCancelDownload} />
      )}
      {compareHref !== undefined && (
        <LinkButton href={compareHref} icon="copy">
          {t('professional.compare')}
        </LinkButton>
      )}
      {rights.share && (
        <Button icon="qr" onPress={onShare}>
          {t('document.share')}
        </Button>
      )}
      {rights.refile && !value.masked && (
        <Button icon="folder" onPress={() => setAsking('refile')}>
          {t('document.refile')}
        </Button>
      )}
      {rights.mask && !value.masked && (
        <Button icon="mask" onPress={() => setAsking('mask')}>
          {t('document.mask')}
        </Button>
      )}
      {rights.mask && value.masked && (
        <Button icon="eye" onPress={() => setAsking('unmask')}>
          {t('document.unmask')}
        </Button>
      )}
      {rights.remove && (
        <Button icon="trash" variant="danger" onPress={() => setAsking('remove')}>
          {t('common.remove')}
        </Button>
      )}
      <RefileDialog
        {...action}
        open={asking === 'refile' || asking === 'unmask'}
        unmask={asking === 'unmask'}
        sections={elsewhere}
        onClose={close}
        onSubmit={asking === 'unmask' ? onUnmask : onRefile}
      />
      <ConfirmDialog
        {...action}
        title={t('document.mask')}
        text={t('document.maskText')}
        open={asking === 'mask'}
        confirm={t('document.mask')}
        onConfirm={onMask}
        onClose={close}
      />
      <ConfirmDialog
        {...action}
        title={t('document.removeTitle')}
        text={t('document.removeText', { title: value.title })}
        open={asking === 'remove'}
        confirm={t('common.remove')}
        danger
        onConfirm={onRemove}
        onClose={close}
      />
    </section>
  );
}
