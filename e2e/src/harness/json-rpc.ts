/** Questions to the control ports of other clients: JSON over HTTP. */

/** POST a value, answer the reply's status, headers and parsed body (null when it is not JSON). */
export async function postJson(
  url: string,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly headers: Headers; readonly body: unknown }> {
  const reply = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await reply.text();
  let body: unknown = null;
  try {
    body = JSON.parse(text);
  } catch {
    // A refusal in words.
  }
  return { status: reply.status, headers: reply.headers, body };
}
