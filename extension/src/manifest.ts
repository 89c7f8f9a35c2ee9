/** The manifest of the extension for each family of browsers. Decides permissions, ids and what opens where. */
import { EXTENSION_PUBLIC_KEY, FIREFOX_EXTENSION_ID } from '@jstorrent/native-host/identity';
import packageJson from '../package.json' with { type: 'json' };

/** A family of browsers that is built for. */
export type Target = 'chrome' | 'firefox';

/** What pages may load. */
const CSP =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const ICONS = { 16: 'icons/idle-16.png', 32: 'icons/idle-32.png' };

/** Added while a server with hot reload serves the pages. */
export const WHILE_SERVED = {
  content_security_policy: {
    extension_pages: CSP.replace(
      "connect-src 'self'",
      "connect-src 'self' http://localhost:* ws://localhost:*",
    ),
  },
} as const;

/** The manifest. `extra` are members that a test build adds. */
export function manifestOf(
  target: Target,
  extra: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const worker = 'background/main.ts';
  const forTarget =
    target === 'chrome'
      ? {
          key: EXTENSION_PUBLIC_KEY,
          minimum_chrome_version: '123',
          background: { service_worker: worker, type: 'module' },
          externally_connectable: { ids: [] },
          // Where a site sends the user for a magnet link, after registerProtocolHandler.
          web_accessible_resources: [{ resources: ['magnet.html'], matches: ['*://*/*'] }],
        }
      : {
          background: { scripts: [worker], type: 'module' },
          protocol_handlers: [{ protocol: 'magnet', name: 'JSTorrent', uriTemplate: '/magnet.html?u=%s' }],
          browser_specific_settings: {
            gecko: {
              id: FIREFOX_EXTENSION_ID,
              strict_min_version: '128.0',
              data_collection_permissions: { required: ['none'] },
            },
          },
        };
  return {
    manifest_version: 3,
    name: '__MSG_extension_name__',
    description: '__MSG_extension_description__',
    version: packageJson.version,
    default_locale: 'en',
    icons: {
      16: 'icons/store-16.png',
      32: 'icons/store-32.png',
      48: 'icons/store-48.png',
      128: 'icons/store-128.png',
    },
    action: { default_popup: 'popup.html', default_icon: ICONS, default_title: 'JSTorrent' },
    options_ui: { page: 'settings.html', open_in_tab: true },
    omnibox: { keyword: 'jst' },
    permissions: ['nativeMessaging', 'storage', 'contextMenus', 'alarms', 'activeTab', 'scripting'],
    optional_permissions: ['downloads', 'notifications'],
    optional_host_permissions: ['*://*/*'],
    content_security_policy: { extension_pages: CSP },
    ...forTarget,
    ...extra,
  };
}
