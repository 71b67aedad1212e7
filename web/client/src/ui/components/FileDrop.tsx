/** Files by drag and drop (folders as well), by the file picker, or from the phone's camera. */
import { DropZone, FileTrigger } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { filesOf } from '../droppedFiles';
import { Button } from './Button';

export interface FileDropProps {
  readonly onFiles: (files: readonly File[]) => void;
  /** Opens the page that photographs several pages. Without it one photo is taken as it is. */
  readonly onScan?: (() => void) | undefined;
  /** `page`: adding is what the page is for; `list`: it stands small under what is there. */
  readonly of?: 'page' | 'part' | 'list';
}

export function FileDrop({ onFiles, onScan, of = 'part' }: FileDropProps) {
  const { t } = useTranslation();
  return (
    <DropZone
      className={of === 'list' ? 'drop drop-compact' : 'drop'}
      aria-label={t('vault.drop')}
      onDrop={(event) => {
        void filesOf(event.items).then(onFiles);
      }}
    >
      <p className="drop-text">{t('vault.drop')}</p>
      <div className="row drop-buttons">
        <FileButton onFiles={onFiles} variant={of === 'page' ? 'primary' : 'quiet'} />
        {onScan === undefined ? <CameraButton onFiles={onFiles} /> : <ScanButton onScan={onScan} />}
      </div>
      {of !== 'list' && (
        <p className="small">
          {t('adding.hint')} <span className="keys-only">{t('adding.hintOfComputers')}</span>
        </p>
      )}
    </DropZone>
  );
}

export function FileButton({
  onFiles,
  variant = 'quiet',
  label,
}: {
  readonly onFiles: (files: readonly File[]) => void;
  readonly variant?: 'quiet' | 'primary';
  readonly label?: string;
}) {
  const { t } = useTranslation();
  return (
    <FileTrigger allowsMultiple onSelect={(list) => deliver(list, onFiles)}>
      <Button icon="add" variant={variant}>
        {label ?? t('vault.chooseFiles')}
      </Button>
    </FileTrigger>
  );
}

export function ScanButton({ onScan }: { readonly onScan: () => void }) {
  const { t } = useTranslation();
  return (
    <Button icon="camera" onPress={onScan}>
      {t('capture.open')}
    </Button>
  );
}

function CameraButton({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  const { t } = useTranslation();
  return (
    <span className="touch-only">
      <FileTrigger
        acceptedFileTypes={['image/*']}
        defaultCamera="environment"
        onSelect={(list) => deliver(list, onFiles)}
      >
        <Button icon="camera">{t('vault.takePhoto')}</Button>
      </FileTrigger>
    </span>
  );
}

function deliver(list: FileList | null, onFiles: (files: readonly File[]) => void): void {
  if (list !== null && list.length > 0) onFiles([...list]);
}
