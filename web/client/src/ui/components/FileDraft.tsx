/** One chosen file in the sheet that adds documents: what it is, what is proposed for it, and what the person says of it. */
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { formatSize } from '../../i18n/format';
import { dayOf } from '../day';
import { sectionForType } from '../documentTypes';
import type { NewDocument, PendingFile, SectionView } from '../models';
import { documentPath } from '../paths';
import { areTags, tagsIn } from '../recordActions';
import { useLanguage } from '../useLanguage';
import { Button, RowButton } from './Button';
import { DateField } from './DateField';
import { Thumbnail } from './DocumentRow';
import { ErrorNotice, Notice } from './Notice';
import { useSectionName } from './SectionName';
import { Select } from './Select';
import { TextField } from './TextField';
import { TypeSelect } from './TypeSelect';

/** Tags as they are typed. */
export type Draft = Omit<NewDocument, 'file' | 'tags'> & { readonly tags: string };

export interface FileDraftProps {
  readonly vault: string;
  readonly file: PendingFile;
  /** It is not added unless the person wants it anyway. */
  readonly duplicate: boolean;
  readonly draft: Draft;
  readonly sections: readonly SectionView[];
  readonly tried: boolean;
  readonly onAnyway: (file: string) => void;
  readonly onChange: (file: string, draft: Draft) => void;
  readonly onRemove: (file: string) => void;
}

/** Drawn anew only when it changed: what is typed for one does not draw the others. */
export const FileDraft = memo(function FileDraft(props: FileDraftProps) {
  const { vault, file, duplicate, draft, sections, tried, onAnyway, onChange, onRemove } = props;
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <li className="add-file">
      <div className="add-file-head">
        <Thumbnail mime={file.mime} url={file.thumbnail} />
        <span className="list-row-main">
          <span className="list-row-title">{file.fileName}</span>
          <span className="list-row-meta">{formatSize(file.size, language)}</span>
        </span>
        <RowButton
          icon="close"
          label={t('add.remove', { name: file.fileName })}
          onPress={() => onRemove(file.id)}
        />
      </div>
      {file.error !== undefined ? (
        <ErrorNotice error={file.error} />
      ) : duplicate ? (
        <DuplicateNotice vault={vault} duplicate={file.duplicate} onAnyway={() => onAnyway(file.id)} />
      ) : (
        <>
          {file.cleaning !== undefined && file.cleaning !== 'none' && (
            <p className="muted small">{t(`adding.cleaning.${file.cleaning}`)}</p>
          )}
          <DraftFields {...{ draft, sections, tried }} onChange={(next) => onChange(file.id, next)} />
        </>
      )}
    </li>
  );
});

interface DuplicateNoticeProps {
  readonly vault: string;
  readonly duplicate: PendingFile['duplicate'];
  readonly onAnyway: () => void;
}

function DuplicateNotice({ vault, duplicate, onAnyway }: DuplicateNoticeProps) {
  const { t } = useTranslation();
  const { document, title = '' } = duplicate ?? {};
  return (
    <Notice icon="copy">
      <p>{document === undefined ? t('adding.twice', { title }) : t('adding.inVault', { title })}</p>
      <div className="row">
        {document !== undefined && <Link href={documentPath(vault, document)}>{t('adding.open')}</Link>}
        <Button onPress={onAnyway}>{t('adding.anyway')}</Button>
      </div>
    </Notice>
  );
}

type DraftFieldsProps = Pick<FileDraftProps, 'draft' | 'sections' | 'tried'> & {
  readonly onChange: (draft: Draft) => void;
};

function DraftFields({ draft, sections, tried, onChange }: DraftFieldsProps) {
  const { t } = useTranslation();
  const nameOf = useSectionName();
  const title = draft.title.trim();
  const titleError =
    title === '' ? t('add.titleMissing') : title.length > 200 ? t('add.titleLong') : undefined;
  const chooseType = (type: string | undefined) => {
    const proposed =
      type === undefined ? undefined : sections.find((one) => one.kind === sectionForType(type))?.id;
    onChange({ ...draft, type, section: proposed ?? draft.section });
  };
  return (
    <div className="add-fields">
      <TextField
        label={t('add.documentTitle')}
        value={draft.title}
        onChange={(value) => onChange({ ...draft, title: value })}
        required
        error={tried || title.length > 200 ? titleError : undefined}
      />
      <DateField
        label={t('add.date')}
        value={draft.date}
        max={dayOf(new Date())}
        onChange={(date) => onChange({ ...draft, date })}
        required
        error={tried && draft.date === '' ? t('add.dateMissing') : undefined}
      />
      <TypeSelect value={draft.type} onChange={chooseType} />
      <Select
        label={t('add.section')}
        value={draft.section}
        onChange={(section) => onChange({ ...draft, section })}
        options={sections.map((one) => ({ value: one.id, label: nameOf(one) }))}
      />
      <div className="add-tags">
        <TextField
          label={t('record.tagsTitle')}
          hint={t('adding.tagsHint')}
          value={draft.tags}
          onChange={(tags) => onChange({ ...draft, tags })}
          optional
          error={areTags(tagsIn(draft.tags)) ? undefined : t('record.tagLong')}
        />
      </div>
    </div>
  );
}
