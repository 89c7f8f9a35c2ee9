/**
 * Shape and colour of a label: what the user chose, or one that follows from its name. Decides which of a few; colours
 * themselves stand in the styles (`lc-…`).
 */
import browser from 'webextension-polyfill';
import { Cell, type Observable } from './observable.ts';

/** Shapes, as classes of `.dot`. */
export const LABEL_SHAPES = ['sq', 'ci', 'di', 'tr'] as const;
/** Colours, as classes. */
export const LABEL_COLOURS = ['lc-1', 'lc-2', 'lc-3', 'lc-4', 'lc-5', 'lc-6', 'lc-7', 'lc-8'] as const;

/** How a label looks. */
export interface LabelLook {
  readonly shape: (typeof LABEL_SHAPES)[number];
  readonly colour: (typeof LABEL_COLOURS)[number];
}

type Looks = Readonly<Record<string, LabelLook>>;

const KEY = 'labelLooks';
const cell = new Cell<Looks>({});

/** Looks that the user chose, by label; they follow changes made in other pages. */
export const labelLooks: Observable<Looks> = cell;

const take = (value: unknown): void => cell.set(readLooks(value));
const ready = browser.storage.local
  .get(KEY)
  .then((stored) => take(stored[KEY]))
  .catch(() => {});
browser.storage.local.onChanged?.addListener((changes) => {
  const change = changes[KEY];
  if (change !== undefined) take(change.newValue);
});

/** How a label looks; one that the user did not choose for looks the same everywhere and always. */
export function lookOf(label: string): LabelLook {
  const chosen = chosenFor(label);
  if (chosen !== undefined) return chosen;
  let hash = 7;
  for (const letter of label) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
  return {
    shape: LABEL_SHAPES[hash % LABEL_SHAPES.length] ?? 'sq',
    colour: LABEL_COLOURS[Math.floor(hash / LABEL_SHAPES.length) % LABEL_COLOURS.length] ?? 'lc-1',
  };
}

/** Labels are called what the user likes, also `constructor`. */
function chosenFor(label: string): LabelLook | undefined {
  return Object.hasOwn(cell.value, label) ? cell.value[label] : undefined;
}

/** Classes of the dot of a label. */
export function dotClass(label: string): string {
  const { shape, colour } = lookOf(label);
  return `dot ${shape} ${colour}`;
}

/** Choose how a label looks. */
export async function setLabelLook(label: string, look: LabelLook): Promise<void> {
  await ready;
  await keep({ ...cell.value, [label]: look });
}

/** A label has another name, or none any more: its look goes with it. */
export async function renameLabelLook(label: string, name: string | null): Promise<void> {
  await ready;
  const look = chosenFor(label);
  const { [label]: _, ...rest } = cell.value;
  if (look !== undefined) await keep(name === null ? rest : { ...rest, [name]: look });
}

async function keep(looks: Looks): Promise<void> {
  cell.set(looks);
  await browser.storage.local.set({ [KEY]: looks });
}

function readLooks(value: unknown): Looks {
  const looks: Record<string, LabelLook> = {};
  for (const [label, look] of Object.entries(value ?? {})) {
    const { shape, colour } = (look ?? {}) as Partial<LabelLook>;
    if (
      shape !== undefined &&
      colour !== undefined &&
      LABEL_SHAPES.includes(shape) &&
      LABEL_COLOURS.includes(colour)
    )
      looks[label] = { shape, colour };
  }
  return looks;
}
