import { type Coin, coin } from '../../shared/domain/ids.ts';

/** The coin whose premium is shown and recorded, hedges or not. */
export const watchedCoin: Coin = coin('BTC');
