/** Labels of several torrents as boxes, and what a changed box means for them. */

/** Whether all, some or none of the torrents have a label. */
export type LabelState = 'all' | 'some' | 'none';

/** The boxes for labels of torrents, and for those that are known besides. */
export function labelStates(
  labels: readonly (readonly string[])[],
  known: readonly string[],
): ReadonlyMap<string, LabelState> {
  const states = new Map<string, LabelState>();
  for (const label of [...known, ...labels.flat()]) {
    const count = labels.filter((own) => own.includes(label)).length;
    states.set(label, count === 0 ? 'none' : count === labels.length ? 'all' : 'some');
  }
  return states;
}

/** What to give and to take; what was not touched stays as it is on each. */
export function labelChange(
  before: ReadonlyMap<string, LabelState>,
  now: ReadonlyMap<string, LabelState>,
): { readonly add: readonly string[]; readonly remove: readonly string[] } {
  const changed = [...now].filter(([label, state]) => (before.get(label) ?? 'none') !== state);
  const of = (wanted: LabelState): string[] =>
    changed.filter(([, state]) => state === wanted).map(([label]) => label);
  return { add: of('all'), remove: of('none') };
}
