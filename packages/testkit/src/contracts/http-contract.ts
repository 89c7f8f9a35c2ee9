/**
 * The promises of the `Network` port for HTTP: one answer, within every limit, and never to an address that the
 * request-forgery rules forbid (THREATS 15, 17). Runs against a site on loopback, hence the announce paths.
 */
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '@jstorrent/data-plane';
import type { SiteAnswer, SiteRequest } from '../net/http.ts';
import type { NetworkRig } from './network-contract.ts';
import { describeWebStreams } from './web-stream-contract.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

const MAX_BYTES = 20_000;

/** The site under `/announce?case=...`; `hop` redirects `n` times. */
const answerCase = ({ url, userAgent }: SiteRequest): SiteAnswer => {
  const hops = Number(url.searchParams.get('n') ?? 0);
  switch (url.searchParams.get('case')) {
    case 'agent':
      return { status: 200, body: text(userAgent) };
    case 'missing':
      return { status: 404, body: text('no') };
    case 'empty':
      return { status: 200 };
    case 'gzip':
      return { status: 200, encoding: 'gzip', body: gzipSync('unpacked') };
    case 'deflate':
      return { status: 200, encoding: 'deflate', body: deflateSync('unpacked') };
    case 'torn':
      return { status: 200, encoding: 'gzip', body: gzipSync('unpacked').subarray(0, 12) };
    case 'bomb':
      return { status: 200, encoding: 'gzip', body: gzipSync(new Uint8Array(5_000_000)) };
    case 'full':
      return { status: 200, body: new Uint8Array(MAX_BYTES) };
    case 'huge':
      return { status: 200, body: new Uint8Array(MAX_BYTES + 1) };
    case 'drip':
      return { status: 200, body: new Uint8Array(10_000), bytesPerSecond: 40 };
    case 'hop':
      return hops === 0
        ? { status: 200, body: text('there') }
        : { status: 302, location: `?case=hop&n=${hops - 1}` };
    case 'outside':
      return { status: 302, location: 'file:///etc/passwd' };
    case 'metadata':
      return { status: 302, location: 'http://169.254.169.254/announce' };
    case 'admin':
      return { status: 302, location: '/admin' };
    case 'garbage':
      return 'garbage';
    case 'reset':
      return 'reset';
    default:
      return 'hang';
  }
};

const request = (url: string, change: Partial<HttpRequest> = {}): HttpRequest => ({
  url,
  maxBytes: MAX_BYTES,
  connectTimeoutMs: 4000,
  totalTimeoutMs: 8000,
  userAgent: 'JSTorrent/contract',
  purpose: 'tracker',
  ...change,
});

/** Ask, and give the status and body, or the code. */
const get = async (rig: NetworkRig, url: string, change: Partial<HttpRequest> = {}): Promise<string> => {
  const answers: string[] = [];
  rig.network.httpGet(
    request(url, change),
    (status, body) =>
      answers.push(`${status} ${body.length > 50 ? body.length : Buffer.from(body).toString()}`),
    (code) => answers.push(code),
  );
  expect(answers).toEqual([]);
  await rig.settle(() => answers.length > 0);
  expect(answers).toHaveLength(1);
  return answers[0]!;
};

/** State the promises; part of `networkContract`. */
export const describeHttp = (rigOf: () => NetworkRig): void => {
  describeAnswers(rigOf);
  describeRefusals(rigOf);
  describeWebStreams(rigOf);
};

const describeAnswers = (rigOf: () => NetworkRig): void => {
  describe('HTTP', () => {
    it('gives status and body, and says who asks', async () => {
      const rig = rigOf();
      const origin = await rig.serveSite(answerCase);
      expect(await get(rig, `${origin}/announce?case=agent`)).toBe('200 JSTorrent/contract');
      expect(await get(rig, `${origin}/announce?case=missing`)).toBe('404 no');
      expect(await get(rig, `${origin}/announce?case=empty`)).toBe('200 ');
    });

    it('unpacks gzip and deflate within the limit', async () => {
      const rig = rigOf();
      const origin = await rig.serveSite(answerCase);
      expect(await get(rig, `${origin}/announce?case=gzip`)).toBe('200 unpacked');
      expect(await get(rig, `${origin}/announce?case=deflate`)).toBe('200 unpacked');
      expect(await get(rig, `${origin}/announce?case=bomb`)).toBe('TOO_LARGE');
      expect(await get(rig, `${origin}/announce?case=torn`)).toBe('BAD_REPLY');
    });

    it('takes exactly the allowed bytes and no more', async () => {
      const rig = rigOf();
      const origin = await rig.serveSite(answerCase);
      expect(await get(rig, `${origin}/announce?case=full`)).toBe(`200 ${MAX_BYTES}`);
      expect(await get(rig, `${origin}/announce?case=huge`)).toBe('TOO_LARGE');
    });

    it('follows five redirects, each under the same rules', async () => {
      const rig = rigOf();
      const origin = await rig.serveSite(answerCase);
      expect(await get(rig, `${origin}/announce?case=hop&n=5`)).toBe('200 there');
      expect(await get(rig, `${origin}/announce?case=hop&n=6`)).toBe('TOO_MANY_REDIRECTS');
      expect(await get(rig, `${origin}/announce?case=outside`)).toBe('BAD_URL');
      expect(await get(rig, `${origin}/announce?case=metadata`)).toBe('FORBIDDEN_ADDRESS');
      expect(await get(rig, `${origin}/announce?case=admin`)).toBe('FORBIDDEN_ADDRESS');
    });

    it('gives up in time on a server that drips or hangs', async () => {
      const rig = rigOf();
      const origin = await rig.serveSite(answerCase);
      const brief = { totalTimeoutMs: 250, connectTimeoutMs: 200 };
      expect(await get(rig, `${origin}/announce?case=drip`, brief)).toBe('TIMED_OUT');
      expect(await get(rig, `${origin}/announce?case=hang`, brief)).toBe('TIMED_OUT');
    });

    it('tells a broken reply from a server that is not there', async () => {
      const rig = rigOf();
      const origin = await rig.serveSite(answerCase);
      expect(await get(rig, `${origin}/announce?case=garbage`)).toBe('BAD_REPLY');
      expect(await get(rig, `${origin}/announce?case=reset`)).toBe('BAD_REPLY');
      expect(await get(rig, 'http://127.0.0.1:9/announce')).toBe('CONNECT_FAILED');
    });
  });
};

const describeRefusals = (rigOf: () => NetworkRig): void => {
  describe('HTTP that is refused', () => {
    it('asks local servers for announces and scrapes only, unless the user typed the URL', async () => {
      const rig = rigOf();
      const origin = await rig.serveSite(() => ({ status: 200, body: text('in') }));
      expect(await get(rig, `${origin}/x/announce.php?a=b`)).toBe('200 in');
      expect(await get(rig, `${origin}/scrape`)).toBe('200 in');
      expect(await get(rig, `${origin}/shutdown`)).toBe('FORBIDDEN_ADDRESS');
      expect(await get(rig, `${origin}/announce/shutdown`)).toBe('FORBIDDEN_ADDRESS');
      expect(await get(rig, `${origin.replace('127.0.0.1', 'localhost')}/shutdown`)).toBe(
        'FORBIDDEN_ADDRESS',
      );
      expect(await get(rig, `${origin.replace('127.0.0.1', '[::ffff:127.0.0.1]')}/shutdown`)).toBe(
        'FORBIDDEN_ADDRESS',
      );
      expect(await get(rig, `${origin}/shutdown`, { purpose: 'user' })).toBe('200 in');
    });

    it('never asks addresses that no server has', async () => {
      const rig = rigOf();
      for (const host of [
        '169.254.169.254',
        '0.0.0.0',
        '255.255.255.255',
        '224.0.0.1',
        '[fe80::1]',
        '[::]',
        '[ff02::1]',
      ]) {
        expect(await get(rig, `http://${host}/announce`, { purpose: 'user' })).toBe('FORBIDDEN_ADDRESS');
      }
    });

    it('takes http and https URLs without user names only', async () => {
      const rig = rigOf();
      for (const url of [
        'nonsense',
        'file:///etc/passwd',
        'ftp://127.0.0.1/announce',
        'http://a:b@127.0.0.1/announce',
      ]) {
        expect(await get(rig, url)).toBe('BAD_URL');
      }
    });

    it('does not answer what was cancelled', async () => {
      const rig = rigOf();
      const origin = await rig.serveSite(answerCase);
      let answers = 0;
      const question = rig.network.httpGet(
        request(`${origin}/announce?case=empty`),
        () => answers++,
        () => answers++,
      );
      question.cancel();
      question.cancel();
      await rig.rest();
      expect(answers).toBe(0);
    });
  });
};
