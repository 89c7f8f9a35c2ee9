/**
 * What to do about a trouble with the helper, step by step. Decides words and order for each trouble, system and origin;
 * that the trouble is over is noticed by the page.
 */
import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID } from '@jstorrent/native-host/identity';
import { t } from '../model/i18n.ts';
import type { LinkState, Trouble } from '../model/link.ts';
import { troubleIcon, troubleTitle } from '../model/link-words.ts';
import type { IconName } from '../ui/icon-names.ts';
import { installCommand, programCommand, updateCommand, type Origin, type System } from './commands.ts';

/** A trouble of the link. */
export type TroubleLink = LinkState & { readonly kind: 'trouble' };

/** Something the page can do on a click. */
type StepAction = 'retry' | 'updateExtension' | 'extensionsPage';

/** One step. */
export interface Step {
  readonly text: string;
  /** To be typed in a terminal. */
  readonly command?: string;
  readonly action?: StepAction;
}

/** What is shown of a trouble. */
export interface Plan {
  readonly tone: 'error' | 'warn';
  readonly icon: IconName;
  readonly title: string;
  readonly lead: string;
  readonly heading: string;
  readonly steps: readonly Step[];
  /** The browser's or the helper's own words; empty when they say no more than the title. */
  readonly said: string;
  /** The commands differ by system. */
  readonly isBySystem: boolean;
  /** For a report: stable, append-only. */
  readonly code: string;
}

/** What the plan depends on beside the trouble. */
export interface Surroundings {
  readonly system: System;
  readonly origin: Origin;
  /** Id and version of this extension. */
  readonly id: string;
  readonly version: string;
  /** Whether the browser lets a page open its extensions page. */
  readonly canOpenExtensions: boolean;
}

/** Code of each trouble in reports. */
export const CODES: Readonly<Record<Trouble, string>> = {
  missing: 'HOST_NOT_FOUND',
  forbidden: 'HOST_FORBIDDEN',
  crashed: 'HOST_EXITED',
  garbled: 'HOST_GARBLED',
  tooOld: 'EXTENSION_TOO_OLD',
  tooNew: 'HOST_TOO_OLD',
};

/** The plan for a trouble. */
export function planFor(trouble: TroubleLink, around: Surroundings): Plan {
  const { why, detail } = trouble;
  const parts = PLANS[why](trouble, around);
  return {
    tone: why === 'missing' || why === 'forbidden' ? 'error' : 'warn',
    icon: troubleIcon(why),
    title: troubleTitle(why),
    said: why === 'crashed' || why === 'garbled' ? detail : '',
    isBySystem: why !== 'tooOld' && parts.steps.some(({ command }) => command !== undefined),
    code: CODES[why],
    ...parts,
  };
}

type Parts = Pick<Plan, 'lead' | 'heading' | 'steps'>;

const PLANS: Readonly<Record<Trouble, (trouble: TroubleLink, around: Surroundings) => Parts>> = {
  missing: (_, around) => ({
    lead: t('setup_missing_lead'),
    heading: t('setup_missing_fix'),
    steps: [installStep(around)],
  }),
  forbidden: (_, around) => {
    const isOurs = around.id === CHROMIUM_EXTENSION_ID || around.id === FIREFOX_EXTENSION_ID;
    return {
      lead: t('setup_forbidden_lead'),
      heading: t('setup_forbidden_fix'),
      steps: isOurs
        ? [installStep(around, t('setup_forbidden_again'))]
        : [
            { text: t('setup_forbidden_other', around.id) },
            ...(around.canOpenExtensions
              ? [{ text: t('setup_forbidden_compare'), action: 'extensionsPage' as const }]
              : []),
          ],
    };
  },
  crashed: (_, around) => ({
    lead: t('setup_crashed_lead'),
    heading: t('setup_crashed_fix'),
    steps: mendSteps(around),
  }),
  garbled: (_, around) => ({
    lead: t('setup_garbled_lead'),
    heading: t('setup_garbled_fix'),
    steps: mendSteps(around),
  }),
  tooNew: ({ helper }, around) => ({
    lead:
      helper === null
        ? t('setup_helper_old_lead_unknown', around.version)
        : t('setup_helper_old_lead', helper, around.version),
    heading: t('setup_helper_old_fix'),
    steps: updateSteps(around),
  }),
  tooOld: ({ helper }, around) => ({
    lead:
      helper === null
        ? t('setup_extension_old_lead_unknown', around.version)
        : t('setup_extension_old_lead', helper, around.version),
    heading: t('setup_extension_old_fix'),
    steps: extensionSteps(around),
  }),
};

function installStep({ system, origin }: Surroundings, text = whereText(origin)): Step {
  return { text, command: installCommand(system, origin) };
}

/** Where a command is typed. */
export function whereText(origin: Origin): string {
  return t(origin === 'sources' ? 'setup_where_sources' : 'setup_where_download');
}

function mendSteps(around: Surroundings): readonly Step[] {
  const { system, origin } = around;
  return [
    { text: t('setup_doctor'), command: programCommand(system, origin, 'doctor') },
    installStep(around, t('setup_install_again')),
    { text: t('setup_start_again'), action: 'retry' },
  ];
}

function updateSteps(around: Surroundings): readonly Step[] {
  const { system, origin } = around;
  const update = updateCommand(origin);
  return [
    update === null
      ? { text: t('setup_update_download') }
      : { text: t('setup_update_sources'), command: update },
    installStep(around),
    { text: t('setup_update_stop'), command: programCommand(system, origin, 'service stop') },
  ];
}

function extensionSteps({ origin, canOpenExtensions }: Surroundings): readonly Step[] {
  const page = (text: string): Step => {
    if (!canOpenExtensions) return { text: t('setup_extension_page_words') };
    return { text, action: 'extensionsPage' };
  };
  const update = updateCommand(origin);
  return update === null
    ? [{ text: t('setup_extension_update'), action: 'updateExtension' }, page(t('setup_extension_page'))]
    : [{ text: t('setup_update_sources'), command: update }, page(t('setup_extension_reload'))];
}
