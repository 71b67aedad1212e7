/**
 * A document drawn in the sandbox: an iframe of opaque origin (frames.ts), so that a hostile document
 * reaches neither the app's origin nor the network. Protocol in src/preview/protocol.ts. The bytes are copied in, the
 * frame is removed on unmount, and a frame that stops answering is ended.
 */
import { useEffect, useRef, useState } from 'react';
import type { CSSProperties, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FailureCode, PreviewReply, PreviewRequest } from '../../preview/protocol';
import { formatSize } from '../../i18n/format';
import { currentLanguage } from '../../i18n';
import { FRAMES, listenTo } from '../frames';
import type { PreviewSource, PreviewState } from '../models';
import { Button } from './Button';
import { ErrorNotice, Notice } from './Notice';
import { PrintPages } from './PrintPages';
import { ProgressBar } from './ProgressBar';
import { SummaryContent } from './SummaryContent';

export interface DocumentPreviewProps {
  readonly preview: PreviewState;
  readonly name: string;
  readonly onDownload?: (() => void) | undefined;
  /** Buttons beside the one that prints. */
  readonly actions?: ReactNode;
  /** `kept`: the frame that needs no network, of the app's own files on this device (offline/worker.ts). */
  readonly frame?: 'kept' | undefined;
  /** How long the sandbox may work before its first page, in milliseconds. */
  readonly patience?: number;
}

export function DocumentPreview(props: DocumentPreviewProps) {
  const { preview, name, onDownload, actions, frame, patience } = props;
  const { t } = useTranslation();
  switch (preview.state) {
    case 'loading':
      return (
        <div className="preview-box">
          <ProgressBar
            label={t('app.opening')}
            value={preview.total === undefined ? undefined : (preview.received ?? 0) / preview.total}
            text={preview.total === undefined ? '' : formatSize(preview.total, currentLanguage())}
          />
        </div>
      );
    case 'failed':
      return (
        <ErrorNotice error={preview.error}>
          {preview.onRetry && (
            <div>
              <Button icon="retry" onPress={preview.onRetry}>
                {t('common.retry')}
              </Button>
            </div>
          )}
        </ErrorNotice>
      );
    case 'too_large':
      return <Fallback text={t('preview.tooLarge')} onDownload={onDownload} />;
    case 'ready':
      if (preview.source.summary !== undefined) {
        return <SummaryContent summary={preview.source.summary} actions={actions} />;
      }
      return (
        <Sandbox
          key={name}
          source={preview.source}
          name={name}
          onDownload={onDownload}
          actions={actions}
          from={frame}
          patience={patience ?? 30_000}
        />
      );
  }
}

type Stage = 'preparing' | 'shown' | 'stopped' | FailureCode;

interface SandboxProps {
  readonly source: PreviewSource;
  readonly name: string;
  readonly onDownload: (() => void) | undefined;
  readonly actions: ReactNode;
  readonly from: 'kept' | undefined;
  readonly patience: number;
}

function Sandbox({ source, name, onDownload, actions, from, patience }: SandboxProps) {
  const { t } = useTranslation();
  const frame = useRef<HTMLIFrameElement>(null);
  const [run, setRun] = useState(0);
  const [stage, setStage] = useState<Stage>('preparing');
  const [height, setHeight] = useState<number | undefined>(undefined);

  useEffect(() => {
    const timer = setTimeout(() => setStage('stopped'), patience);
    const hear = (reply: PreviewReply, target: Window) => {
      if (reply.type === 'ready') {
        const bytes = source.bytes.slice(0);
        const request: PreviewRequest = {
          type: 'open',
          mime: source.mime,
          name: source.name,
          lang: currentLanguage(),
          bytes,
        };
        // The frame's origin is opaque, so no target origin can name it; it was checked to be our frame's window.
        target.postMessage(request, '*', [bytes]);
        return;
      }
      if (reply.type === 'page' || reply.type === 'all') return;
      clearTimeout(timer);
      setStage(reply.type === 'shown' ? 'shown' : reply.code);
      if (reply.type === 'shown') setHeight(reply.height);
    };
    const end = listenTo(() => frame.current?.contentWindow, hear);
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [source, patience, run]);

  if (stage !== 'preparing' && stage !== 'shown') {
    const restart = () => {
      setStage('preparing');
      setRun(run + 1);
    };
    return (
      <Fallback
        text={t(whyNot(stage, source.mime))}
        onDownload={onDownload}
        onRestart={stage === 'stopped' ? restart : undefined}
      />
    );
  }
  return (
    <>
      <div className="preview-box" aria-busy={stage === 'preparing'}>
        {stage === 'preparing' && <ProgressBar label={t('preview.loading')} />}
        <iframe
          key={run}
          ref={frame}
          className="preview-frame"
          title={t('preview.frame', { name })}
          {...FRAMES[from ?? 'server']}
          referrerPolicy="no-referrer"
          style={height === undefined ? undefined : heightOf(Math.ceil(height))}
        />
      </div>
      {(stage === 'shown' || actions !== undefined) && (
        <div className="row">
          {stage === 'shown' && <PrintPages frame={frame} />}
          {actions}
        </div>
      )}
    </>
  );
}

/** The message about a document that is not drawn. */
function whyNot(stage: 'stopped' | FailureCode, mime: string) {
  switch (stage) {
    case 'unsupported':
      return /^image\/hei[cf]/i.test(mime) ? 'adding.notShown' : 'preview.unsupported';
    case 'stopped':
      return 'preview.stopped';
    case 'too_large':
      return 'preview.tooLarge';
    case 'malformed':
    case 'failed':
      return 'preview.failed';
  }
}

interface FallbackProps {
  readonly text: string;
  readonly onDownload?: (() => void) | undefined;
  readonly onRestart?: (() => void) | undefined;
}

function Fallback({ text, onDownload, onRestart }: FallbackProps) {
  const { t } = useTranslation();
  return (
    <Notice tone="info" icon="document">
      <p>{text}</p>
      <div className="row">
        {onDownload && (
          <Button icon="download" onPress={onDownload}>
            {t('common.download')}
          </Button>
        )}
        {onRestart && (
          <Button icon="retry" onPress={onRestart}>
            {t('preview.restart')}
          </Button>
        )}
      </div>
    </Notice>
  );
}

/** As much as fits on the screen. */
function heightOf(pixels: number): CSSProperties {
  return { height: `min(${pixels}px, 80dvh)` };
}
