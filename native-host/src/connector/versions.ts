/** Which of two product versions is newer. */

/** Whether `version` comes after `other`; both as MAJOR.MINOR.PATCH, anything else is never newer. */
export function isNewer(version: string, other: string): boolean {
  const ours = numbersOf(version);
  const theirs = numbersOf(other);
  if (ours === null || theirs === null) return false;
  for (let index = 0; index < ours.length; index += 1) {
    const difference = ours[index]! - theirs[index]!;
    if (difference !== 0) return difference > 0;
  }
  return false;
}

function numbersOf(version: string): readonly number[] | null {
  const match = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/.exec(version);
  return match === null ? null : match.slice(1).map(Number);
}
