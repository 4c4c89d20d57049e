/** What a signed-in page can ask of a running console, without a browser. */
import type { CommandInput, CommandName, CommandOutput } from '../../src/shared/contract/commands.ts';
import type { Reply } from '../../src/shared/contract/reply.ts';
import type { Program } from './programs.ts';

export type Ask = <N extends CommandName>(name: N, input: CommandInput<N>) => Promise<Reply<CommandOutput<N>>>;

/** Signs in with the newest address that the console printed. */
export async function signIn({ lines }: Program): Promise<Ask> {
  const url = new URL(String(lines.findLast((line) => line.event === 'ready' || line.event === 'url')?.['url']));
  const post = (path: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${url.origin}${path}`, {
      method: 'POST',
      headers: { origin: url.origin, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const response = await post('/session', { token: url.hash.slice(1) });
  if (response.status !== 200) throw new Error(`The console let nobody in: ${response.status}`);
  const { csrf } = (await response.json()) as { csrf: string };
  const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return async <N extends CommandName>(name: N, input: CommandInput<N>) =>
    (await (await post(`/api/${name}`, input, { cookie, 'x-kimp-csrf': csrf })).json()) as Reply<CommandOutput<N>>;
}
