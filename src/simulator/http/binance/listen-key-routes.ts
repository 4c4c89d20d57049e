/** The listen key: the API key alone, unsigned. Source: user-data-streams. */
import { accept } from '../../model/binance/refusal.ts';
import type { Route } from './router.ts';

const path = '/fapi/v1/listenKey';

export const listenKeyRoutes: readonly Route[] = [
  { method: 'POST', path, security: 'key', weight: 1, handle: (desk) => accept({ listenKey: desk.user.issue() }) },
  {
    method: 'PUT',
    path,
    security: 'key',
    weight: 1,
    handle(desk) {
      const extended = desk.user.extend();
      return extended.ok ? accept({ listenKey: extended.value }) : extended;
    },
  },
  {
    method: 'DELETE',
    path,
    security: 'key',
    weight: 1,
    handle(desk) {
      const revoked = desk.user.revoke();
      return revoked.ok ? accept({}) : revoked;
    },
  },
];
