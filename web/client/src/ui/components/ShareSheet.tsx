/** A share on paper: its QR, how to read it and when it ends, in both languages, since who reads it may be abroad. */
import { useEffect } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { LANGUAGES } from '../../i18n';
import { formatMoment } from '../../i18n/format';
import type { ShareView } from '../models';
import { useLanguage } from '../useLanguage';
import { QrCode } from './QrCode';

/** Prints once it is drawn; `onDone` when the browser's dialog was left. */
export function ShareSheet({ share, onDone }: { readonly share: ShareView; readonly onDone: () => void }) {
  const { t } = useTranslation();
  const own = useLanguage();
  useEffect(() => {
    window.addEventListener('afterprint', onDone);
    window.print();
    return () => window.removeEventListener('afterprint', onDone);
  }, [onDone]);
  const languages = [own, ...LANGUAGES.filter((language) => language !== own)];
  return createPortal(
    <div className="share-sheet">
      <h1>{share.label === '' ? t('shareMore.sheet.title') : share.label}</h1>
      <QrCode text={share.link ?? ''} label={t('common.qr')} />
      {languages.map((lng) => (
        <section key={lng} lang={lng}>
          <h2>{t('shareMore.sheet.title', { lng })}</h2>
          <p>{t('shareMore.sheet.scan', { lng })}</p>
          <p>
            <strong>
              {t('shareMore.sheet.end', { lng, date: formatMoment(share.notAfter, lng) })}{' '}
              {share.maxOpenings !== undefined &&
                t('shareMore.sheet.count', { lng, count: share.maxOpenings })}
            </strong>
          </p>
          {share.passcode && <p>{t('shareMore.sheet.passcode', { lng })}</p>}
          <p>{t('shareMore.sheet.keep', { lng })}</p>
        </section>
      ))}
    </div>,
    document.body,
  );
}
