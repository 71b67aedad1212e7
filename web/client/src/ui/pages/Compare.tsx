/**
 * Two documents of a vault: side by side where there is room, each with tools of its own; on a phone one after the other, with a
 * switch. The second one is chosen here.
 */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { formatDay } from '../../i18n/format';
import { Button } from '../components/Button';
import { Card } from '../components/Card';
import { ChoiceGroup } from '../components/Choice';
import { DocumentPreview } from '../components/DocumentPreview';
import { DocumentFacts, Thumbnail } from '../components/DocumentRow';
import { Loaded } from '../components/Loaded';
import { Page } from '../components/Page';
import { SearchField } from '../components/SearchField';
import type { DocumentView, Loadable, PreviewState } from '../models';
import { comparePath, documentPath } from '../paths';
import { matches, sortDocuments } from '../search';
import { useLanguage } from '../useLanguage';
import { useWide } from '../useWide';
import '../../styles/compare.css';

export interface Compared {
  readonly document: Loadable<DocumentView>;
  readonly preview: PreviewState;
  readonly onDownload: () => void;
}

export interface CompareProps {
  readonly vault: string;
  /** Identifier of the first. */
  readonly first: string;
  readonly one: Compared;
  /** Absent as long as it is not chosen. */
  readonly other?: Compared | undefined;
  /** What may be chosen. */
  readonly documents: Loadable<readonly DocumentView[]>;
  readonly onSwap: () => void;
}

type Side = 'one' | 'other';

export function Compare({ vault, first, one, other, documents, onSwap }: CompareProps) {
  const { t } = useTranslation();
  const wide = useWide();
  const [side, setSide] = useState<Side>('other');
  const title = (of: Compared | undefined) => valueOf(of?.document)?.title ?? t('professional.compareChoose');
  const pane = (which: Side) => {
    if (which === 'one') return <Pane key="one" compared={one} />;
    return other === undefined ? (
      <Picker key="picker" vault={vault} first={first} documents={documents} />
    ) : (
      <Pane key="other" compared={other} />
    );
  };
  return (
    <Page
      title={t('professional.compareTitle')}
      back={{ href: documentPath(vault, first) }}
      actions={
        other !== undefined && (
          <div className="row">
            <Button icon="retry" onPress={onSwap}>
              {t('professional.compareSwap')}
            </Button>
            <Link href={comparePath(vault, first)} className="button button-quiet">
              <span>{t('professional.compareOther')}</span>
            </Link>
          </div>
        )
      }
    >
      {wide ? (
        <div className="compare compare-wide">
          {pane('one')}
          {pane('other')}
        </div>
      ) : (
        <div className="compare">
          <ChoiceGroup
            label={t('professional.compareSwitch')}
            value={side}
            onChange={setSide}
            choices={[
              { value: 'one', label: title(one) },
              { value: 'other', label: title(other) },
            ]}
          />
          {pane(side)}
        </div>
      )}
    </Page>
  );
}

function Pane({ compared: { document, preview, onDownload } }: { readonly compared: Compared }) {
  const language = useLanguage();
  return (
    <section className="compare-pane" aria-label={valueOf(document)?.title}>
      <Loaded of={document}>
        {(value) => (
          <>
            <header>
              <h2>{value.title}</h2>
              <p className="muted small">{formatDay(value.date, language)}</p>
            </header>
            <DocumentPreview preview={preview} name={value.title} onDownload={onDownload} />
          </>
        )}
      </Loaded>
    </section>
  );
}

const SHOWN = 100;

function Picker({ vault, first, documents }: Pick<CompareProps, 'vault' | 'first' | 'documents'>) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [query, setQuery] = useState('');
  return (
    <Card title={t('professional.compareChoose')}>
      <Loaded of={documents}>
        {(all) => {
          const others = sortDocuments(all, 'newest', language).filter(
            ({ id, unreadable }) => id !== first && unreadable !== true,
          );
          if (others.length === 0) return <p>{t('professional.compareNone')}</p>;
          return (
            <div className="stack">
              <SearchField label={t('vault.search')} value={query} onChange={setQuery} />
              <div className="rows">
                {others
                  .filter((one) => matches(query, [one.title, one.author]))
                  .slice(0, SHOWN)
                  .map((one) => (
                    <Link
                      key={one.id}
                      href={comparePath(vault, first, one.id)}
                      className="list-row list-row-link"
                    >
                      <Thumbnail mime={one.mime} url={one.thumbnail} />
                      <DocumentFacts document={one} />
                    </Link>
                  ))}
              </div>
            </div>
          );
        }}
      </Loaded>
    </Card>
  );
}

function valueOf(document: Loadable<DocumentView> | undefined): DocumentView | undefined {
  return document?.state === 'ready' || document?.state === 'offline' ? document.value : undefined;
}
