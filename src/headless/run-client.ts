/** How a second process of the same user asks the running console: over loopback, with the token of its run file. */
import type { RunFile } from '../main/store/run-file.ts';

const answerMs = 5000;

/** @returns the JSON of a 200, or null when nobody of that name and token answers in time */
export async function askConsole(run: RunFile, path: '/stop' | '/open', body: object): Promise<unknown> {
  try {
    const response = await fetch(`http://127.0.0.1:${run.port}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${run.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(answerMs),
    });
    return response.status === 200 ? ((await response.json()) as unknown) : null;
  } catch (error) {
    // fetch says every failure of the network and the deadline with a TypeError or a DOMException; no JSON is a SyntaxError.
    if (error instanceof TypeError || error instanceof DOMException || error instanceof SyntaxError) return null;
    throw error;
  }
}
