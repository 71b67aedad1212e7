/** A long list that is drawn a few entries a frame, so that a slow device stays awake between them. */
import { startTransition, useEffect, useState } from 'react';

/**
 * How many of `count` are drawn by now: `step` more with each frame. A few are drawn at once; of many none is at first, so that what
 * they stand in comes alone.
 */
export function useInSteps(count: number, step: number): number {
  const [drawn, setDrawn] = useState(count <= step ? count : 0);
  useEffect(() => {
    if (drawn >= count) return;
    const frame = requestAnimationFrame(() => startTransition(() => setDrawn(drawn + step)));
    return () => cancelAnimationFrame(frame);
  }, [drawn, count, step]);
  return Math.min(drawn, count);
}
