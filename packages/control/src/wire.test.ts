/** One connection that speaks for several front ends: each has its own greeting, ids, events and end. */
import { describe, expect, it } from 'vitest';
import { CONTROL_LIMITS } from './limits.ts';
import { serveRaw } from './testing/service.ts';

const hello = (session: number) => ({
  session,
  message: { id: 0, call: 'hello', params: { protocol: 2, name: `page ${session}`, version: '1' } },
});

describe('a session', () => {
  it('greets and is answered by itself, with ids of its own', () => {
    const service = serveRaw({ 'list.subscribe': () => ({}) });
    service.say(hello(1), hello(2), { session: 1, message: { id: 1, call: 'list.subscribe' } });
    service.say({ session: 2, message: { id: 1, call: 'torrent.cancelMove', params: { ids: [] } } });
    expect(service.received.map(({ session }) => session)).toEqual([1, 2, 1, 2]);
    expect(service.received[2]).toEqual({ session: 1, message: { id: 1, result: {} } });
    expect(service.connections.map(({ peer }) => peer?.name)).toEqual(['test', 'page 1', 'page 2']);
  });

  it('has to say hello even when the connection did', () => {
    const service = serveRaw();
    service.say({ session: 7, message: { id: 1, call: 'ping' } });
    expect(service.received).toMatchObject([
      { session: 7, message: { id: 1, error: { code: 'HELLO_FIRST' } } },
    ]);
  });

  it('hears its own events alone', () => {
    const service = serveRaw();
    service.say(hello(3), hello(4));
    service.received.length = 0;
    service.connections[2]?.emit({ event: 'service', state: 'stopping' });
    service.pipe.deliver();
    expect(service.received).toEqual([{ session: 4, message: { event: 'service', state: 'stopping' } }]);
  });

  it('ends when it is told to, and may begin anew', () => {
    const service = serveRaw();
    service.say(hello(1));
    let ends = 0;
    service.connections[1]?.onClosed(() => (ends += 1));
    service.say({ session: 1, end: true }, { session: 1, end: true });
    expect(ends).toBe(1);
    service.connections[1]?.emit({ event: 'service', state: 'stopping' });
    service.say(hello(1));
    expect(service.connections).toHaveLength(3);
    expect(service.received).toHaveLength(2);
  });

  it('is told when the service ends it', () => {
    const service = serveRaw();
    service.say(hello(1));
    service.connections[1]?.close();
    service.pipe.deliver();
    expect(service.received.at(-1)).toEqual({ session: 1, end: true });
    expect(service.connection.isClosed).toBe(false);
  });

  it('ends with the connection', () => {
    const service = serveRaw();
    service.say(hello(1), hello(2));
    service.pipe.front.close();
    expect(service.connections.every(({ isClosed }) => isClosed)).toBe(true);
  });

  it('is refused beyond the limit', () => {
    const service = serveRaw();
    for (let session = 0; session < CONTROL_LIMITS.sessions; session += 1) service.say(hello(session));
    service.say(hello(1000));
    expect(service.received.at(-1)).toEqual({ session: 1000, end: true });
    expect(service.connections).toHaveLength(CONTROL_LIMITS.sessions + 1);
  });

  it('is told what was wrong with its message, however large', () => {
    const service = serveRaw();
    service.say(hello(1));
    service.received.length = 0;
    const name = 'x'.repeat(CONTROL_LIMITS.requestBytes);
    service.say({ session: 1, message: { id: 5, call: 'ping', params: { name } } });
    service.say({ session: 1, message: 'nothing' });
    expect(service.received).toMatchObject([
      { session: 1, message: { id: 5, error: { code: 'TOO_LARGE' } } },
      { session: 1, message: { id: null, error: { code: 'BAD_MESSAGE' } } },
    ]);
  });

  it('gets nothing above what a browser takes, envelope and all', () => {
    const long = (length: number) => ({
      event: 'notice' as const,
      kind: 'completed' as const,
      id: null,
      sentence: 'x'.repeat(length),
    });
    const service = serveRaw();
    service.say(hello(999_999_999));
    service.received.length = 0;
    const empty = JSON.stringify(long(0)).length;
    service.connections[1]?.emit(long(CONTROL_LIMITS.messageBytes - empty));
    service.pipe.deliver();
    service.connections[1]?.emit(long(CONTROL_LIMITS.messageBytes - empty + 1));
    service.pipe.deliver();
    expect(service.received).toHaveLength(1);
    expect(JSON.stringify(service.received[0]).length).toBeLessThanOrEqual(1_048_576);
    expect(service.bugs).toHaveLength(1);
  });

  it('does not take messages while the front end does not read', () => {
    const service = serveRaw();
    service.say(hello(1));
    const event = {
      event: 'notice' as const,
      kind: 'completed' as const,
      id: null,
      sentence: 'x'.repeat(400),
    };
    for (let n = 0; n < 4000; n += 1) service.connections[1]?.emit(event);
    expect(service.connections.map(({ isWritable }) => isWritable)).toEqual([false, false]);
    service.received.length = 0;
    service.pipe.deliver();
    expect(service.connections[1]?.isWritable).toBe(true);
    expect(service.received.length).toBeLessThan(4000);
  });
});
