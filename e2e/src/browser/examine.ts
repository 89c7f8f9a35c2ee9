/**
 * Looks at pages as people with other eyes, screens and hands have them: axe's rules, both themes, no page wider than its
 * window. Decides what is looked at in each state; which states there are is decided by tests.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { EXTENSION, EXTENSION_ID, type Browser } from './chromium.ts';

const NARROW = { width: 320, height: 640 };
/** The palette alone differs between themes. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

/** A state of a page. */
export interface View {
  readonly name: string;
  /** Its address in the extension. */
  readonly page: string;
  readonly size: { readonly width: number; readonly height: number };
  /** Bring it into the state. */
  readonly prepare?: (page: Page) => Promise<void>;
  /** On a narrow page this is another state, or none. */
  readonly isWideOnly?: boolean;
}

/** Texts of the build in a language, by key; `$1`, `$2` … are what is given. */
export type Say = (key: string, ...values: readonly string[]) => string;

/** The texts of a language, as the browser has them. */
export function textsIn(language: string): Say {
  const file = join(EXTENSION, '_locales', language, 'messages.json');
  const texts = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { readonly message: string }>;
  return (key, ...values) => {
    const message = texts[key]?.message;
    if (message === undefined) throw new Error(`no text ${key} in ${language}`);
    return message.replaceAll(/\$(\d)/g, (_, number: string) => values[Number(number) - 1] ?? '');
  };
}

/** What is wrong with a state: light, narrow, and dark where it is not known from another language; a line for each fault. */
export async function faultsOf(
  browser: Browser,
  view: View,
  isDarkKnown = false,
): Promise<readonly string[]> {
  const page = await browser.context.newPage();
  const broken: string[] = [];
  page.on('pageerror', (error) => broken.push(`${view.name}: throws ${error.message}`));
  try {
    await page.bringToFront();
    await page.setViewportSize(view.size);
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.goto(`chrome-extension://${EXTENSION_ID}/${view.page}`);
    await view.prepare?.(page);
    const light = await axe(page, `${view.name}, light`);
    const dark = isDarkKnown ? [] : await darkFaults(page, view);
    return [
      ...light,
      ...dark,
      ...(view.isWideOnly === true ? [] : await narrowFaults(page, view)),
      ...broken,
    ];
  } catch (error) {
    return [`${view.name}: ${String(error)}`, ...broken];
  } finally {
    await page.close();
  }
}

async function darkFaults(page: Page, { name }: View): Promise<readonly string[]> {
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  return axe(page, `${name}, dark`, OF_COLOURS);
}

async function narrowFaults(page: Page, { name }: View): Promise<readonly string[]> {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.setViewportSize(NARROW);
  // The page looks at its width when a frame begins.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  const overhang = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  const wide = overhang > 0 ? [`${name}: ${overhang} px wider than a window of ${NARROW.width} px`] : [];
  return [...wide, ...(await axe(page, `${name}, narrow`))];
}

/** A fault, as axe tells of it. */
interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
}

/** The first look at a page brings axe into it; it stays for the others. */
async function axe(page: Page, where: string, rules: readonly string[] = []): Promise<readonly string[]> {
  const isThere = await page.evaluate<boolean>("'axe' in globalThis");
  const options = JSON.stringify({
    resultTypes: ['violations'],
    ...(rules.length === 0 ? {} : { runOnly: rules }),
  });
  const violations: readonly Violation[] = isThere
    ? await page.evaluate(`axe.run(${options}).then((all) => all.violations)`)
    : (await new AxeBuilder({ page }).setLegacyMode(true).analyze()).violations;
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => {
      const [, why = ''] = failureSummary.split('\n');
      return `${where}: ${id} at ${target.join(' ')}: ${why.trim()}`;
    }),
  );
}
