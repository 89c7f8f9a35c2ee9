/** Turns: the time is read once, commands to the plane are collected and handed over at the end. */
import type { Clock, Digests, Plane, PlaneCommand, Random } from './ports.ts';
import type { Turn } from './swarm/turn.ts';

/** What turns are made with. */
export interface TurnParts {
  readonly plane: Plane;
  readonly clock: Clock;
  readonly random: Random;
  readonly digests: Digests;
  /** What follows from the inputs of a turn, at its end. */
  settle(turn: Turn): void;
}

export class Turns {
  readonly #parts: TurnParts;
  #turn: Turn | null = null;
  /** Several calls are one turn. */
  #isBatch = false;

  constructor(parts: TurnParts) {
    this.#parts = parts;
  }

  /** The time of this turn, or the present one between turns. */
  get nowMs(): number {
    return this.#turn?.nowMs ?? this.#parts.clock.now();
  }

  /** One input is one turn. */
  run<T>(input: (turn: Turn) => T): T {
    if (this.#turn !== null) {
      if (this.#isBatch) return input(this.#turn);
      throw new Error('the engine was called from inside a turn');
    }
    const { plane, clock, random, digests } = this.#parts;
    const commands: PlaneCommand[] = [];
    const push = (command: PlaneCommand): void => {
      commands.push(command);
    };
    const turn: Turn = { nowMs: clock.now(), push, random, digests };
    this.#turn = turn;
    try {
      const result = input(turn);
      this.#parts.settle(turn);
      return result;
    } finally {
      this.#turn = null;
      if (commands.length > 0) plane.submit(commands);
    }
  }

  /** All calls of `act` are one turn. */
  batch(act: () => void): void {
    this.run(() => {
      if (this.#isBatch) return act();
      this.#isBatch = true;
      try {
        act();
      } finally {
        this.#isBatch = false;
      }
    });
  }
}
