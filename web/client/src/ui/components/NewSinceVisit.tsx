/** What others added to a patient's vault since the professional looked last, before everything else. */
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { DocumentView } from '../models';
import { documentPath } from '../paths';
import { Card } from './Card';
import { DocumentFacts, Thumbnail } from './DocumentRow';

const SHOWN = 5;

export interface NewSinceVisitProps {
  readonly vault: string;
  readonly documents: readonly DocumentView[];
}

export function NewSinceVisit({ vault, documents }: NewSinceVisitProps) {
  const { t } = useTranslation();
  const fresh = documents
    .filter((one) => one.isNew === true)
    .sort((one, other) => other.added.getTime() - one.added.getTime());
  if (fresh.length === 0) return null;
  return (
    <Card title={t('professional.sinceTitle')}>
      <p className="muted small">
        {t('professional.since', { count: fresh.length })}. {t('professional.sinceHint')}
      </p>
      <div className="rows">
        {fresh.slice(0, SHOWN).map((one) => (
          <Link key={one.id} href={documentPath(vault, one.id)} className="list-row list-row-link">
            <Thumbnail mime={one.mime} url={one.thumbnail} />
            <DocumentFacts document={{ ...one, isNew: false }} />
          </Link>
        ))}
      </div>
    </Card>
  );
}
