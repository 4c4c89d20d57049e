import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hedgeOf, installationId, installationOf, isOurOrderId, signalId } from '../../shared/domain/ids.ts';
import { type Intent, orderIdFor } from './order-id.ts';

const intent: Intent = {
  installation: installationId('k1m2p3'),
  mode: 'paper',
  cause: hedgeOf(signalId('a1')),
  leg: 'spot',
  purpose: 'entry',
  attempt: 0,
};

describe('a client order id', () => {
  it('is 28 characters of [a-z0-9] that name the installation', () => {
    const id = orderIdFor(intent);
    expect(id).toMatch(/^kck1m2p3[a-z0-9]{20}$/);
    expect(isOurOrderId(id) && installationOf(id)).toBe('k1m2p3');
  });

  it('is the same for the same intent, for ever: an order of an older journal must be found', () => {
    const digest = createHash('sha256').update('6:k1m2p3|5:paper|2:a1|4:spot|5:entry|1:0').digest('hex');
    const hash = (BigInt(`0x${digest}`) % 36n ** 20n).toString(36).padStart(20, '0');
    expect(orderIdFor(intent)).toBe(`kck1m2p3${hash}`);
    expect(orderIdFor({ ...intent })).toBe(orderIdFor(intent));
  });

  it('differs in every part of the intent', () => {
    const others: readonly Intent[] = [
      intent,
      { ...intent, installation: installationId('k1m2p4') },
      { ...intent, mode: 'live' },
      { ...intent, cause: hedgeOf(signalId('a2')) },
      { ...intent, leg: 'perp' },
      { ...intent, purpose: 'exit' },
      { ...intent, attempt: 1 },
      { ...intent, cause: hedgeOf(signalId('a1|4:spot')) },
    ];
    expect(new Set(others.map(orderIdFor)).size).toBe(others.length);
  });
});
