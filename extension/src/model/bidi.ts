/** Keeps figures and names whole inside of sentences that are written in the other direction (Unicode's isolates). */

/** A figure, path or address, which is written from left to right. */
export function ltrPart(text: string): string {
  return text === '' ? '' : `\u2066${text}\u2069`;
}

/** A name or a few words, in whichever direction they begin. */
export function ownPart(text: string): string {
  return text === '' ? '' : `\u2068${text}\u2069`;
}

/** A text without these marks, to be read out. */
export function withoutMarks(text: string): string {
  return text.replaceAll(/[\u2066-\u2069]/g, '');
}
