/** When a page has been drawn for the first time. */

/** A page that nobody sees is not drawn: it does not wait for longer. */
const PATIENCE_MS = 150;

/** Runs something once, after the next frame. */
export function afterFrame(run: () => void): void {
  let isOver = false;
  const once = (): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    run();
  };
  const timer = setTimeout(once, PATIENCE_MS);
  requestAnimationFrame(() => setTimeout(once));
}

/** Notes in the page's own timeline when torrents were seen; for measurements. */
export function markDrawn(): void {
  afterFrame(() => performance.mark('torrents drawn'));
}
