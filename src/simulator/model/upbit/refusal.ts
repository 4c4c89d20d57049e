/**
 * What Upbit says no with: HTTP status, error name and sentence. Names and statuses follow docs.upbit.com (REST API
 * guide, order creation); a row marked [?] has a name that the documents do not tie to the case.
 */
export interface Refusal {
  readonly status: number;
  /** A number for the errors of the quotation side. */
  readonly name: string | number;
  readonly message: string;
}

const rows = {
  no_authorization_token: [401, '인증 토큰이 존재하지 않습니다.'],
  invalid_access_key: [401, '잘못된 엑세스 키입니다.'],
  jwt_verification: [401, 'Jwt 토큰 검증에 실패했습니다.'],
  nonce_used: [401, '이미 요청한 nonce값이 다시 사용되었습니다.'],
  invalid_query_payload: [401, 'Jwt의 query를 검증하는데 실패하였습니다.'],
  order_not_found: [404, '주문을 찾지 못했습니다.'],
  duplicated_identifier: [400, '이미 사용된 identifier 입니다.'],
  insufficient_funds_bid: [400, '주문가능한 금액(KRW)이 부족합니다.'],
  insufficient_funds_ask: [400, '주문가능한 수량이 부족합니다.'],
  under_min_total_bid: [400, '최소주문금액 이상으로 주문해주세요'],
  under_min_total_ask: [400, '최소주문금액 이상으로 주문해주세요'],
  under_min_total_market_bid: [400, '최소주문금액 이상으로 주문해주세요'],
  under_min_total_market_ask: [400, '최소주문금액 이상으로 주문해주세요'],
  over_krw_funds_bid: [400, '최대매수금액을 초과하였습니다.'],
  over_krw_funds_ask: [400, '최대매도금액을 초과하였습니다.'],
  invalid_price_bid: [400, '주문가격 단위를 잘못 입력하셨습니다. 확인 후 시도해주세요.'],
  invalid_price_ask: [400, '주문가격 단위를 잘못 입력하셨습니다. 확인 후 시도해주세요.'],
  invalid_volume_bid: [400, '주문수량이 올바르지 않습니다.'],
  invalid_volume_ask: [400, '주문수량이 올바르지 않습니다.'],
  create_bid_error: [400, '주문 요청 정보가 올바르지 않습니다.'],
  create_ask_error: [400, '주문 요청 정보가 올바르지 않습니다.'],
  // [?] Upbit documents the name alone.
  market_offline: [400, '해당 마켓은 현재 거래가 중단되었습니다.'],
  out_of_scope: [403, '허용되지 않은 기능입니다.'],
  expired_access_key: [401, '만료된 엑세스 키입니다.'],
  no_authorization_ip: [401, '허용되지 않은 IP 주소입니다.'],
  validation_error: [400, '잘못된 API 요청입니다.'],
  invalid_parameter: [400, '잘못된 파라미터입니다.'],
  too_many_requests: [429, 'API 요청 횟수를 초과하였습니다.'],
} as const satisfies Record<string, readonly [status: number, message: string]>;

export type RefusalName = keyof typeof rows;

/** @param message in place of the usual sentence, where Upbit names the parameter */
export function refusal(name: RefusalName, message?: string): Refusal {
  const [status, usual] = rows[name];
  return { status, name, message: message ?? usual };
}

/** A parameter without its value, or with one that cannot be. */
export const invalidValue = (parameter: string): Refusal => refusal('validation_error', `${parameter} does not have a valid value`);

/** Quotation side: a parameter that is not there. */
export const missingParameter: Refusal = {
  status: 400,
  name: 400,
  message: 'Missing request parameter error. Check the required parameters!',
};
/** Quotation side: a parameter that makes no sense; the words are [?]. */
export const invalidRequest: Refusal = { status: 400, name: 400, message: 'Invalid request parameter.' };
/** Quotation side: a market that is not listed. */
export const codeNotFound: Refusal = { status: 404, name: 404, message: 'Code not found' };
/** A path that Upbit does not have. */
export const noRoute: Refusal = { status: 404, name: 404, message: 'no Route matched with those values' };

export const isRefusal = (value: object): value is Refusal => 'status' in value && 'name' in value && 'message' in value;

/** The body of an error answer. */
export const refusalBody = ({ name, message }: Refusal): { readonly error: { readonly name: string | number; readonly message: string } } => ({
  error: { name, message },
});
