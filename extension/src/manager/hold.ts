/**
 * When rows keep their places: while the pointer is in the list, a modifier is down, a menu is open, something is dragged,
 * or the selection was just made. What keeping means is decided by list-model.ts.
 */

/** Why rows are held. */
export type HoldReason = 'pointer' | 'modifier' | 'menu' | 'drag' | 'selection';

/** So long a new selection holds. */
const SELECTION_MS = 2000;

/** Why rows are held at the moment. */
export class Hold {
  readonly #reasons = new Set<HoldReason>();
  readonly #onChange: () => void;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** `onChange` is called when it begins and when it ends. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get isOn(): boolean {
    return this.#reasons.size > 0;
  }

  /** A reason holds, or no longer. */
  set(reason: HoldReason, isOn: boolean): void {
    const before = this.isOn;
    if (isOn) this.#reasons.add(reason);
    else this.#reasons.delete(reason);
    if (before !== this.isOn) this.#onChange();
  }

  /** There are no rows any more, so nothing tells that the pointer or what was dragged has left them. */
  leaveRows(): void {
    this.#reasons.delete('pointer');
    this.#reasons.delete('drag');
  }

  /** The selection was made just now. */
  selected(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.set('selection', false), SELECTION_MS);
    this.set('selection', true);
  }
}
