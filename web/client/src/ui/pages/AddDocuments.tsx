/** The sheet that asks title, type, date and section of each chosen file before anything is sealed or sent. */
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PlatformButton } from '../components/Button';
import { Dialog } from '../components/Dialog';
import { FileDraft, type Draft } from '../components/FileDraft';
import { ErrorNotice } from '../components/Notice';
import type { NewDocument, PendingFile, SectionView, Submission } from '../models';
import { areTags, tagsIn } from '../recordActions';
import { useInSteps } from '../useInSteps';

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

/** So many have their fields drawn at first, and more at a time; the others are added as they are proposed. */
const SHOWN = 10;
/** So many in one frame: as many as are in sight. */
const AT_ONCE = 2;

export function AddDocuments(props: AddDocumentsProps) {
  const { open, files, onClose } = props;
  const { t } = useTranslation();
  return (
    <Dialog title={t('add.title', { count: files.length })} open={open} onClose={onClose} wide>
      <AddForm {...props} />
    </Dialog>
  );
}

/** Lives as long as the sheet is open. */
function AddForm({ vault, files, sections, onRemove, onSubmit, onClose, pending, error }: AddDocumentsProps) {
  const { t } = useTranslation();
  const [edited, setEdited] = useState<Readonly<Record<string, Draft>>>({});
  const [tried, setTried] = useState(false);
  const [anyway, setAnyway] = useState<ReadonlySet<string>>(new Set());
  const [shown, setShown] = useState(SHOWN);
  const drawn = useInSteps(Math.min(files.length, shown), AT_ONCE);
  const isDuplicate = (file: PendingFile) => file.duplicate !== undefined && !anyway.has(file.id);
  const duplicates = files.filter(isDuplicate).length;
  const usable = files.filter((file) => file.error === undefined && !isDuplicate(file));
  const draftOf = (file: PendingFile): Draft => edited[file.id] ?? suggestion(file);
  const change = useCallback(
    (file: string, draft: Draft) => setEdited((before) => ({ ...before, [file]: draft })),
    [],
  );
  const addAnyway = useCallback((file: string) => setAnyway((before) => new Set([...before, file])), []);

  const submit = () => {
    const documents = usable.map((file) => {
      const draft = draftOf(file);
      return { file: file.id, ...draft, title: draft.title.trim(), tags: tagsIn(draft.tags) };
    });
    const wrong = documents.findLast(
      (one) => one.title === '' || one.title.length > 200 || one.date === '' || !areTags(one.tags),
    );
    // What is wrong is shown, wherever it stands; nothing is drawn anew when nothing is.
    if (wrong !== undefined) {
      setTried(true);
      setShown(Math.max(shown, files.findIndex((file) => file.id === wrong.file) + 1));
    } else if (documents.length > 0) onSubmit(documents);
  };
  return (
    <>
      <ul className="add-files">
        {files.slice(0, drawn).map((file) => (
          <FileDraft
            key={file.id}
            vault={vault}
            file={file}
            duplicate={isDuplicate(file)}
            draft={draftOf(file)}
            sections={sections}
            tried={tried}
            onAnyway={addAnyway}
            onChange={change}
            onRemove={onRemove}
          />
        ))}
      </ul>
      {files.length > shown && (
        <PlatformButton onPress={() => setShown(shown + SHOWN)}>
          {t('adding.more', { count: files.length - shown })}
        </PlatformButton>
      )}
      {duplicates > 0 && (
        <p role="status" className="small">
          {t('adding.duplicates', { count: duplicates })}
        </p>
      )}
      <p className="muted small">{t('add.sealed')}</p>
      <ErrorNotice error={error} />
      <div className="dialog-actions dialog-actions-stay">
        <PlatformButton
          variant="primary"
          icon="lock"
          pending={pending}
          isDisabled={usable.length === 0}
          onPress={submit}
        >
          {t('add.submit', { count: usable.length })}
        </PlatformButton>
        <PlatformButton onPress={onClose}>{t('common.cancel')}</PlatformButton>
      </div>
    </>
  );
}

/** What is proposed for a file: the same object each time. */
function suggestion(file: PendingFile): Draft {
  const known = SUGGESTIONS.get(file);
  if (known !== undefined) return known;
  const draft = {
    title: file.suggestedTitle,
    type: file.suggestedType,
    date: file.suggestedDate,
    section: file.suggestedSection,
    tags: '',
  };
  SUGGESTIONS.set(file, draft);
  return draft;
}

const SUGGESTIONS = new WeakMap<PendingFile, Draft>();
