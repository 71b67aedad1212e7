/** Reads a QR code with the camera, on this device. The decoder is loaded only when the camera is started. */
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readQrCodes } from '../qrReader';
import { Button } from './Button';
import { ErrorNotice } from './Notice';

export function QrScanner({ onText }: { readonly onText: (text: string) => void }) {
  const { t } = useTranslation();
  const [on, setOn] = useState(false);
  const [failed, setFailed] = useState(false);
  if (!on) {
    return (
      <>
        {failed && <ErrorNotice error="camera" />}
        <Button
          variant="primary"
          icon="scan"
          wide
          onPress={() => {
            setFailed(false);
            setOn(true);
          }}
        >
          {t('redeem.scan')}
        </Button>
      </>
    );
  }
  const stop = () => setOn(false);
  return (
    <Camera
      onText={(text) => {
        stop();
        onText(text);
      }}
      onFailed={() => {
        setFailed(true);
        stop();
      }}
      onStop={stop}
    />
  );
}

interface CameraProps {
  readonly onText: (text: string) => void;
  readonly onFailed: () => void;
  readonly onStop: () => void;
}

function Camera({ onText, onFailed, onStop }: CameraProps) {
  const { t } = useTranslation();
  const video = useRef<HTMLVideoElement>(null);
  const report = useRef({ onText, onFailed });
  useEffect(() => {
    report.current = { onText, onFailed };
  });
  useEffect(() => {
    const ended = new AbortController();
    const element = video.current;
    if (element) {
      readQrCodes(element, ended.signal).then(
        (text) => report.current.onText(text),
        () => {
          if (!ended.signal.aborted) report.current.onFailed();
        },
      );
    }
    return () => ended.abort();
  }, []);
  return (
    <div className="stack">
      <video ref={video} className="scanner" muted playsInline aria-label={t('redeem.camera')} />
      <p role="status">{t('redeem.scanning')}</p>
      <Button onPress={onStop}>{t('redeem.stopScan')}</Button>
    </div>
  );
}
