/** The sheet that asks title, type, date and section of each chosen file before anything is sealed or sent. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { formatSize } from '../../i18n/format';
import { Button, IconButton } from '../components/Button';
import { DateField } from '../components/DateField';
import { Dialog } from '../components/Dialog';
import { Thumbnail } from '../components/DocumentRow';
import { ErrorNotice, Notice } from '../components/Notice';
import { useSectionName } from '../components/SectionName';
import { Select } from '../components/Select';
import { TextField } from '../components/TextField';
import { TypeSelect } from '../components/TypeSelect';
import { dayOf } from '../day';
import { sectionForType } from '../documentTypes';
import type { NewDocument, PendingFile, SectionView, Submission } from '../models';
import { documentPath } from '../paths';
import { areTags, tagsIn } from '../recordActions';
import { useLanguage } from '../useLanguage';

export interface AddDocumentsProps extends Submission {
  readonly vault: string;
  readonly open: boolean;
  readonly files: readonly PendingFile[];
  /** Sections that may be chosen; leave out `inbox` and `masked` for professionals. */
  readonly sections: readonly SectionView[];
  readonly onRemove: (file: string) => void;
  readonly onSubmit: (documents: readonly NewDocument[]) => void;
  readonly onClose: () => void;
}

/** Tags as they are typed. */
type Draft = Omit<NewDocument, 'file' | 'tags'> & { readonly tags: string };

/** So many have their fields drawn at first, and more at a time; the others are added as they are proposed. */
const SHOWN = 10;

export function AddDocuments(props: AddDocumentsProps) {
  const { vault, open, files, sections, onRemove, onSubmit, onClose, pending, error } = props;
  const { t } = useTranslation();
  const [edited, setEdited] = useState<Readonly<Record<string, Draft>>>({});
  const [tried, setTried] = useState(false);
  const [anyway, setAnyway] = useState<ReadonlySet<string>>(new Set());
  const [shown, setShown] = useState(SHOWN);
  const isDuplicate = (file: PendingFile) => file.duplicate !== undefined && !anyway.has(file.id);
  const duplicates = files.filter(isDuplicate).length;
  const usable = files.filter((file) => file.error === undefined && !isDuplicate(file));
  const draftOf = (file: PendingFile): Draft => edited[file.id] ?? suggestion(file);

  const submit = () => {
    setTried(true);
    const documents = usable.map((file) => {
      const draft = draftOf(file);
      return { file: file.id, ...draft, title: draft.title.trim(), tags: tagsIn(draft.tags) };
    });
    const wrong = documents.findLast(
      (one) => one.title === '' || one.title.length > 200 || one.date === '' || !areTags(one.tags),
    );
    // What is wrong is shown, wherever it stands.
    if (wrong !== undefined) {
      setShown(Math.max(shown, files.findIndex((file) => file.id === wrong.file) + 1));
    } else if (documents.length > 0) onSubmit(documents);
  };
  return (
    <Dialog title={t('add.title', { count: files.length })} open={open} onClose={onClose} wide>
      <ul className="add-files">
        {files.slice(0, shown).map((file) => (
          <FileDraft
            key={file.id}
            vault={vault}
            file={file}
            duplicate={isDuplicate(file)}
            onAnyway={() => setAnyway(new Set([...anyway, file.id]))}
            draft={draftOf(file)}
            sections={sections}
            tried={tried}
            onChange={(draft) => setEdited({ ...edited, [file.id]: draft })}
            onRemove={() => onRemove(file.id)}
          />
        ))}
      </ul>
      {files.length > shown && (
        <Button onPress={() => setShown(shown + SHOWN)}>
          {t('adding.more', { count: files.length - shown })}
        </Button>
      )}
      {duplicates > 0 && (
        <p role="status" className="small">
          {t('adding.duplicates', { count: duplicates })}
        </p>
      )}
      <p className="muted small">{t('add.sealed')}</p>
      <ErrorNotice error={error} />
      <div className="dialog-actions dialog-actions-stay">
        <Button
          variant="primary"
          icon="lock"
          pending={pending}
          isDisabled={usable.length === 0}
          onPress={submit}
        >
          {t('add.submit', { count: usable.length })}
        </Button>
        <Button onPress={onClose}>{t('common.cancel')}</Button>
      </div>
    </Dialog>
  );
}

function suggestion(file: PendingFile): Draft {
  return {
    title: file.suggestedTitle,
    type: file.suggestedType,
    date: file.suggestedDate,
    section: file.suggestedSection,
    tags: '',
  };
}

interface FileDraftProps {
  readonly vault: string;
  readonly file: PendingFile;
  /** It is not added unless the person wants it anyway. */
  readonly duplicate: boolean;
  readonly onAnyway: () => void;
  readonly draft: Draft;
  readonly sections: readonly SectionView[];
  readonly tried: boolean;
  readonly onChange: (draft: Draft) => void;
  readonly onRemove: () => void;
}

function FileDraft(props: FileDraftProps) {
  const { vault, file, duplicate, onAnyway, onRemove } = props;
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
        <IconButton icon="close" label={t('add.remove', { name: file.fileName })} onPress={onRemove} />
      </div>
      {file.error !== undefined ? (
        <ErrorNotice error={file.error} />
      ) : duplicate ? (
        <DuplicateNotice vault={vault} duplicate={file.duplicate} onAnyway={onAnyway} />
      ) : (
        <>
          {file.cleaning !== undefined && file.cleaning !== 'none' && (
            <p className="muted small">{t(`adding.cleaning.${file.cleaning}`)}</p>
          )}
          <DraftFields {...props} />
        </>
      )}
    </li>
  );
}

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

type DraftFieldsProps = Pick<FileDraftProps, 'draft' | 'sections' | 'tried' | 'onChange'>;

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
