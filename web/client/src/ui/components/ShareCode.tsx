/** A share's QR code and link, with the time that is left. */
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ShareView } from '../models';
import { Button } from './Button';
import { Card } from './Card';
import { CopyField } from './CopyField';
import { Notice } from './Notice';
import { QrCode } from './QrCode';
import { QrFullScreen } from './QrFullScreen';
import { Remaining } from './Remaining';
import { ShareSheet } from './ShareSheet';

export function ShareCode({
  share,
  onEnd,
}: {
  readonly share: ShareView;
  readonly onEnd?: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<'large' | 'paper' | null>(null);
  const back = useCallback(() => setShown(null), []);
  if (share.state !== 'active') {
    return (
      <Card title={share.label}>
        <Notice icon="clock">
          <p>{t('shareNew.over')}</p>
        </Notice>
      </Card>
    );
  }
  return (
    <Card title={share.label}>
      {share.link !== undefined && <QrCode text={share.link} label={t('common.qr')} />}
      <p className="remaining">
        <Remaining end={share.notAfter} over={t('shareStates.expired')}>
          {(time) => t('shareNew.remaining', { time })}
        </Remaining>
      </p>
      {share.link !== undefined && (
        <div className="row">
          <Button variant="primary" icon="qr" onPress={() => setShown('large')}>
            {t('shareMore.fullScreen')}
          </Button>
          <Button icon="print" onPress={() => setShown('paper')}>
            {t('shareMore.print')}
          </Button>
        </div>
      )}
      {share.link !== undefined && (
        <QrFullScreen text={share.link} title={share.label} open={shown === 'large'} onClose={back} />
      )}
      {share.link !== undefined && shown === 'paper' && <ShareSheet share={share} onDone={back} />}
      {share.link !== undefined && <CopyField label={t('shareNew.link')} text={share.link} />}
      <ul className="share-documents">
        {share.documents.map((title, index) => (
          <li key={index}>{title}</li>
        ))}
      </ul>
      {onEnd && (
        <div>
          <Button variant="danger" pending={share.ending ?? false} onPress={onEnd}>
            {share.ending === true ? t('shares.ending') : t('shareNew.endNow')}
          </Button>
        </div>
      )}
    </Card>
  );
}
