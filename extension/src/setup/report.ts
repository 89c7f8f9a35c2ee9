/** What is copied for somebody who helps: versions and the trouble, no names, paths or addresses. */
import type { LinkState } from '../model/link.ts';
import { CODES } from './plan.ts';

/** What a report is made of. */
export interface ReportFacts {
  readonly link: LinkState;
  readonly id: string;
  readonly version: string;
  readonly protocol: number;
  readonly system: string;
  readonly userAgent: string;
  readonly now: number;
}

/** The report, a fact a line. */
export function reportText(facts: ReportFacts): string {
  const { link } = facts;
  const lines = [
    `JSTorrent ${facts.version}, protocol ${facts.protocol}, extension ${facts.id}`,
    `System: ${facts.system}`,
    `Browser: ${browserName(facts.userAgent)}`,
    `Time: ${new Date(facts.now).toISOString()}`,
  ];
  if (link.kind === 'trouble') {
    lines.push(`Helper: ${CODES[link.why]}${link.helper === null ? '' : `, version ${link.helper}`}`);
    if (link.detail !== '') lines.push(`Words: ${link.detail}`);
  } else if (link.kind === 'ready')
    lines.push(`Helper: connected, version ${link.version}, ${link.platform}`);
  else lines.push(`Helper: ${link.kind}`);
  return `${lines.join('\n')}\n`;
}

/** `Chrome 141`, `Firefox 140`: name and main version by the browser's own words. */
export function browserName(userAgent: string): string {
  const found = /(Firefox|Edg|OPR|Vivaldi|Chrome)\/(\d+)/.exec(
    // The one that comes last is the most exact.
    userAgent.split(' ').toReversed().join(' '),
  );
  const names: Readonly<Record<string, string>> = { Edg: 'Edge', OPR: 'Opera' };
  const name = found?.[1] ?? '';
  return found === null ? userAgent : `${names[name] ?? name} ${found[2]}`;
}
