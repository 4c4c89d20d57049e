/** What a feed server sends: `{"seq":7,"signal":{…}}`, or a bare signal. The signal is left as text for the parser. */
import { readJson } from './json.ts';
import { decode, maxSignalDepth } from './parse.ts';

export interface FeedMessage {
  readonly text: string;
  readonly seq?: number;
}

const seqForm = /^(0|[1-9]\d{0,14})$/;

/** What is no envelope of the right form is taken for a bare signal, so its verdict is that of the parser. */
export function readFeedMessage(bytes: Uint8Array): FeedMessage {
  const text = decode(bytes);
  if (text === undefined) return { text: new TextDecoder().decode(bytes) };
  const json = readJson(text, maxSignalDepth + 1);
  if (!json.ok || json.value.kind !== 'object' || json.value.repeated !== undefined) return { text };
  const { members } = json.value;
  const seq = members.get('seq')?.value;
  const signal = members.get('signal');
  if (members.size !== 2 || signal === undefined || seq?.kind !== 'number' || !seqForm.test(seq.source)) return { text };
  return { text: text.slice(signal.from, signal.to), seq: Number(seq.source) };
}
