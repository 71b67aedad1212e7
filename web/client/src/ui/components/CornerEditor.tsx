/** A photo with four corners to put onto those of the sheet: by finger, mouse or arrow keys. */
import { useRef } from 'react';
import type { CSSProperties, KeyboardEvent, PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { formatPercent } from '../../i18n/format';
import { withCorner, type Corners } from '../capturedPages';
import { useLanguage } from '../useLanguage';

export interface CornerEditorProps {
  readonly photo: string;
  readonly width: number;
  readonly height: number;
  readonly corners: Corners;
  readonly onCorners: (corners: Corners) => void;
}

const NAMES = ['topLeft', 'topRight', 'bottomRight', 'bottomLeft'] as const;
/** Parts of the photo that a key moves a corner by, and with the shift key. */
const STEP = 0.01;
const LEAP = 0.05;
const KEYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export function CornerEditor({ photo, width, height, corners, onCorners }: CornerEditorProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const drag = (index: number) => (event: PointerEvent<HTMLButtonElement>) => {
    const area = box.current?.getBoundingClientRect();
    if (area === undefined || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const to = { x: (event.clientX - area.left) / area.width, y: (event.clientY - area.top) / area.height };
    onCorners(withCorner(corners, index, to));
  };
  const press = (index: number) => (event: KeyboardEvent) => {
    const step = KEYS[event.key];
    const corner = corners[index];
    if (step === undefined || corner === undefined) return;
    event.preventDefault();
    const by = event.shiftKey ? LEAP : STEP;
    onCorners(withCorner(corners, index, { x: corner.x + step[0] * by, y: corner.y + step[1] * by }));
  };
  return (
    <div className="crop" role="group" aria-label={t('capture.crop.area')}>
      <div ref={box} className="crop-photo" style={{ '--ratio': width / height } as CSSProperties}>
        <img src={photo} alt="" draggable={false} />
        <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
          <path className="crop-outside" fillRule="evenodd" d={`M0 0H1V1H0Z ${outline(corners)}`} />
          <path className="crop-sheet" d={outline(corners)} />
        </svg>
        {corners.map((corner, index) => (
          <Corner
            key={NAMES[index]}
            index={index}
            x={corner.x}
            y={corner.y}
            onKeyDown={press(index)}
            onPointerMove={drag(index)}
          />
        ))}
      </div>
    </div>
  );
}

interface CornerProps {
  readonly index: number;
  readonly x: number;
  readonly y: number;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onPointerMove: (event: PointerEvent<HTMLButtonElement>) => void;
}

function Corner({ index, x, y, onKeyDown, onPointerMove }: CornerProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const corner = t(`capture.crop.corners.${NAMES[index] ?? 'topLeft'}`);
  const place = { corner, x: formatPercent(x, language), y: formatPercent(y, language) };
  return (
    <button
      type="button"
      className="crop-corner"
      style={{ left: `${x * 100}%`, top: `${y * 100}%` }}
      aria-label={t('capture.crop.place', place)}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
    />
  );
}

function outline(corners: Corners): string {
  return `M${corners.map(({ x, y }) => `${x} ${y}`).join('L')}Z`;
}
