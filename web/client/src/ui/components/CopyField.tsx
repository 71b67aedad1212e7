/** A text to copy: a link, a fingerprint. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './Button';

export interface CopyFieldProps {
  readonly label: string;
  readonly text: string;
  /** Show all of it on several lines instead of cutting it. */
  readonly wrap?: boolean;
}

export function CopyField({ label, text, wrap = false }: CopyFieldProps) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard.writeText(text).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 2500);
    });
  };
  return (
    <div className="field">
      <span className="field-label">{label}</span>
      <div className={wrap ? 'copy copy-wrap' : 'copy'}>
        <span className="copy-text">{text}</span>
        <Button icon={copied ? 'check' : 'copy'} onPress={copy}>
          {copied ? t('common.copied') : t('common.copy')}
        </Button>
      </div>
      <span role="status" className="visually-hidden">
        {copied ? t('common.copied') : ''}
      </span>
    </div>
  );
}
