/** The background worker: every listener is registered here, at once, so that the browser can wake it for any of them. */
import browser from 'webextension-polyfill';
import { PAGE_PORT } from '../model/link.ts';
import { Hub, type PageEnd } from './hub.ts';
import { connectNative, NativeLink } from './native-link.ts';

const link = new NativeLink({
  connect: connectNative,
  version: browser.runtime.getManifest().version,
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  now: () => Date.now(),
});
const hub = new Hub(link);

browser.runtime.onConnect.addListener((port) => {
  const isOwn =
    port.sender?.id === browser.runtime.id && port.sender.url?.startsWith(browser.runtime.getURL(''));
  if (port.name !== PAGE_PORT || isOwn !== true) return port.disconnect();
  hub.join(port as unknown as PageEnd);
});
browser.runtime.onStartup.addListener(() => link.start());
browser.runtime.onInstalled.addListener(() => link.start());
