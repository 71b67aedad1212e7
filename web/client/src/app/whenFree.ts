/** Waiting for a moment in which nothing is cut off. */
const LOOK = 1000;

/** Runs `act` once, as soon as nothing is busy; looks every second. What comes back gives it up. */
export function whenFree(isBusy: () => boolean, act: () => void): () => void {
  const timer = setInterval(() => {
    if (isBusy()) return;
    clearInterval(timer);
    act();
  }, LOOK);
  return () => clearInterval(timer);
}
