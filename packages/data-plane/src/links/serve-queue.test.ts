import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ServeRange } from './serve-queue.ts';
import { ServeQueue } from './serve-queue.ts';

/** The messages of a range as texts. */
function messagesOf({ piece, offset, length, blockLength }: ServeRange): string[] {
  const messages: string[] = [];
  for (let done = 0; done < length; done += blockLength) {
    messages.push(`${piece}:${offset + done}+${Math.min(blockLength, length - done)}`);
  }
  return messages;
}

describe('a serve queue', () => {
  test('gives back exactly the messages that were queued and not dropped, in order', () => {
    const range = fc.record({
      piece: fc.nat(1),
      offset: fc.nat(20).map((block) => block * 10),
      length: fc.integer({ min: 1, max: 60 }),
      blockLength: fc.constantFrom(10, 20),
    });
    const step = fc.oneof(
      range.map((one) => ({ type: 'push' as const, range: one })),
      fc.nat(50).map((bytes) => ({ type: 'take' as const, bytes })),
      range.map((one) => ({ type: 'drop' as const, range: one })),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const queue = new ServeQueue();
        let model: string[] = [];
        for (const one of steps) {
          if (one.type === 'push') {
            queue.push(one.range);
            model.push(...messagesOf(one.range));
          } else if (one.type === 'take') {
            const run = queue.peek(one.bytes);
            expect(run === null).toBe(model.length === 0);
            if (run === null) continue;
            queue.take(run);
            const taken = messagesOf(run);
            expect(model.splice(0, taken.length)).toEqual(taken);
            expect(run.length <= one.bytes || taken.length === 1).toBe(true);
          } else {
            const { piece, offset, length } = one.range;
            const isInside = (message: string): boolean => {
              const [its = 0, from = 0, size = 0] = message.split(/[:+]/).map(Number);
              return its === piece && from >= offset && from + size <= offset + length;
            };
            const dropped = queue.drop(piece, offset, length).flatMap(messagesOf);
            expect(dropped).toEqual(model.filter(isInside));
            model = model.filter((message) => !isInside(message));
          }
          queue.checkInvariants();
        }
      }),
      { numRuns: 300 },
    );
  });

  test('joins ranges that follow each other, so that they are read at once', () => {
    const queue = new ServeQueue();
    for (let offset = 0; offset < 100; offset += 10) {
      queue.push({ piece: 0, offset, length: 10, blockLength: 10 });
    }
    queue.push({ piece: 0, offset: 100, length: 3, blockLength: 3 });
    expect(queue.ranges).toBe(1);
    expect(queue.peek(1000)).toEqual({ piece: 0, offset: 0, length: 103, blockLength: 10 });
  });
});
