/** A request of the account's owner at the simulated Binance, past the console: what a person does on the venue's own page. */
import { createHmac } from 'node:crypto';

export interface BinanceAccount {
  readonly rest: string;
  readonly keys: { readonly apiKey: string; readonly secret: string };
}

/** @throws Error when the venue says no */
export async function signed(
  { rest, keys }: BinanceAccount,
  method: string,
  path: string,
  parameters: Readonly<Record<string, string>>,
): Promise<unknown> {
  const query = new URLSearchParams({ ...parameters, timestamp: String(Date.now()) }).toString();
  const signature = createHmac('sha256', keys.secret).update(query).digest('hex');
  const response = await fetch(`${rest}${path}?${query}&signature=${signature}`, { method, headers: { 'x-mbx-apikey': keys.apiKey } });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}
