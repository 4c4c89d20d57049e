/** What placing the order that is typed would do now: asked for once typing rests, and again while it stays, for prices move. */
import { useEffect, useState } from 'react';
import type { CommandOutput } from '../../../../shared/contract/commands.ts';
import type { Refusal } from '../../../../shared/contract/reply.ts';
import { useConsole } from '../../../app/hooks.ts';
import type { HandOrder } from './draft.ts';

const restMs = 250;
const againMs = 3000;

export interface Check {
  /** Of the order as it is typed now, or until that is known, of the one before. Null: nothing is known. */
  readonly answer: CommandOutput<'order.check'> | null;
  readonly refusal: Refusal | null;
  /** The answer to the order as it is typed now is still to come. */
  readonly isPending: boolean;
}
const nothing: Check = { answer: null, refusal: null, isPending: false };

/** @param order null while nothing could be sent */
export function useCheck(order: HandOrder | null): Check {
  const { transport } = useConsole();
  const [check, setCheck] = useState<Check>(nothing);
  const asked = order === null ? null : JSON.stringify(order);
  useEffect(() => {
    if (asked === null) return setCheck(nothing);
    setCheck((before) => ({ ...before, isPending: true }));
    // It is the order's own text: parsed so that the effect follows what is asked and not the object that says it.
    const input = JSON.parse(asked) as HandOrder;
    let isOver = false;
    const later = () => {
      timer = setTimeout(() => void ask(), againMs);
    };
    const ask = async () => {
      // Nobody looks at a page that is hidden.
      if (document.hidden) return later();
      const reply = await transport.invoke('order.check', input);
      if (isOver) return;
      setCheck(reply.ok ? { answer: reply.value, refusal: null, isPending: false } : { answer: null, refusal: reply, isPending: false });
      later();
    };
    let timer = setTimeout(() => void ask(), restMs);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [transport, asked]);
  return check;
}
