/** Two fingers, Ctrl with the wheel, and dragging with the mouse, on a pane that scrolls. */
export interface Zoomable {
  /** `at`: the point of the window that stays where it is. */
  readonly zoomBy: (factor: number, at?: readonly [number, number]) => void;
}

export function zoomByGestures(pane: HTMLElement, target: Zoomable): void {
  pane.addEventListener(
    'wheel',
    (event) => {
      // A trackpad's pinch comes as a wheel with Ctrl.
      if (!event.ctrlKey) return;
      event.preventDefault();
      target.zoomBy(wheelFactor(event.deltaY, event.deltaMode), [event.clientX, event.clientY]);
    },
    { passive: false },
  );
  let apart = 0;
  pane.addEventListener(
    'touchmove',
    (event) => {
      const [one, other] = event.touches;
      if (one === undefined || other === undefined) return;
      event.preventDefault();
      const now = Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
      const middle = [(one.clientX + other.clientX) / 2, (one.clientY + other.clientY) / 2] as const;
      if (apart > 0 && now > 0) target.zoomBy(now / apart, middle);
      apart = now;
    },
    { passive: false },
  );
  const stop = () => {
    apart = 0;
  };
  pane.addEventListener('touchstart', stop);
  pane.addEventListener('touchend', stop);
  pane.addEventListener('touchcancel', stop);
}

/** A wheel's step to a factor: a notch of a mouse is about a tenth, a trackpad's many small ones add up to as much. */
export function wheelFactor(delta: number, mode: number): number {
  const pixels = mode === 0 ? delta : delta * 40;
  return Math.exp(-Math.max(-60, Math.min(60, pixels)) / 400);
}

/** Drags what is larger than the pane, with the mouse alone: fingers scroll by themselves. */
export function panByMouse(pane: HTMLElement, wanted: () => boolean): void {
  let from: { readonly x: number; readonly y: number; readonly left: number; readonly top: number } | null =
    null;
  pane.addEventListener('pointerdown', (event) => {
    if (event.pointerType !== 'mouse' || event.button !== 0 || !wanted()) return;
    // Beside the content is the pane's scroll bar.
    if (event.offsetX > pane.clientWidth && event.target === pane) return;
    from = { x: event.clientX, y: event.clientY, left: pane.scrollLeft, top: pane.scrollTop };
    pane.setPointerCapture(event.pointerId);
    pane.classList.add('panning');
  });
  pane.addEventListener('pointermove', (event) => {
    if (from === null) return;
    pane.scrollLeft = from.left - (event.clientX - from.x);
    pane.scrollTop = from.top - (event.clientY - from.y);
  });
  const stop = () => {
    from = null;
    pane.classList.remove('panning');
  };
  pane.addEventListener('pointerup', stop);
  pane.addEventListener('pointercancel', stop);
}
