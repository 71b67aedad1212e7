/** One document in a list: thumbnail or icon, title, and one line of facts. */
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { formatDay } from '../../i18n/format';
import { documentTypeLabel } from '../documentTypes';
import type { DocumentShape, DocumentView } from '../models';
import { useLanguage } from '../useLanguage';
import { Badge } from './Badge';
import { Icon } from './Icon';
import type { IconName } from './Icon';
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

export function DocumentRow({ document, href }: { readonly document: DocumentView; readonly href: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useSectionName();
  const label = document.type === undefined ? undefined : documentTypeLabel(document.type, language);
  return (
    <Link href={href} className="list-row list-row-link">
      <Thumbnail mime={document.mime} url={document.thumbnail} />
      <span className="list-row-main">
        <span className="list-row-title">
          {document.title || t(document.unreadable ? 'deposits.unreadable' : 'vault.elsewhere')}
        </span>
        <span className="list-row-meta">
          <span>{formatDay(document.date, language)}</span>
          {label && <span lang={label.lang}>{label.text}</span>}
          {!label && !document.masked && !document.named && <span>{nameOf(document.section)}</span>}
          {!document.own && <span>{t('vault.by', { name: document.author })}</span>}
        </span>
        {(document.masked || document.isNew || document.named) && (
          <span className="badges">
            {document.named && <Badge icon="key">{t('named.badge')}</Badge>}
            {document.masked && <Badge icon="mask">{t('vault.masked')}</Badge>}
            {document.isNew && <Badge tone="info">{t('deposits.isNew')}</Badge>}
          </span>
        )}
      </span>
      <span className="list-row-end">
        <Icon name="chevron" />
      </span>
    </Link>
  );
}
