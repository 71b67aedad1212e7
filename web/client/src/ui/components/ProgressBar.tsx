/**
 * Progress with a label and a value text; without `value` it only says that work goes on.
 *
 * Written out rather than React Aria's: a queue draws a dozen at once, while documents are sealed, and it is four attributes.
 */
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
  const said = text ?? (percent === undefined ? '' : formatPercent(percent / 100, language));
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={percent === undefined ? undefined : said}
      className={percent === undefined ? 'progress progress-indeterminate' : 'progress'}
    >
      <div className="progress-text">
        <span>{label}</span>
        <span>{said}</span>
      </div>
      <div className="progress-track">
        {/* Moved rather than made wider: nothing is laid out anew while documents are sealed. */}
        <div
          className="progress-fill"
          style={percent === undefined ? {} : { transform: `translateX(${percent - 100}%)` }}
        />
      </div>
    </div>
  );
}
