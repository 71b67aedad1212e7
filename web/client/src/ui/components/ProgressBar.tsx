/** Progress with a label and a value text; without `value` it only says that work goes on. */
import { ProgressBar as AriaProgressBar } from 'react-aria-components';
import { formatPercent } from '../../i18n/format';
import { useLanguage } from '../useLanguage';

export interface ProgressBarProps {
  readonly label: string;
  /** From 0 to 1. */
  readonly value?: number | undefined;
  readonly text?: string;
}

export function ProgressBar({ label, value, text }: ProgressBarProps) {
  const language = useLanguage();
  const percent = value === undefined ? undefined : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <AriaProgressBar
      aria-label={label}
      value={percent ?? 0}
      valueLabel={text}
      isIndeterminate={percent === undefined}
      className={percent === undefined ? 'progress progress-indeterminate' : 'progress'}
    >
      <div className="progress-text">
        <span>{label}</span>
        <span>{text ?? (percent === undefined ? '' : formatPercent(percent / 100, language))}</span>
      </div>
      <div className="progress-track">
        {/* Moved rather than made wider: nothing is laid out anew while documents are sealed. */}
        <div
          className="progress-fill"
          style={percent === undefined ? {} : { transform: `translateX(${percent - 100}%)` }}
        />
      </div>
    </AriaProgressBar>
  );
}
