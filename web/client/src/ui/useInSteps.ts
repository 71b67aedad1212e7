/** A long list that is drawn a few entries a frame, so that a slow device stays awake between them. */
import { useEffect, useState } from 'react';

/** How many of `count` are drawn by now: at first `step`, and as many more with each frame. */
export function useInSteps(count: number, step: number): number {
  const [drawn, setDrawn] = useState(step);
  useEffect(() => {
    if (drawn >= count) return;
    const frame = requestAnimationFrame(() => setDrawn(drawn + step));
    return () => cancelAnimationFrame(frame);
  }, [drawn, count, step]);
  return Math.min(drawn, count);
}
