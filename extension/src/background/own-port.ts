/** The worker's own place at the hub, as a page has one over a port of the browser. Decides only that messages arrive in turn. */
import type { FromPage, ToPage } from '../model/link.ts';
import type { PagePort } from '../model/session.ts';
import type { Hub, PageEnd } from './hub.ts';

/** A port to the hub that needs no browser; what is said arrives after the caller is done. */
export function ownPort(hub: Hub): PagePort {
  const toHub: ((message: unknown) => void)[] = [];
  const toPage: ((message: unknown) => void)[] = [];
  const onGone: (() => void)[] = [];
  let isOpen = true;
  const deliver = (listeners: readonly ((message: unknown) => void)[], message: FromPage | ToPage): void =>
    queueMicrotask(() => {
      if (isOpen) for (const listener of listeners) listener(message);
    });
  const page: PageEnd = {
    postMessage: (message) => deliver(toPage, message),
    onMessage: { addListener: (listener) => void toHub.push(listener) },
    onDisconnect: { addListener: (listener) => void onGone.push(listener) },
  };
  hub.join(page, true);
  return {
    postMessage: (message) => deliver(toHub, message),
    disconnect: () => {
      if (!isOpen) return;
      isOpen = false;
      for (const listener of onGone) listener();
    },
    onMessage: { addListener: (listener) => void toPage.push(listener) },
    onDisconnect: { addListener: () => {} },
  };
}
