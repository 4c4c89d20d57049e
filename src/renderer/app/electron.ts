/** Electron: the preload's two functions. The updates begin with the subscription, the snapshot is asked for. */
import type { KimpBridge } from '../../shared/contract/bridge.ts';
import type { Session } from '../stop/session.ts';
import { replyOf, type Transport } from './transport.ts';

const retryMs = 1000;

export function electronTransport(session: Session, bridge: KimpBridge): Transport {
  const invoke: Transport['invoke'] = async (name, input) => replyOf(await session.send(name, input), (reply) => reply);
  return {
    invoke,
    subscribe: (listener) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      let open = true;
      const end = bridge.subscribe((update) => listener.update(update));
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
