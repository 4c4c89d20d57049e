/** Electron: the preload's two functions. The updates begin with the subscription, the snapshot is asked for. */
import type { Update } from '../../shared/contract/updates.ts';
import type { Bridge, Session } from '../stop/session.ts';
import { replyOf, type Transport } from './transport.ts';

const retryMs = 1000;

export function electronTransport(session: Session, bridge: Bridge): Transport {
  const invoke: Transport['invoke'] = async (name, input) => replyOf(await session.send(name, input), (reply) => reply);
  return {
    invoke,
    subscribe: (listener) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      let open = true;
      // What the main process sends was made by the feed; it crosses as it was made.
      const end = bridge.subscribe((update) => listener.update(update as Update));
      const begin = async () => {
        const reply = await invoke('snapshot.get', {});
        if (!open) return;
        if (reply.ok) listener.snapshot(reply.value);
        else timer = setTimeout(begin, retryMs);
        listener.state(reply.ok ? 'connected' : 'lost');
      };
      void begin();
      return () => {
        open = false;
        clearTimeout(timer);
        end();
      };
    },
  };
}
