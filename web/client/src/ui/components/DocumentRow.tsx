/** One document in a list: thumbnail or icon, title, and what is known of it. */
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { formatDay } from '../../i18n/format';
import { documentTypeLabel } from '../documentTypes';
import type { DocumentShape, DocumentView } from '../models';
import { useLanguage } from '../useLanguage';
import { Badge } from './Badge';
import { Icon } from './Icon';
import type { IconName } from './Icon';
import { Marked } from './Marked';
import type { Hits } from './RecordRow';
import { useSectionName } from './SectionName';

const SHAPES: Record<DocumentShape, IconName> = {
  pdf: 'document',
  image: 'image',
  dicom: 'scan',
  text: 'document',
  other: 'document',
};

export function shapeOf(mime: string): DocumentShape {
  if (mime === 'application/pdf') return 'pdf';
  if (mime === 'application/dicom') return 'dicom';
  if (mime.startsWith('image/')) return 'image';
  return mime.startsWith('text/') ? 'text' : 'other';
}

export function Thumbnail({ mime, url }: { readonly mime: string; readonly url?: string | undefined }) {
  return (
    <span className="thumb">
      {url === undefined ? <Icon name={SHAPES[shapeOf(mime)]} /> : <img src={url} alt="" />}
    </span>
  );
}

/** A document's title, or what is said in its place. */
export function useDocumentTitle(): (document: DocumentView) => string {
  const { t } = useTranslation();
  return ({ title, unreadable }) => title || t(unreadable ? 'deposits.unreadable' : 'vault.elsewhere');
}

export interface DocumentRowProps {
  readonly document: DocumentView;
  readonly href: string;
  readonly hits?: Hits | undefined;
}

/** A row that leads to the document. */
export function DocumentRow({ document, href, hits }: DocumentRowProps) {
  return (
    <Link href={href} className="list-row list-row-link">
      <Thumbnail mime={document.mime} url={document.thumbnail} />
      <DocumentFacts document={document} hits={hits} />
      <span className="list-row-end">
        <Icon name="chevron" />
      </span>
    </Link>
  );
}

export interface DocumentFactsProps {
  readonly document: DocumentView;
  readonly hits?: Hits | undefined;
}

/** Title, and a line or two of facts. */
export function DocumentFacts({ document, hits }: DocumentFactsProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useSectionName();
  const label = document.type === undefined ? undefined : documentTypeLabel(document.type, language);
  const title = useDocumentTitle()(document);
  const inText = hits?.inText[document.id];
  const { tags = [] } = document;
  return (
    <span className="list-row-main">
      <span className="list-row-title">
        <Marked text={title} words={hits?.words} />
      </span>
      <span className="list-row-meta">
        <span>{formatDay(document.date, language)}</span>
        {label && (
          <span lang={label.lang}>
            <Marked text={label.text} words={hits?.words} />
          </span>
        )}
        {!label && !document.masked && !document.named && <span>{nameOf(document.section)}</span>}
        {!document.own && (
          <span>
            <Marked text={t('vault.by', { name: document.author })} words={hits?.words} />
          </span>
        )}
      </span>
      {inText !== undefined && (
        <span className="list-row-meta">{t('record.inText', { words: inText.join(', ') })}</span>
      )}
      {(document.masked || document.isNew || document.named || tags.length > 0) && (
        <span className="badges">
          {document.named && <Badge icon="key">{t('named.badge')}</Badge>}
          {document.masked && <Badge icon="mask">{t('vault.masked')}</Badge>}
          {document.isNew && <Badge tone="info">{t('deposits.isNew')}</Badge>}
          {tags.map((tag) => (
            <Badge key={tag}>
              <Marked text={tag} words={hits?.words} />
            </Badge>
          ))}
        </span>
      )}
    </span>
  );
}
