/** Placing an order in two steps: what was reviewed is what is sent, whatever is typed or pressed meanwhile. */
import { useRef, useState } from 'react';
import { type CommandUse, useCommand } from '../../../app/hooks.ts';
import type { HandOrder } from './draft.ts';

export interface Placing extends Pick<CommandUse<'order.place'>, 'pending' | 'refusal' | 'forget'> {
  /** The order that waits for its second press. */
  readonly reviewed: HandOrder | null;
  /** Id of the last order that was sent. */
  readonly last: string | null;
  review(order: HandOrder): void;
  back(): void;
  /** @returns whether it was taken, or may have been */
  send(): Promise<boolean>;
}

/** Refusals that do not say whether the engine has the order. */
const unclear: ReadonlySet<string> = new Set(['NOT_CONNECTED', 'TIMEOUT', 'BUG']);

export function usePlacing(): Placing {
  const { run, pending, refusal, forget } = useCommand('order.place');
  const [reviewed, setReviewed] = useState<HandOrder | null>(null);
  const [last, setLast] = useState<string | null>(null);
  // One review is sent once: also where a second press comes before the first one was drawn.
  const isSent = useRef(false);
  return {
    pending,
    refusal,
    forget,
    reviewed,
    last,
    review: (order) => {
      if (pending) return;
      isSent.current = false;
      forget();
      setReviewed(order);
    },
    back: () => !pending && setReviewed(null),
    send: async () => {
      if (reviewed === null || isSent.current) return false;
      isSent.current = true;
      setLast(null);
      const reply = await run(reviewed);
      setReviewed(null);
      if (reply.ok) setLast(reply.value.order);
      return reply.ok || unclear.has(reply.code);
    },
  };
}
