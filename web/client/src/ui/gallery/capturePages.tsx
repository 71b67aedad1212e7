/** Photographing pages, in its states. */
import { WHOLE, type CapturedPage, type Corners } from '../capturedPages';
import { Capture, type CaptureState } from '../pages/Capture';
import type { Samples } from './sample';
import { PATIENT } from './samples';

const nothing = () => undefined;
const SLANTED: Corners = [
  { x: 0.14, y: 0.1 },
  { x: 0.84, y: 0.05 },
  { x: 0.95, y: 0.9 },
  { x: 0.06, y: 0.95 },
];

/** A sheet of paper on a table, drawn. */
function sheet(corners: Corners, lines: string): string {
  const around = corners.map(({ x, y }) => `${x * 300} ${y * 400}`).join('L');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="400"><path fill="#6b5a48" d="M0 0h300v400H0Z"/><path fill="#fdfcf7" d="M${around}Z"/><path stroke="#333" stroke-width="5" d="${lines}"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

const LINES = 'M60 90H180M60 130H240M60 160H230M60 190H236M60 220H190';
const pages: readonly CapturedPage[] = [SLANTED, WHOLE, WHOLE, WHOLE, WHOLE].map((corners, index) => ({
  id: `page-${index + 1}`,
  photo: sheet(corners, LINES),
  width: 300,
  height: 400,
  shown: sheet(WHOLE, index % 2 === 0 ? LINES : `${LINES}M60 260H240M60 290H150`),
  corners,
  turn: 0,
}));

function of(given: {
  readonly pages?: readonly CapturedPage[];
  readonly state?: CaptureState;
  readonly editing?: string;
}) {
  return {
    path: '/vault',
    account: PATIENT,
    page: (
      <Capture
        open
        pages={pages}
        state={{ stage: 'idle' }}
        onPhotos={nothing}
        onOrder={nothing}
        onCut={nothing}
        onRemove={nothing}
        onMake={nothing}
        onClose={nothing}
        {...given}
      />
    ),
  };
}

export const CAPTURE_PAGES: Samples = {
  capture: of({}),
  'capture-empty': of({ pages: [] }),
  'capture-reading': of({ pages: pages.slice(0, 1), state: { stage: 'reading' } }),
  'capture-unreadable': of({
    pages: pages.slice(0, 2),
    state: { stage: 'unreadable', name: 'IMG_0412.HEIC' },
  }),
  'capture-making': of({ state: { stage: 'making', done: 2 } }),
  'capture-failed': of({ state: { stage: 'failed' } }),
  'capture-crop': of({ editing: 'page-1' }),
};
