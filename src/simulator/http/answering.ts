/** How an answer of a front becomes bytes: whole, damaged, or by hand where an upgrade is refused. */
import { type ServerResponse, STATUS_CODES } from 'node:http';

export interface FrontAnswer {
  readonly status: number;
  /** content-type is application/json; charset=utf-8 unless named here. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** The front does not have this path: counted in the ledger. */
  readonly unhandled?: boolean;
}

const jsonType = 'application/json; charset=utf-8';
const htmlType = 'text/html; charset=utf-8';

export function write(response: ServerResponse, answer: FrontAnswer): void {
  if (response.destroyed) return;
  response.writeHead(answer.status, fieldsOf(answer));
  response.end(answer.body);
}

/** Announces the whole body and sends the first half of it. */
export function writeHalf(response: ServerResponse, answer: FrontAnswer): void {
  if (response.destroyed) return;
  response.writeHead(answer.status, fieldsOf(answer));
  response.write(half(answer.body));
}

/** Whatever it is the first half of, it is no JSON. */
export const half = (body: string): string => body.slice(0, Math.floor(body.length / 2));

/** What a gateway says in front of a venue that does not answer. */
export const htmlPage = (status: number): FrontAnswer => {
  const title = `${status} ${STATUS_CODES[status] ?? ''}`.trim();
  return {
    status,
    headers: { 'content-type': htmlType },
    body: `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`,
  };
};

/** @param wanted in lower case */
export function namesHeader(headers: Readonly<Record<string, string>> | undefined, wanted: string): boolean {
  for (const name in headers) if (name.toLowerCase() === wanted) return true;
  return false;
}

function fieldsOf({ headers, body }: FrontAnswer): Record<string, string | number> {
  const fields: Record<string, string | number> = { ...headers, 'content-length': Buffer.byteLength(body) };
  if (!namesHeader(headers, 'content-type')) fields['content-type'] = jsonType;
  return fields;
}

/** An upgrade that is refused has no ServerResponse: the answer is written by hand. */
export function plainAnswer(answer: FrontAnswer): string {
  const { status, body } = answer;
  const lines = Object.entries({ ...fieldsOf(answer), connection: 'close' }).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n');
}
