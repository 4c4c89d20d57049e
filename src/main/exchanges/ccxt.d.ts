/**
 * The part of ccxt that the adapters use. Answers are `unknown`: they are the venue's raw JSON and are parsed by us.
 * ccxt's own types describe its unified structures, which carry floats, and its package exports block deep imports.
 */
declare module 'ccxt/js/src/base/Exchange.js' {
  import type { Duplex } from 'node:stream';
  type Parameters = Readonly<Record<string, string | number | undefined>>;
  type Call = (parameters?: Parameters) => Promise<unknown>;

  /** One socket; see base/ws/Client.js and WsClient.js. */
  interface SocketClient {
    readonly url: string;
    /** The `ws` socket, once dialed. */
    readonly connection?: { ping(): void; terminate(): void; readonly readyState: number };
    connect(backoffDelayMs?: number): Promise<unknown>;
    send(message: unknown): Promise<unknown>;
    onMessage(event: { readonly data: unknown }): void;
    onPong(): void;
    clearPingInterval(): void;
    clearConnectionTimeout(): void;
  }

  /** What undici tells of one request; `onConnect` comes right before it is written, and an abort there writes nothing. */
  interface UndiciHandler {
    onConnect(abort: (reason: Error) => void, context: unknown): void;
  }
  interface UndiciAgent {
    dispatch(request: unknown, handler: UndiciHandler): boolean;
    destroy(): Promise<void>;
  }
  interface UndiciModule {
    readonly Agent: new (options: unknown) => UndiciAgent;
    buildConnector(
      options: unknown,
    ): (options: { readonly hostname: string }, callback: (error: Error | null, socket?: Duplex | null) => void) => void;
  }

  class Exchange {
    constructor(config: Readonly<Record<string, unknown>>);
    options: Record<string, unknown>;
    clients: Record<string, SocketClient>;
    httpAgent: unknown;
    agent: unknown;
    userAgent: unknown;
    fetchDispatcher: { destroy(): Promise<void> } | undefined;
    undiciModule: UndiciModule | undefined;
    enableLastJsonResponse: boolean;
    enableLastHttpResponse: boolean;
    enableLastResponseHeaders: boolean;
    parseJson(text: string): unknown;
    handleErrors(
      status: number,
      reason: string,
      url: string,
      method: string,
      headers: Readonly<Record<string, string>>,
      body: string,
      response: unknown,
      requestHeaders: unknown,
      requestBody: unknown,
    ): unknown;
    handleHttpStatusCode(status: number, reason: string, url: string, method: string, body: string): void;
    undiciRequest(url: string, options: Record<string, unknown>): Promise<unknown>;
    getDispatcherOptions(isPlainAgent: boolean): Record<string, unknown>;
    loadFetchImplementation(): Promise<unknown>;
    loadProxyModules(): Promise<unknown>;
    client(url: string): SocketClient;
    onConnected(client: SocketClient): void;
    onError(client: SocketClient, error: Error): void;
    onClose(client: SocketClient, event: unknown): void;
    close(): Promise<void>;
  }
}

declare module 'ccxt/js/src/base/errors.js' {
  class BaseError extends Error {}
  class RequestTimeout extends BaseError {}
  class AuthenticationError extends BaseError {}
  class InsufficientFunds extends BaseError {}
  class OnMaintenance extends BaseError {}
  class OrderNotFound extends BaseError {}
}

declare module 'ccxt/js/src/pro/upbit.js' {
  import type { Call, Exchange as Base, SocketClient } from 'ccxt/js/src/base/Exchange.js';
  export default class Upbit extends Base {
    /** Signs a token into `options.ws` unless one is there, and makes the client of the private stream. */
    authenticate(): Promise<SocketClient>;
    publicGetMarketAll: Call;
    publicGetTicker: Call;
    publicGetOrderbook: Call;
    publicGetCandlesMinutes1: Call;
    publicGetOrderbookInstruments: Call;
    privateGetAccounts: Call;
    privateGetOrdersChance: Call;
    privatePostOrders: Call;
    privatePostOrdersCancelAndNew: Call;
    privateDeleteOrder: Call;
    privateGetOrder: Call;
    privateGetOrdersOpen: Call;
    privateGetOrdersClosed: Call;
  }
}

declare module 'ccxt/js/src/pro/binanceusdm.js' {
  import type { Call, Exchange as Base } from 'ccxt/js/src/base/Exchange.js';
  export default class BinanceUsdm extends Base {
    /** Address of the user stream; `type` is "future". */
    getPrivateWsUrl(type: 'future', listenKey: string): string;
    fapiPublicGetPing: Call;
    fapiPublicGetTime: Call;
    fapiPublicGetExchangeInfo: Call;
    fapiPublicGetDepth: Call;
    fapiPublicGetKlines: Call;
    fapiPrivatePostOrder: Call;
    fapiPrivatePutOrder: Call;
    fapiPrivatePostAlgoOrder: Call;
    fapiPrivateDeleteAlgoOrder: Call;
    fapiPrivateGetAlgoOrder: Call;
    fapiPrivateGetOpenAlgoOrders: Call;
    fapiPrivateDeleteOrder: Call;
    fapiPrivateGetOrder: Call;
    fapiPrivateGetUserTrades: Call;
    fapiPrivateGetIncome: Call;
    fapiPrivateGetOpenOrders: Call;
    fapiPrivateV3GetAccount: Call;
    fapiPrivateV3GetPositionRisk: Call;
    fapiPrivateGetCommissionRate: Call;
    fapiPrivateGetPositionSideDual: Call;
    fapiPrivatePostPositionSideDual: Call;
    fapiPrivateGetSymbolConfig: Call;
    fapiPrivatePostMarginType: Call;
    fapiPrivatePostLeverage: Call;
    fapiPrivateGetLeverageBracket: Call;
    fapiPrivatePostCountdownCancelAll: Call;
    fapiPrivatePostListenKey: Call;
    fapiPrivatePutListenKey: Call;
  }
}
